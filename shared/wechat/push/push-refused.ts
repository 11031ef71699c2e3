import { DomainError } from '../../errors.ts';

/** This is not, or not surely, from WeChat. The message is for the log, and names no secret; outside all of them look the same. */
export class PushRefusedError extends DomainError {
  readonly code = 'PUSH_REFUSED';
}

/** It is from WeChat, but cannot be read: sent again, it would be the same. */
export class PushUnreadableError extends DomainError {
  readonly code = 'PUSH_UNREADABLE';
}
