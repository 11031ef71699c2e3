import type { SyncFailure } from '../domain/sync.ts';
import { TokenUnavailableError } from '../tokens/errors.ts';
import { WechatError, WechatUnavailableError } from '../wechat/wechat-error.ts';

type What = Omit<SyncFailure, 'at'>;

/** This list cannot be read to its end; others can. */
export class ListFailedError extends Error {
  readonly failure: What;
  constructor(failure: What, options?: ErrorOptions) {
    super(failure.detail, options);
    this.failure = failure;
  }
}
/** The sync has to pause: WeCom blocks the corp (45009), or nothing can be reached. */
export class SyncParkedError extends ListFailedError {
  /** The window is WeCom's, which says no length. */
  readonly blocked: boolean;
  constructor(failure: What, blocked: boolean, options?: ErrorOptions) {
    super(failure, options);
    this.blocked = blocked;
  }
}
/** The sync is over: every call would meet the same. */
export class SyncBlockedError extends ListFailedError {
  /** Nobody else has said so. */
  readonly attention: boolean;
  constructor(failure: What, attention: boolean, options?: ErrorOptions) {
    super(failure, options);
    this.attention = attention;
  }
}
/** No time is left in this step. */
export class OutOfTimeError extends Error {}

// Blocked for the window that was exceeded: https://developer.work.weixin.qq.com/document/path/90312
const callLimit: ReadonlySet<number> = new Set([45009, 45036]);
/** Too many calls of this API at once. */
export const tooManyAtOnce = 45033;
// Of class `permission`, but said of the member that is asked about.
const ofOneMember: ReadonlySet<number> = new Set([50002, 60011, 60021, 60030, 60031, 701008]);

export const isUnreachable = (error: unknown): boolean =>
  error instanceof WechatUnavailableError || (error instanceof WechatError && error.class === 'transient');

/** What a failed call means for the sync. What is no failure of WeCom's or of a token's is thrown as it is: the machine repeats the step. */
export const troubleOf = (error: unknown): unknown => {
  if (error instanceof TokenUnavailableError) {
    const { failure } = error;
    const what = {
      code: error.code,
      detail: failure.detail,
      hint: failure.hint,
      ...(failure.errcode !== undefined && { errcode: failure.errcode }),
    };
    // The token functions have raised the alarm.
    return failure.blocked ? new SyncBlockedError(what, false, { cause: error }) : new SyncParkedError(what, false, { cause: error });
  }
  if (error instanceof WechatUnavailableError)
    return new ListFailedError({ code: error.code, detail: error.message, hint: error.hint }, { cause: error });
  if (!(error instanceof WechatError)) return error;
  const what = { code: error.code, detail: error.message, hint: error.hint, errcode: error.errcode };
  if (callLimit.has(error.errcode)) return new SyncParkedError(what, true, { cause: error });
  if (error.class === 'token') return new SyncBlockedError(what, false, { cause: error });
  if (error.class === 'permission' && !ofOneMember.has(error.errcode)) return new SyncBlockedError(what, true, { cause: error });
  return new ListFailedError(what, { cause: error });
};
