import { type Added, addAccount, assertPlatform, assertSameAccount, type Given } from './add-account.ts';
import { changeAtOnce, messageAddress, whatToEnter } from './callback-addresses.ts';
import { check } from './check-command.ts';
import type { Named } from './command-line.ts';
import { notWrittenYet, whatToWrite } from './external-token.ts';
import { commandLine } from './help.ts';
import type { Operation } from './operation.ts';
import { readAppSecret, readPlatformSecrets } from './read-secrets.ts';

export const add = async (operation: Operation, command: Named<'add'>): Promise<void> => {
  const { accounts, stage, print, now } = operation;
  const { 'account-id': accountId, appid, kind, platform } = command;
  const isThere = await assertSameAccount(accounts, accountId, { kind, appid }); // before anybody types a secret
  if (platform !== undefined) await assertPlatform(accounts, stage.name, platform);
  if (!isThere && kind === 'official_account') await remarkOnSame(operation, appid);
  const given = await ask(operation, command, isThere);
  // Simulated accounts have other ones.
  if (stage.name !== 'local') remarkOnLooks(operation, given);
  const added = await addAccount(operation, accountId, given, now());
  print(added.isNew ? `Added ${accountId} (${appid}) to stage ${stage.name}.` : `${accountId} was there already; ${kept(given)}.`);
  tellWhatToDo(operation, command, added);
  const comes = added.isNew || added.placed?.isNew ? yetToCome[kind] : undefined;
  const hasToken = await check(operation, accountId, { replaced: added.replaced, yetToCome: comes });
  if (added.isNew && hasToken) await hintAtPushes(operation, command);
};

/** What a new account cannot have, and that it will have it by itself. */
const yetToCome: Partial<Record<Named<'add'>['kind'], string>> = {
  third_party_platform: 'PLATFORM_TICKET_MISSING',
  official_account_external_token: 'EXTERNAL_TOKEN_STALE',
};

const ask = async (
  { terminal, secrets }: Operation,
  { 'account-id': accountId, appid, kind, platform }: Named<'add'>,
  isThere: boolean,
): Promise<Given> => {
  switch (kind) {
    case 'official_account':
      return { credential: { kind, appid, secret: await readAppSecret(appid, terminal) } };
    case 'third_party_platform': {
      const { secret, push } = await readPlatformSecrets(appid, terminal, { mayStay: isThere && (await secrets.has('push', accountId)) });
      return { credential: { kind, appid, secret }, push };
    }
    case 'authorized_official_account':
      if (platform === undefined) throw new Error('an authorized account without platform passed the command line');
      return { credential: { kind, appid, platform } };
    case 'official_account_external_token':
      return { credential: notWrittenYet(appid) };
  }
};

const remarkOnSame = async ({ accounts, remark }: Operation, appid: string) => {
  const same = (await accounts.all()).filter(({ kind, upstream_id }) => kind === 'official_account' && upstream_id === appid);
  if (same.length === 0) return;
  const names = same.map(({ account_id }) => account_id).join(', ');
  remark(`Note: this stage has AppID ${appid} already, as ${names}. WeChat pushes what is about it to one address alone.`);
};

const remarkOnLooks = ({ remark }: Operation, { credential }: Given) => {
  if (!/^wx[0-9a-f]{16}$/.test(credential.appid))
    remark(`Note: WeChat's AppIDs are wx and 16 of 0-9 and a-f, and ${credential.appid} is not.`);
  if ('secret' in credential && !/^[0-9a-f]{32}$/.test(credential.secret))
    remark("Note: WeChat's AppSecrets are 32 of 0-9 and a-f, and this one is not.");
};

const kept = ({ credential }: Given): string => {
  switch (credential.kind) {
    case 'authorized_official_account':
      return `its platform is ${credential.platform}`;
    case 'official_account_external_token':
      return 'its secret is the business of the other system';
    default:
      return 'its AppSecret is replaced';
  }
};

const tellWhatToDo = (
  operation: Operation,
  { 'account-id': account_id, appid, kind }: Named<'add'>,
  { isNew, placed, replacesPush }: Added,
) => {
  const { stage, secrets, print, remarkOnCallbacks } = operation;
  if (placed) print(whatToWrite(stage, appid, { name: secrets.nameOf('credentials', account_id), arn: placed.arn }).join('\n'));
  if (replacesPush) print(changeAtOnce);
  if (kind !== 'third_party_platform' || !isNew) return;
  remarkOnCallbacks();
  print(whatToEnter(stage, { account_id, kind }, { encrypted: true }));
};

const hintAtPushes = async ({ stage, secrets, print }: Operation, { 'account-id': accountId, kind, platform }: Named<'add'>) => {
  if (platform !== undefined)
    return print(
      `Its pushes come by way of ${platform}: messages and events (消息与事件接收配置) have to go to ${messageAddress(stage, platform)}`,
    );
  if (kind === 'third_party_platform' || (await secrets.has('push', accountId))) return;
  print(
    `How many a message reached, and why one failed, WeChat tells by pushes alone. To have them: ${commandLine('push', stage.name, accountId)}`,
  );
};
