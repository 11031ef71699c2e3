import { DomainError } from '../errors.ts';
import type { WechatUnavailableError } from '../wechat/wechat-error.ts';

/** WeChat was asked to delete and gave no answer: it may have done so. */
export class DeletionOutcomeUnknownError extends DomainError {
  readonly code = 'DELETION_OUTCOME_UNKNOWN';
  /** Why there was no answer: the code of the failed call. */
  readonly because: WechatUnavailableError['code'];
  readonly hint: string;
  readonly retryAfterSeconds = 60;
  constructor(cause: WechatUnavailableError, hint: string) {
    super(`${cause.message}; it may have been deleted or not`, { cause });
    this.because = cause.code;
    this.hint = hint;
  }
}
