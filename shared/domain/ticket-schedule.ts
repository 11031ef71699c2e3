import type { Account, TokenFailure } from './account.ts';
import { secondsAfter } from './time.ts';

// A ticket comes every ten minutes and serves for twelve hours: one an hour is kept, and the others would be writes for nothing.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/component_verify_ticket.html
const keptEverySeconds = 3600;

/** A renewal that failed for want of a ticket, or of one that WeChat takes. */
export const waitsForTicket = ({ code, errcode }: Pick<TokenFailure, 'code' | 'errcode'>): boolean =>
  code === 'PLATFORM_TICKET_MISSING' || errcode === 61005 || errcode === 61006;

/** Whether a ticket that just arrived is worth keeping. */
export const isWorthKeeping = ({ ticket, token_failure }: Pick<Account, 'ticket' | 'token_failure'>, now: Date): boolean =>
  ticket === undefined ||
  secondsAfter(ticket.received_at, keptEverySeconds) <= now ||
  (token_failure !== undefined && waitsForTicket(token_failure));
