import type { Account, TokenFailure, TokenRecord } from '../domain/account.ts';
import { secondsAfter, wholeSecondsUntil } from '../domain/time.ts';
import { isDueForRenewal, isUsable, mayForce, pauseAfterFailure } from '../domain/token-schedule.ts';
import { type AttentionDependencies, raiseAttention } from '../events/attention.ts';
import { logger } from '../logger.ts';
import { LeaseLostError } from '../store/errors.ts';
import type { CredentialReader } from './credentials.ts';
import { TokenVersionMissingError } from './errors.ts';
import { describeFailure, refusedAgain } from './failure.ts';
import type { FetchToken } from './fetch-token.ts';
import type { RefreshOutcome, RefreshRequest } from './refresh-contract.ts';
import type { TokenVault } from './token-vault.ts';

export interface RefreshDependencies extends AttentionDependencies {
  readonly credentials: CredentialReader;
  readonly vault: TokenVault;
  readonly fetchToken: FetchToken;
  readonly now?: () => Date;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  readonly random?: () => number;
}

// Asking WeChat may take 10 s (two tries of 5 s); storing the answer in two places takes well under the rest.
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

  /** The token WeChat hands out now, and whether it is the one we had. */
  const renew = async ({ account_id, token: held }: Account, force: boolean, deadline: Date) => {
    const asked = now();
    const limit = new Date(Math.min(deadline.getTime(), secondsAfter(asked, fetchSeconds).getTime()));
    const { access_token, expires_in } = await fetchToken(await credentials.read(account_id), { force, deadline: limit });
    const expires_at = secondsAfter(asked, expires_in).toISOString();
    const forced_at = force ? asked.toISOString() : held?.forced_at;
    if (held && (await holds(account_id, held.version, access_token)))
      return { same: true, token: { ...held, expires_at, ...(forced_at && { forced_at }) } };
    const version = await vault.write(account_id, access_token);
    return { same: false, token: { version, fetched_at: asked.toISOString(), expires_at, ...(forced_at && { forced_at }) } };
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
  const renewUnderLease = async (account: Account, owner: string, request: RefreshRequest, deadline: Date): Promise<RefreshOutcome> => {
    const { account_id, token: held } = account;
    const refused = held !== undefined && held.version === request.refused_version;
    let renewed: { same: boolean; token: TokenRecord };
    try {
      renewed = await renew(account, refused && mayForce(held, now()), deadline);
    } catch (error) {
      return fail(account, owner, describeFailure(error), undefined);
    }
    if (refused && renewed.same) return fail(account, owner, refusedAgain, { ...renewed.token, refused_at: now().toISOString() });
    await accounts.endTokenLease(account_id, owner, { token: renewed.token });
    if (account.attention.token) await accounts.clearAttention(account_id, 'token');
    logger.info('token renewed', { account_id, version: renewed.token.version, expires_at: renewed.token.expires_at });
    return { renewed: true, version: renewed.token.version, expires_at: renewed.token.expires_at };
  };

  const fail = async (
    account: Account,
    owner: string,
    { failure, retryAfterSeconds }: ReturnType<typeof describeFailure>,
    token: TokenRecord | undefined,
  ): Promise<RefreshOutcome> => {
    const count = (account.token_failure?.count ?? 0) + 1;
    const pause = pauseAfterFailure(count, failure.blocked, retryAfterSeconds);
    const remembered: TokenFailure = { ...failure, count, retry_at: secondsAfter(now(), pause).toISOString() };
    await accounts.endTokenLease(account.account_id, owner, { ...(token && { token }), failure: remembered });
    logger.warn('token not renewed', { account_id: account.account_id, ...remembered });
    if (failure.blocked || count >= failuresBeforeAttention) {
      const { code, hint, errcode } = failure;
      await raiseAttention(dependencies, account.account_id, 'token', { code, hint, ...(errcode !== undefined && { errcode }) }, now());
    }
    return { renewed: false, failure, retry_after_s: pause };
  };

  /**
   * @param deadline until when the caller can wait for somebody else's renewal
   * @throws AccountNotFoundError, and what the stores throw
   */
  return async (request: RefreshRequest & { readonly renewal?: boolean }, deadline: Date): Promise<RefreshOutcome> => {
    const owner = crypto.randomUUID();
    for (;;) {
      const account = await accounts.get(request.account_id);
      const answer = alreadyAnswered(account, request, now());
      if (answer) return answer;
      const leased = await accounts.takeTokenLease(request.account_id, owner, now(), secondsAfter(now(), leaseSeconds));
      if (leased) {
        // Somebody may have finished between the read and the lease.
        const inTheMeantime = alreadyAnswered(leased, request, now());
        if (inTheMeantime) {
          await accounts.releaseTokenLease(request.account_id, owner);
          return inTheMeantime;
        }
        try {
          return await renewUnderLease(leased, owner, request, deadline);
        } catch (error) {
          // Too slow: somebody took over, and the row holds that renewal's result.
          if (!(error instanceof LeaseLostError)) throw error;
        }
      }
      const pause = 100 + random() * 200;
      if (now().getTime() + pause >= deadline.getTime()) return stillBusy;
      await sleep(pause);
    }
  };
};

/** What the row itself answers: a token that serves, or a failure too fresh to ask again. */
const alreadyAnswered = (
  { token, token_failure }: Account,
  { refused_version, renewal = false }: RefreshRequest & { readonly renewal?: boolean },
  now: Date,
): RefreshOutcome | undefined => {
  const serves = isUsable(token, now) && token.version !== refused_version && !(renewal && isDueForRenewal(token, now));
  if (serves) return { renewed: true, version: token.version, expires_at: token.expires_at };
  if (token_failure && new Date(token_failure.retry_at) > now) {
    const { count: _count, retry_at, ...failure } = token_failure;
    return { renewed: false, failure, retry_after_s: wholeSecondsUntil(retry_at, now) };
  }
  return undefined;
};

const stillBusy: RefreshOutcome = {
  renewed: false,
  failure: {
    code: 'TOKEN_REFRESH_BUSY',
    detail: 'Another process is renewing the token and has not finished in time.',
    hint: 'Repeat the call.',
    http_status: 503,
    blocked: false,
  },
  retry_after_s: 5,
};
