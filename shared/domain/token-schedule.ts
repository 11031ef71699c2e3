import type { Account, AccountKind, TokenRecord } from './account.ts';
import { hasLapsed, isUnexplored } from './authorization.ts';
import { type Channel, channelOf } from './channel.ts';
import { secondsAfter } from './time.ts';

// A step of the workflow takes at most 60 s, and its last call to WeChat begins 15 s before that; the rest is for clocks that differ.
const marginSeconds = 60;

// WeCom hands out the same token until it ends: to stop using it before, or to ask for the next, is in vain. What meets its end is
// answered with 42001 and renews it. https://developer.work.weixin.qq.com/document/path/91039
const untilTheEnd = 0;
const margins: Record<Channel, number> = { official_account: marginSeconds, wecom: untilTheEnd };

// stable_token hands out a new token only in the last 5 minutes of the old one. The minute that is left out is for clocks that differ.
// A third-party platform gets a new one for itself and for its accounts whenever it asks, so this does for them as well.
// https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
const renewalWindowSeconds = 240;
const windows: Record<Channel, number> = { official_account: renewalWindowSeconds, wecom: untilTheEnd };

// force_refresh is allowed 20 times a day, at least 30 s apart: every 75 minutes makes 19. Same page.
const forcedEverySeconds = 75 * 60;

/** Whether an operation may start with this token. */
export const isUsable = <T extends Pick<TokenRecord, 'expires_at'>>(
  token: T | undefined,
  now: Date,
  kind: AccountKind = 'official_account',
): token is T => token !== undefined && secondsAfter(token.expires_at, -margins[channelOf(kind)]) > now;

/** Whether it is time to ask WeChat for the next one. */
export const isDueForRenewal = (token: TokenRecord | undefined, now: Date, kind: AccountKind = 'official_account'): boolean =>
  token === undefined || secondsAfter(token.expires_at, -windows[channelOf(kind)]) <= now;

/** Whether the schedule should see to the account's token now. What the owner allows is asked with it, and a lapse ends both. */
export const needsRenewal = (account: Pick<Account, 'kind' | 'token' | 'authorization'>, now: Date): boolean =>
  !hasLapsed(account) && (isUnexplored(account) || isDueForRenewal(account.token, now, account.kind));

/**
 * Whether the token may be replaced by force, which ends it for every system that shares it: only once WeChat has refused
 * it and, asked for another, handed out the very same.
 */
export const mayForce = (token: TokenRecord, now: Date): boolean =>
  token.refused_at !== undefined && (token.forced_at === undefined || secondsAfter(token.forced_at, forcedEverySeconds) <= now);

/**
 * Seconds for which WeChat is not asked again after the `count`th failure in a row. What a person must mend is tried ever
 * more seldom, at most hourly: repeated wrong secrets get the address banned.
 */
export const pauseAfterFailure = (count: number, blocked: boolean, retryAfterSeconds = 0): number => {
  const [first, most] = blocked ? [30, 3600] : [2, 60];
  return Math.max(retryAfterSeconds, Math.min(most, first * 2 ** (count - 1)));
};
