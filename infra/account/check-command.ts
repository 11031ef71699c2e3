import type { Account, Failure } from '../../shared/domain/account.ts';
import { isUsable } from '../../shared/domain/token-schedule.ts';
import { AccountNotFoundError } from '../../shared/store/errors.ts';
import type { Replacement } from './account-secrets.ts';
import { shownTime, ticketsStoppedAt } from './account-table.ts';
import { findAccount } from './add-account.ts';
import { authorizedBy } from './authorized-by.ts';
import { pushAddress } from './callback-addresses.ts';
import { type Checked, checkAccount } from './check-account.ts';
import type { Circumstances } from './circumstances.ts';
import { CommandFailure } from './command-failure.ts';
import { explainFailure } from './explain-failure.ts';
import { explainLack } from './explain-platform-failure.ts';
import { commandLine } from './help.ts';
import type { Operation } from './operation.ts';
import { refreshThroughFunction } from './refresh-through-function.ts';

interface Just {
  /** By what is checked. */
  readonly replaced?: Replacement | undefined;
  /** The code of a failure that is none so soon after the account was added. */
  readonly yetToCome?: string | undefined;
}

/**
 * Tells whether the service has a token, and what is lacking all the same.
 * @returns false: what is yet to come has not come
 * @throws CommandFailure with what to do
 */
export const check = async (operation: Operation, accountId: string, { replaced, yetToCome }: Just = {}): Promise<boolean> => {
  const { accounts, clients, stage, unknown, now, print } = operation;
  const refresh = refreshThroughFunction(clients.functions, stage.refreshTokenFunction);
  const checked = await checkAccount({ accounts, refresh, now }, accountId).catch((error: unknown) => {
    throw error instanceof AccountNotFoundError ? unknown(accountId) : error;
  });
  if ('failure' in checked) {
    if (checked.failure.code !== yetToCome) throw new CommandFailure(await explain(operation, checked, replaced));
    print(`${soon(checked.failure)} Then: ${commandLine('check', stage.name, accountId)}`);
    return false;
  }
  print(success(operation, checked));
  await tellWhatIsLacking(operation, await accounts.get(accountId));
  return true;
};

const soon = ({ code }: Failure): string =>
  code === 'PLATFORM_TICKET_MISSING'
    ? 'Its first ticket comes within ten minutes of that, and then the service fetches a token.'
    : 'The service takes the token within two minutes of that.';

const explain = async (
  { stage, accounts, secrets, now }: Operation,
  { account, failure, culprit }: Extract<Checked, { failure: Failure }>,
  replaced: Replacement | undefined,
): Promise<string> => {
  // One that WeChat has refused serves nobody.
  const servesUntil = isUsable(account.token, now()) && !account.token.refused_at ? account.token.expires_at : undefined;
  const isPlatform = culprit.kind === 'third_party_platform';
  const pushesUnderstood = isPlatform ? await secrets.has('push', culprit.account_id) : undefined;
  const platformIs = culprit.platform === undefined ? undefined : ((await findAccount(accounts, culprit.platform))?.kind ?? 'not there');
  return explainFailure(failure, {
    stage,
    asked: account.account_id,
    account: culprit,
    servesUntil,
    replaced,
    pushesUnderstood,
    platformIs,
  });
};

const success = ({ secrets }: Operation, { account, expires_at, handedOutAgain }: Extract<Checked, { expires_at: string }>): string => {
  const { account_id, kind, token } = account;
  const until = `it is valid until ${shownTime(expires_at)}.`;
  if (kind === 'official_account_external_token')
    return `The service has the token of ${account_id} that the other system wrote into ${secrets.nameOf('credentials', account_id)}; ${until} WeChat was not asked.`;
  const which = handedOutAgain && token ? `again the token that the service has had since ${shownTime(token.fetched_at)}` : 'a token';
  return `WeChat gave the service ${which} for ${account_id}; ${until}`;
};

/** @throws CommandFailure where mass messages fail, or will soon, although there is a token */
const tellWhatIsLacking = async (operation: Operation, account: Account): Promise<void> => {
  const { stage, accounts, print } = operation;
  const { account_id, kind, ticket, attention } = account;
  if (kind === 'authorized_official_account') {
    const circumstances: Circumstances = { stage, asked: account_id, account };
    const lack = explainLack(circumstances, { refusedWith: attention.api?.errcode });
    if (lack) throw new CommandFailure(lack);
  }
  if (kind !== 'third_party_platform') return;
  if (ticket) print(`The ticket that is kept arrived at ${shownTime(ticket.received_at)}.`);
  const concerned = (await authorizedBy(accounts, account_id)).filter((one) => Object.keys(one.attention).length > 0);
  if (concerned.length > 0)
    print(`Accounts that authorized it and need attention: ${concerned.map((one) => one.account_id).join(', ')}. To see why, check them.`);
  assertTicketsArrive(operation, account);
};

const assertTicketsArrive = ({ stage, now }: Operation, account: Account): void => {
  const since = ticketsStoppedAt(account, now());
  if (since === undefined) return;
  throw new CommandFailure(
    [
      `WeChat's pushes to ${account.account_id} do not arrive any more: the last ticket that was kept came at ${shownTime(since)}, and serves for 12 h.`,
      `  Check that authorization events (授权事件接收配置) go to ${pushAddress(stage, account.account_id)}, and that Token and EncodingAESKey are the same in WeChat.`,
      `  To write them anew: ${commandLine('push', stage.name, account.account_id)}`,
    ].join('\n'),
  );
};
