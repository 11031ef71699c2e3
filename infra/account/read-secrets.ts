import { pushSecret } from '../../shared/tokens/push-secrets.ts';
import type { PushSecret } from '../../shared/wechat/push/open-push.ts';
import type { Terminal } from './ask.ts';
import { CommandFailure } from './command-failure.ts';
import { SecretReader } from './secret-reader.ts';

/** What is asked for: WeChat's name of it, and whose it is. */
interface Asked {
  readonly name: string;
  readonly of: string;
}

/** @throws CommandFailure for what is none; nothing here repeats what was typed */
export const readSecret = async (asked: Asked, terminal: Terminal): Promise<string> => {
  const reader = new SecretReader(terminal, `the ${asked.name}`);
  const secret = await nextSecret(reader, asked);
  await reader.end();
  return secret;
};

/** @returns no `push` where it stays as it is, which only one that is there can */
export const readSecretAndPush = async (
  asked: Asked,
  terminal: Terminal,
  { mayStay }: { readonly mayStay: boolean },
): Promise<{ readonly secret: string; readonly push?: PushSecret }> => {
  const reader = new SecretReader(terminal, `${asked.name}, Token and EncodingAESKey`);
  const secret = await nextSecret(reader, asked);
  const token = await reader.next(mayStay ? 'Token of its pushes; empty: as it is' : 'Token of its pushes');
  const push = token === '' && mayStay ? undefined : await nextKey(reader, token, { required: true });
  await reader.end();
  return { secret, ...(push && { push }) };
};

/** @param required where there is no plain mode */
export const readPushSecret = async (terminal: Terminal, { required }: { readonly required: boolean }): Promise<PushSecret> => {
  const reader = new SecretReader(terminal, 'Token and EncodingAESKey');
  const push = await nextKey(reader, await reader.next('Token'), { required });
  await reader.end();
  return push;
};

const nextSecret = async (reader: SecretReader, { name, of }: Asked): Promise<string> => {
  const secret = await reader.next(`${name} of ${of}`);
  if (secret === '') throw new CommandFailure(`There was no ${name}: type it when asked for it, or hand it in by standard input.`);
  if (/\s/.test(secret)) throw new CommandFailure(`${/^[aeiou]/i.test(name) ? 'An' : 'A'} ${name} has no spaces: nothing was stored.`);
  return secret;
};

const nextKey = async (reader: SecretReader, token: string, { required }: { readonly required: boolean }): Promise<PushSecret> => {
  if (!pushSecret.shape.token.safeParse(token).success)
    throw new CommandFailure(
      `${token === '' ? 'There was no Token' : 'That is no Token'}: it is 3 to 32 letters and digits. Nothing was stored.`,
    );
  const key = await reader.next(required ? 'EncodingAESKey' : 'EncodingAESKey; empty: plain mode');
  if (key === '' && required)
    throw new CommandFailure('Pushes to an account of this kind are always encrypted: the EncodingAESKey is needed.');
  const parsed = pushSecret.safeParse({ token, ...(key !== '' && { encoding_aes_key: key }) });
  if (!parsed.success) throw new CommandFailure('That is no EncodingAESKey: it is 43 letters and digits. Nothing was stored.');
  return parsed.data;
};
