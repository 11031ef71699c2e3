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
    super(`${accountId} is a third-party platform, which sends nothing itself: ask for one of the accounts that authorized it`);
  }
}
export class MassMessageNotFoundError extends DomainError {
  readonly code = 'MASS_MESSAGE_NOT_FOUND';
  constructor(accountId: string, msgId: string) {
    super(`mass message ${msgId} of account ${accountId} was never registered`);
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
