import type { Account, Failure } from '../../shared/domain/account.ts';
import { isUsable } from '../../shared/domain/token-schedule.ts';
import { AccountNotFoundError } from '../../shared/store/errors.ts';
import { refusedByWecom } from '../../shared/tokens/failure.ts';
import type { Replacement } from './account-secrets.ts';
import { shownTime } from './account-table.ts';
import { findAccount } from './add-account.ts';
import { authorizedBy } from './authorized-by.ts';
import { type Checked, checkAccount } from './check-account.ts';
import type { Circumstances } from './circumstances.ts';
import { CommandFailure } from './command-failure.ts';
import { explainFailure } from './explain-failure.ts';
import { explainLack } from './explain-platform-failure.ts';
import { explainStoppedTickets } from './explain-stopped-tickets.ts';
import { explainWecomLack } from './explain-wecom-lack.ts';
import { commandLine } from './help.ts';
import type { Operation } from './operation.ts';
import { refreshThroughFunction } from './refresh-through-function.ts';
import { getsTickets, isKeptElsewhere, upstreamOf } from './terms.ts';

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
  code.endsWith('_TICKET_MISSING')
    ? 'Its first ticket comes within ten minutes of that, and then the service fetches a token.'
    : 'The service takes the token within two minutes of that.';

const explain = async (
  { stage, accounts, secrets, now }: Operation,
  { account, failure, culprit }: Extract<Checked, { failure: Failure }>,
  replaced: Replacement | undefined,
): Promise<string> => {
  // One that WeChat has refused serves nobody.
  const servesUntil = isUsable(account.token, now(), account.kind) && !account.token.refused_at ? account.token.expires_at : undefined;
  const pushesUnderstood = getsTickets(culprit.kind) ? await secrets.has('push', culprit.account_id) : undefined;
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
  const upstream = upstreamOf(kind);
  const until = `it is valid until ${shownTime(expires_at)}.`;
  if (isKeptElsewhere(kind))
    return `The service has the token of ${account_id} that the other system wrote into ${secrets.nameOf('credentials', account_id)}; ${until} ${upstream} was not asked.`;
  const which = handedOutAgain && token ? `again the token that the service has had since ${shownTime(token.fetched_at)}` : 'a token';
  return `${upstream} gave the service ${which} for ${account_id}; ${until}`;
};

/** @throws CommandFailure where messages cannot be asked about, or soon cannot, although there is a token */
const tellWhatIsLacking = async (operation: Operation, account: Account): Promise<void> => {
  const { stage, accounts, print } = operation;
  const { account_id, kind, ticket } = account;
  const lack = whatIsLacking({ stage, asked: account_id, account }, account);
  if (lack !== undefined) throw new CommandFailure(lack);
  if (!getsTickets(kind)) return;
  if (ticket) print(`The ticket that is kept arrived at ${shownTime(ticket.received_at)}.`);
  const concerned = authorizedBy(await accounts.all(), account_id).filter((one) => Object.keys(one.attention).length > 0);
  if (concerned.length > 0)
    print(`Accounts that authorized it and need attention: ${concerned.map((one) => one.account_id).join(', ')}. To see why, check them.`);
  const stopped = explainStoppedTickets(stage, account, operation.now());
  if (stopped !== undefined) throw new CommandFailure(stopped);
};

const whatIsLacking = (about: Circumstances, { kind, token, attention }: Account): string | undefined => {
  if (kind === 'authorized_official_account') return explainLack(about, { refusedWith: attention.api?.errcode });
  if (upstreamOf(kind) !== 'WeCom') return undefined;
  // Asked for another, WeCom handed out the very token that it had refused.
  if (token?.refused_at !== undefined) return explainFailure(refusedByWecom.failure, about);
  return attention.sync && explainWecomLack(about, attention.sync);
};
