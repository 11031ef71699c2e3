import type { Channel } from '../domain/channel.ts';
import { DomainError } from '../errors.ts';

export class AccountNotFoundError extends DomainError {
  readonly code = 'ACCOUNT_NOT_FOUND';
  constructor(accountId: string, options?: ErrorOptions) {
    super(`there is no account ${accountId}`, options);
  }
}
export class AccountSendsNothingError extends DomainError {
  readonly code = 'ACCOUNT_SENDS_NOTHING';
  constructor(accountId: string) {
    super(`${accountId} is a third-party platform or a suite, which sends nothing itself: ask for one of the accounts that authorized it`);
  }
}
/** There is no such operation for this account: it is of WeChat's other channel. */
export class AccountOfOtherChannelError extends DomainError {
  readonly code = 'ACCOUNT_OF_OTHER_CHANNEL';
  constructor(accountId: string, wanted: Channel) {
    super(
      wanted === 'wecom'
        ? `${accountId} is of an Official Account, and this is for WeCom: Official Accounts have mass messages`
        : `${accountId} is of WeCom, and this is for Official Accounts: WeCom has group messages`,
    );
  }
}
export class MassMessageNotFoundError extends DomainError {
  readonly code = 'MASS_MESSAGE_NOT_FOUND';
  constructor(accountId: string, msgId: string) {
    super(`mass message ${msgId} of account ${accountId} was never registered`);
  }
}
export class GroupMessageNotFoundError extends DomainError {
  readonly code = 'GROUP_MESSAGE_NOT_FOUND';
  constructor(accountId: string, msgid: string) {
    super(`no sync of account ${accountId} has found group message ${msgid}`);
  }
}
export class SyncNotFoundError extends DomainError {
  readonly code = 'SYNC_NOT_FOUND';
  constructor(accountId: string, syncId: string) {
    super(`account ${accountId} has no sync ${syncId}`);
  }
}
/** Another writer was first: read again and decide again. */
export class StaleRowError extends DomainError {
  readonly code = 'STALE_ROW';
}
/** The lease ran out and another process took over: what this one fetched is not the current token. */
export class LeaseLostError extends DomainError {
  readonly code = 'LEASE_LOST';
}
/** A stored row does not have the shape it should: never handed on, always reported. */
export class UnreadableRowError extends DomainError {
  readonly code = 'UNREADABLE_ROW';
}
