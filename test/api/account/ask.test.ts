import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ask } from '../../../infra/account/ask.ts';
import { readPushSecret, readSecret, readSecretAndPush } from '../../../infra/account/read-secrets.ts';

/** Somebody at a keyboard who types one of these each time they are asked. */
const typing = (...answers: string[]) => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = new PassThrough();
  let shown = '';
  output.on('data', (text) => {
    shown += text;
    if (String(text).endsWith(': ')) input.write(answers.shift() ?? '');
  });
  return { terminal: { input, output }, shown: () => shown };
};
const appSecret = { name: 'AppSecret', of: 'wx1' };
const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

it('asks for a secret without showing what is typed, corrected, or how long it is', async () => {
  const { terminal, shown } = typing('abcXY\x7f\x7fdef\r');
  expect(await readSecret(appSecret, terminal)).toBe('abcdef');
  expect(shown()).toBe('AppSecret of wx1 (it is not shown): \n');
});

it('shows what is typed where it is no secret', async () => {
  const { terminal, shown } = typing('oa-main\r');
  expect(await ask('Its id: ', terminal)).toBe('oa-main');
  expect(shown()).toContain('oa-main');
});

it('asks for a platform one after the other, and shows none of it', async () => {
  const { terminal, shown } = typing('abcdef\r', 'Token01\r', `${key}\r`);
  const push = { token: 'Token01', encoding_aes_key: key };
  expect(await readSecretAndPush(appSecret, terminal, { mayStay: false })).toEqual({ secret: 'abcdef', push });
  expect(shown()).toBe(
    'AppSecret of wx1 (it is not shown): \nToken of its pushes (it is not shown): \nEncodingAESKey (it is not shown): \n',
  );
});

it('does not ask for the key where the Token stays as it is', async () => {
  const { terminal, shown } = typing('abcdef\r', '\r', 'not asked for\r');
  expect(await readSecretAndPush(appSecret, terminal, { mayStay: true })).toEqual({ secret: 'abcdef' });
  expect(shown()).toMatch(/Token of its pushes; empty: as it is \(it is not shown\): \n$/);
});

it('refuses a Token before the key is typed', async () => {
  const { terminal, shown } = typing('no\r', `${key}\r`);
  await expect(readPushSecret(terminal, { required: false })).rejects.toThrow('That is no Token: it is 3 to 32 letters and digits.');
  expect(shown()).not.toContain('EncodingAESKey');
});

it.each([
  ['Ctrl-C', '\x03', 'Interrupted'],
  ['Ctrl-D', '\x04', 'CommandFailure'],
  ['Enter', '\r', 'CommandFailure'],
])('%s instead of a secret ends it', async (_, keys, name) => {
  await expect(readSecret(appSecret, typing(keys).terminal)).rejects.toMatchObject({ name });
});

/** Standard input that is no terminal, and a clock that only the test moves. */
const piped = () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const input = new PassThrough();
  const output = new PassThrough();
  return { input, shown: () => String(output.read() ?? ''), secret: readSecret(appSecret, { input, output }) };
};

it('says once what it reads where nothing was piped in', async () => {
  const { input, shown, secret } = piped();
  vi.advanceTimersByTime(60_000);
  expect(shown()).toBe('Reading the AppSecret from standard input, to its end.\n');
  input.end('abcdef\n');
  expect(await secret).toBe('abcdef');
});

it('says nothing where a secret is piped in', async () => {
  const { input, shown, secret } = piped();
  input.end('abcdef\n');
  expect(await secret).toBe('abcdef');
  vi.advanceTimersByTime(60_000);
  expect(shown()).toBe('');
});
