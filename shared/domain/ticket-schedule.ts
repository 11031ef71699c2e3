import type { Account, AccountKind, TokenFailure } from './account.ts';
import { secondsAfter } from './time.ts';

// A ticket comes every ten minutes and serves for twelve hours: one an hour is kept, and the others would be writes for nothing.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/component_verify_ticket.html
const keptEverySeconds = 3600;

// Of a suite it comes as often and serves for 30 minutes. Kept each time, it outlasts two lost pushes; kept every second time, not one.
// The half minute is for pushes that come early. Those out of turn are left: a secret bears a new version every ten minutes, no more.
// https://developer.work.weixin.qq.com/document/path/90628
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
const suiteKeptEverySeconds = 570;
const keptEvery = (kind: AccountKind): number => (kind === 'wecom_suite' ? suiteKeptEverySeconds : keptEverySeconds);

/** A renewal that failed for want of a ticket, or of one that WeChat takes (40085: WeCom). */
export const waitsForTicket = ({ code, errcode }: Pick<TokenFailure, 'code' | 'errcode'>): boolean =>
  code === 'PLATFORM_TICKET_MISSING' || code === 'SUITE_TICKET_MISSING' || errcode === 61005 || errcode === 61006 || errcode === 40085;

/** Whether a ticket that just arrived is worth keeping. */
export const isWorthKeeping = ({ kind, ticket, token_failure }: Pick<Account, 'kind' | 'ticket' | 'token_failure'>, now: Date): boolean =>
  ticket === undefined ||
  secondsAfter(ticket.received_at, keptEvery(kind)) <= now ||
  (token_failure !== undefined && waitsForTicket(token_failure));
