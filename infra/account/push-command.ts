import type { Account } from '../../shared/domain/account.ts';
import { findAccount } from './add-account.ts';
import { authorizedBy } from './authorized-by.ts';
import { changeAtOnce, messageAddress, pushAddress, whatToEnter } from './callback-addresses.ts';
import { CommandFailure } from './command-failure.ts';
import type { Named } from './command-line.ts';
import { commandLine } from './help.ts';
import type { Operation } from './operation.ts';
import { readPushSecret } from './read-secrets.ts';
import { getsTickets, ticketServes, upstreamOf } from './terms.ts';

/** What WeChat signs and encrypts its pushes to an account with. */
export const push = async (operation: Operation, { 'account-id': accountId, remove }: Named<'push'>): Promise<void> => {
  const { accounts, unknown } = operation;
  const account = await findAccount(accounts, accountId);
  if (!account) throw unknown(accountId);
  assertTakesPushes(operation, account);
  return remove ? stop(operation, account) : start(operation, account);
};

/** @throws CommandFailure for what a corp installed of a suite: there is one address for all corps, and nothing needed comes to it but to the suite's */
const assertTakesPushes = ({ stage }: Operation, { account_id, kind, platform }: Account): void => {
  if (kind !== 'wecom_suite_app' || platform === undefined) return;
  throw new CommandFailure(
    `WeCom pushes nothing to ${account_id} itself. Tickets come to its suite: ${commandLine('push', stage.name, platform)}`,
  );
};

const start = async (operation: Operation, account: Account): Promise<void> => {
  const { stage, secrets, terminal, print, remark, remarkOnCallbacks } = operation;
  const { account_id, kind, platform } = account;
  remarkOnCallbacks();
  if (platform !== undefined)
    remark(
      `Note: what WeChat pushes about ${account_id} comes by way of ${platform}, to ${messageAddress(stage, platform)}, unless ${platform} takes no messages for it.`,
    );
  const given = await readPushSecret(terminal, { required: kind === 'third_party_platform' || upstreamOf(kind) === 'WeCom' });
  const replaces = await secrets.writePush(account_id, given);
  print(
    `Stored what pushes to ${account_id} are signed${given.encoding_aes_key ? ' and encrypted' : ''} with${replaces ? ', in place of another' : ''}.`,
  );
  print(whatToEnter(stage, account, { encrypted: given.encoding_aes_key !== undefined }));
  if (replaces) print(changeAtOnce(kind));
};

const stop = async ({ stage, accounts, secrets, print }: Operation, { account_id, kind }: Account): Promise<void> => {
  if (!(await secrets.has('push', account_id)))
    throw new CommandFailure(`Nothing is stored for pushes to ${account_id}: the service takes none.`);
  await secrets.remove(secrets.nameOf('push', account_id), true);
  print(`In 5 minutes at the latest the service takes no pushes to ${account_id} any more.`);
  print(
    `${upstreamOf(kind)} goes on pushing to ${pushAddress(stage, account_id)} until its console is changed. To take them again: ${commandLine('push', stage.name, account_id)}`,
  );
  if (!getsTickets(kind)) return;
  const served = authorizedBy(await accounts.all(), account_id);
  const all = [account_id, ...served.map((one) => one.account_id)].join(', ');
  print(
    `No tickets arrive with them: once the last has ended, in ${ticketServes(kind)} at the latest, there is no ${kind === 'wecom_suite' ? 'new ' : ''}token for ${all}.`,
  );
};
