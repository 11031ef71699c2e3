import type { Account, AccountKind, TokenFailure, TokenRecord } from '../domain/account.ts';
import { hasLapsed } from '../domain/authorization.ts';
import { channelOf } from '../domain/channel.ts';
import { secondsAfter, wholeSecondsUntil } from '../domain/time.ts';
import { isUsable, mayForce, needsRenewal, pauseAfterFailure } from '../domain/token-schedule.ts';
import { raiseAttention } from '../events/attention.ts';
import type { EventBus } from '../events/event-bus.ts';
import { logger } from '../logger.ts';
import type { AccountStore } from '../store/account-store.ts';
import { LeaseLostError } from '../store/errors.ts';
import { type CredentialReader, upstreamIdOf } from './credentials.ts';
import { CredentialsUnusableError, ExternalTokenStaleError, TokenVersionMissingError } from './errors.ts';
import { authorizationLapsed, type DescribedFailure, describeFailure, refusedAgain, refusedByWecom, stillBusy } from './failure.ts';
import type { FetchToken } from './fetch-token.ts';
import type { RefreshOutcome, RefreshRequest } from './refresh-contract.ts';
import type { TokenVault } from './token-vault.ts';

export interface RefreshDependencies {
  readonly accounts: AccountStore;
  readonly events: EventBus;
  readonly credentials: CredentialReader;
  readonly vault: TokenVault;
  readonly fetchToken: FetchToken;
  readonly now?: () => Date;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  readonly random?: () => number;
}

/** `renewal`: the schedule asks, and a token that is about to expire will not do. */
type Request = RefreshRequest & { readonly renewal?: boolean };

// Asking WeChat may take 10 s (two tries of 5 s); reading the credentials and storing the answer in two places take a few more.
const fetchSeconds = 10;
const leaseSeconds = 15;
// A failure that repeats is worth a person's look even if each one might have passed by itself.
const failuresBeforeAttention = 3;

/**
 * Makes sure that an account has a token other than the one the caller could not use. Of any number of callers, in any
 * number of processes, one asks WeChat, and the others wait for its result. One question to WeChat for each refusal,
 * then the error; a failure is remembered and answers whoever asks until its pause is over.
 */
export const makeRefreshToken = (dependencies: RefreshDependencies) => {
  const { accounts, vault, credentials, fetchToken } = dependencies;
  const now = dependencies.now ?? (() => new Date());
  const sleep = dependencies.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  const random = dependencies.random ?? Math.random;

  const readCredentials = async ({ account_id, kind, upstream_id }: Account) => {
    const found = await credentials.read(account_id);
    if (found.kind !== kind) throw new CredentialsUnusableError(`the credentials are for ${found.kind}, the account is ${kind}`);
    // A token of somebody else's would be taken for this account's, and every answer with it.
    const of = upstreamIdOf(found);
    if (of !== upstream_id) throw new CredentialsUnusableError(`the credentials are of ${of}, the account is ${upstream_id}`);
    return found;
  };

  /** The token WeChat hands out now, and whether it is the one we had. */
  const renew = async (account: Account, force: boolean): Promise<{ same: boolean; token: TokenRecord }> => {
    const { account_id, token: held } = account;
    const asked = now();
    const { access_token, expires_in } = await fetchToken(await readCredentials(account), {
      account,
      force,
      deadline: secondsAfter(asked, fetchSeconds),
    });
    const expires_at = secondsAfter(asked, expires_in).toISOString();
    const forced_at = force ? asked.toISOString() : held?.forced_at;
    if (held && (await holds(account_id, held.version, access_token))) return { same: true, token: { ...held, expires_at, forced_at } };
    const version = await vault.write(account_id, access_token);
    return { same: false, token: { version, fetched_at: asked.toISOString(), expires_at, forced_at } };
  };

  const holds = async (accountId: string, version: string, accessToken: string): Promise<boolean> =>
    vault.read(accountId, version).then(
      (stored) => stored === accessToken,
      (error: unknown) => {
        if (error instanceof TokenVersionMissingError) return false;
        throw error;
      },
    );

  /** Asks WeChat, with the lease in hand, and ends the lease with what came of it. */
  const renewUnderLease = async (account: Account, owner: string, request: Request): Promise<RefreshOutcome> => {
    const { account_id, token: held } = account;
    const refused = held !== undefined && held.version === request.refused_version;
    // By force is only for a token that the account's own secret gives: nobody else's is Waybill's to end.
    const ownSecret = account.kind === 'official_account';
    const force = refused && ownSecret && mayForce(held, now());
    let renewed: Awaited<ReturnType<typeof renew>>;
    try {
      renewed = await renew(account, force);
    } catch (error) {
      // By force, and the answer lost: it may have been done all the same, and counts.
      return fail(account, owner, describeFailure(error), force ? { ...held, forced_at: now().toISOString() } : undefined);
    }
    // WeChat is not asked about a token that another system keeps: only another token ends the trouble with one that was refused.
    const stillRefused = isKeptElsewhere(account.kind) && held?.refused_at !== undefined;
    if (renewed.same && (refused || stillRefused)) {
      const { refused_at = now().toISOString() } = renewed.token;
      return fail(account, owner, whyRefused(account, refused_at), { ...renewed.token, refused_at });
    }
    await accounts.endTokenLease(account_id, owner, { token: renewed.token });
    if (account.attention.token) await accounts.clearAttention(account_id, 'token');
    const { version, expires_at } = renewed.token;
    logger.info(renewed.same ? 'token is still the same' : 'token renewed', { account_id, version, expires_at });
    return { renewed: true, version, expires_at };
  };

  /** WeChat refuses the token, and there is no other. */
  const whyRefused = ({ account_id, kind }: Account, refusedAt: string): DescribedFailure => {
    if (isKeptElsewhere(kind))
      return describeFailure(new ExternalTokenStaleError(credentials.nameOf(account_id), `was refused by WeChat at ${refusedAt}`));
    if (channelOf(kind) === 'wecom') return refusedByWecom;
    return refusedAgain(kind === 'official_account');
  };

  const fail = async (
    account: Account,
    owner: string,
    { failure, retryAfterSeconds, costsNoCall = false, toldElsewhere = false }: DescribedFailure,
    token: TokenRecord | undefined,
  ): Promise<RefreshOutcome> => {
    const count = (account.token_failure?.count ?? 0) + 1;
    const pause = pauseAfterFailure(count, failure.blocked && !costsNoCall, retryAfterSeconds);
    const remembered: TokenFailure = { ...failure, count, retry_at: secondsAfter(now(), pause).toISOString() };
    await accounts.endTokenLease(account.account_id, owner, { ...(token && { token }), failure: remembered });
    logger.warn('token not renewed', { account_id: account.account_id, ...remembered });
    // What may pass by itself takes nothing's place: today's outage is one alarm, however its failures are called.
    const lasts = count >= failuresBeforeAttention && !account.attention.token;
    if (!toldElsewhere && (failure.blocked || lasts)) {
      const { code, hint, errcode } = failure;
      await raiseAttention(dependencies, account.account_id, 'token', { code, hint, errcode }, now());
    }
    return { renewed: false, failure, retry_after_s: pause };
  };

  /** Undefined: the lease was lost to somebody else, whose result is the one that counts. */
  const renewOnce = async (leased: Account, owner: string, request: Request): Promise<RefreshOutcome | undefined> => {
    try {
      // Somebody may have finished between the read and the lease.
      const inTheMeantime = alreadyAnswered(leased, request, now());
      if (!inTheMeantime) return await renewUnderLease(leased, owner, request);
      await accounts.releaseTokenLease(leased.account_id, owner);
      return inTheMeantime;
    } catch (error) {
      if (error instanceof LeaseLostError) return undefined;
      // A fault of ours. The next caller need not wait for the lease to run out.
      await accounts.releaseTokenLease(leased.account_id, owner);
      throw error;
    }
  };

  /**
   * @param deadline until when the caller can wait for somebody else's renewal; with less time left than a renewal takes,
   *   none is begun
   * @throws AccountNotFoundError, and what the stores throw
   */
  return async (request: Request, deadline: Date): Promise<RefreshOutcome> => {
    const owner = crypto.randomUUID();
    for (;;) {
      const account = await accounts.get(request.account_id);
      const answer = alreadyAnswered(account, request, now());
      if (answer) return answer;
      const enoughTime = secondsAfter(now(), leaseSeconds) <= deadline;
      const leased = enoughTime && (await accounts.takeTokenLease(request.account_id, owner, now(), secondsAfter(now(), leaseSeconds)));
      const outcome = leased ? await renewOnce(leased, owner, request) : undefined;
      if (outcome) return outcome;
      const pause = 100 + random() * 200;
      if (now().getTime() + pause >= deadline.getTime()) return stillBusy;
      await sleep(pause);
    }
  };
};

const isKeptElsewhere = (kind: AccountKind) => kind === 'official_account_external_token' || kind === 'wecom_external_token';

/** What the row itself answers: a token that serves, or a failure too fresh to ask again. */
const alreadyAnswered = (account: Account, request: Request, now: Date): RefreshOutcome | undefined => {
  const { kind, token, token_failure } = account;
  if (request.prove) return undefined;
  if (hasLapsed(account)) return { renewed: false, failure: authorizationLapsed };
  const unwanted = [request.refused_version, request.unreadable_version];
  const serves = isUsable(token, now, kind) && !unwanted.includes(token.version) && !(request.renewal && needsRenewal(account, now));
  if (serves) return { renewed: true, version: token.version, expires_at: token.expires_at };
  if (token_failure && new Date(token_failure.retry_at) > now) {
    const { count: _count, retry_at, ...failure } = token_failure;
    return { renewed: false, failure, retry_after_s: wholeSecondsUntil(retry_at, now) };
  }
  return undefined;
};
