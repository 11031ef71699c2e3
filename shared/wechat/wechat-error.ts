import { DomainError } from '../errors.ts';
import type { ErrorClass, ErrorEntry, Platform } from './error-table.ts';

const codeOf = {
  transient: 'WECHAT_TRANSIENT',
  rate_limited: 'WECHAT_RATE_LIMITED',
  token: 'WECHAT_TOKEN_REFUSED',
  waiting: 'WECHAT_WAITING',
  permanent: 'WECHAT_REFUSED',
  permission: 'WECHAT_NOT_PERMITTED',
} as const satisfies Record<ErrorClass, string>;

/** WeChat answered, and said no. Classified by (platform, errcode) alone: errmsg is for people and changes without notice. */
export class WechatError extends DomainError {
  readonly code: (typeof codeOf)[ErrorClass] | 'WECHAT_UNKNOWN_CODE';
  readonly platform: Platform;
  /** WeChat's name of the call, e.g. `massmsgget`. */
  readonly operation: string;
  readonly errcode: number;
  readonly errmsg: string;
  /** WeChat's id of the request: `openapi/rid/get` explains it for 7 days. */
  readonly rid?: string;
  readonly class: ErrorClass;
  readonly httpStatus: number;
  readonly retryAfterSeconds?: number;
  readonly hint: string;
  /** The answer, verbatim but for what was redacted. */
  readonly upstream: unknown;

  /** The answer must have been redacted before. */
  constructor(
    answer: Pick<WechatError, 'platform' | 'operation' | 'errcode' | 'errmsg' | 'upstream'>,
    entry: ErrorEntry & { readonly known: boolean },
  ) {
    super(`${answer.operation}: WeChat answered ${answer.errcode} (${entry.meaning}): ${answer.errmsg}`);
    this.code = entry.known ? codeOf[entry.class] : 'WECHAT_UNKNOWN_CODE';
    this.platform = answer.platform;
    this.operation = answer.operation;
    this.errcode = answer.errcode;
    this.errmsg = answer.errmsg;
    this.rid = /\brid:\s*([\w-]+)/.exec(answer.errmsg)?.[1];
    this.class = entry.class;
    this.httpStatus = entry.httpStatus;
    this.retryAfterSeconds = entry.retryAfterSeconds;
    this.hint = entry.hint;
    this.upstream = answer.upstream;
  }
}

const hints = {
  WECHAT_UNREACHABLE: 'Repeat; if it lasts, check the egress of the functions and the base URL of the platform.',
  WECHAT_TIMEOUT: 'Repeat; if it lasts, check the egress of the functions and whether WeChat reports trouble.',
  WECHAT_BAD_ANSWER: 'Repeat; if it lasts, check that nothing between Waybill and WeChat answers in its place, then report it.',
  WECHAT_ANSWER_TOO_LARGE: 'Ask for less at a time.',
} as const;

/** WeChat could not be asked, or what came back is no answer. */
export class WechatUnavailableError extends DomainError {
  readonly code: keyof typeof hints;
  readonly platform: Platform;
  readonly operation: string;
  /** True when the call changes something and may have been carried out. Never for a read, nor when nothing was sent. */
  readonly outcomeUnknown: boolean;
  readonly hint: string;
  readonly retryAfterSeconds?: number;
  /** The HTTP status, where there was one. */
  readonly upstreamStatus?: number;

  /** What is told must have been redacted before. */
  constructor(
    failure: Pick<WechatUnavailableError, 'code' | 'platform' | 'operation' | 'outcomeUnknown' | 'upstreamStatus'> & {
      readonly detail: string;
    },
  ) {
    super(`${failure.operation}: ${failure.detail}`);
    this.code = failure.code;
    this.platform = failure.platform;
    this.operation = failure.operation;
    this.outcomeUnknown = failure.outcomeUnknown;
    this.hint = hints[failure.code];
    // Long enough for a gateway to be replaced, short enough for someone who waits.
    if (failure.code !== 'WECHAT_ANSWER_TOO_LARGE') this.retryAfterSeconds = 5;
    this.upstreamStatus = failure.upstreamStatus;
  }
}
