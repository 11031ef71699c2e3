import type { Account, AccountKind } from '../../shared/domain/account.ts';
import { channelOf, sendsMessages } from '../../shared/domain/channel.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { shownTime } from './account-table.ts';
import { ask } from './ask.ts';
import { authorizedBy } from './authorized-by.ts';
import { pushAddress } from './callback-addresses.ts';
import { CommandFailure } from './command-failure.ts';
import type { Named } from './command-line.ts';
import { countFollowed } from './followed-messages.ts';
import { commandLine } from './help.ts';
import type { Operation } from './operation.ts';
import { removeAccount } from './remove-account.ts';
import { roleOf, termsOf, upstreamOf } from './terms.ts';

export const remove = async (operation: Operation, { 'account-id': accountId, yes, now: immediately }: Named<'remove'>): Promise<void> => {
  const { stage, accounts, rows, secrets, print, remark, terminal, sleep, unknown } = operation;
  const [isThere, found, all] = await Promise.all([rows.has(accountId), secrets.find(accountId), accounts.all()]);
  if (!isThere && found.length === 0) throw unknown(accountId);
  // Of a row that cannot be read, and of one that is gone while its secrets are not, the kind is not known.
  const kind = all.find(({ account_id }) => account_id === accountId)?.kind;
  const served = authorizedBy(all, accountId);
  if (served.length > 0) assertMayGo(operation, accountId, served, yes);
  await remarkOnMessages(operation, accountId, kind);
  if (!yes && (await ask(`To remove ${accountId} from stage ${stage.name}, type its id: `, terminal)).trim() !== accountId)
    throw new CommandFailure('That is not its id: nothing was changed.');
  const onWait = () => remark(`A token for ${accountId} is being fetched: this waits until that is done, for 20 s at most.`);
  const { gone, renewing } = await removeAccount({ rows, secrets, sleep, onWait }, accountId, { immediately });
  const until =
    gone && !immediately ? ` Its credential and token are deleted after ${shownTime(gone)}, everything else is deleted already.` : '';
  if (renewing)
    remark(
      `It was not seen to be done. Should the secret of the token come back, this deletes it: ${commandLine('remove', stage.name, accountId)}`,
    );
  if (found.some(({ name, deletedAfter }) => name === secrets.nameOf('push', accountId) && !deletedAfter))
    remark(`${kind ? upstreamOf(kind) : 'WeChat'} goes on pushing to ${pushAddress(stage, accountId)} until its console is changed.`);
  print(`${accountId} is removed from stage ${stage.name}; the records of its messages stay.${until}`);
};

const remarkOnMessages = async ({ stage, clients, remark }: Operation, accountId: string, kind: AccountKind | undefined): Promise<void> => {
  if (kind && channelOf(kind) === 'wecom') {
    if (sendsMessages(kind)) remark(`The group messages of ${accountId} are not synced any more until the account is added again.`);
    return;
  }
  const followed = await countFollowed(documentClient(clients.tables), stage.massMessagesTable, accountId);
  if (followed > 0)
    remark(`Mass messages of ${accountId} that are still on the way: ${followed}. Nobody follows them until the account is added again.`);
};

/** @throws CommandFailure without --yes: typing the id of a platform or suite says nothing about the accounts that lose their tokens with it */
const assertMayGo = ({ stage, remark }: Operation, accountId: string, accounts: readonly Account[], yes: boolean): void => {
  const served = accounts.map(({ account_id }) => account_id);
  // Whatever has that id by now: it is what they name.
  const kinds = new Set(accounts.flatMap(({ kind }) => termsOf(kind).through ?? []));
  const roles = [...kinds].map(({ kind }) => roleOf(kind)).join(' or ');
  const who = `${accountId} is the ${roles} of ${served.join(', ')}`;
  if (!yes)
    throw new CommandFailure(
      [
        `${who}, for which no token could be had without it. Nothing was changed.`,
        ...served.map((one) => `  First: ${commandLine('remove', stage.name, one)}`),
        `  or add them again with another ${[...kinds].map(({ option }) => `--${option}`).join(' or ')}. With --yes it is removed all the same.`,
      ].join('\n'),
    );
  remark(`${who}: no token can be had for ${served.length === 1 ? 'it' : 'them'} any more.`);
};
