import { STATUS_CODES } from 'node:http';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { MiddlewareObj } from '@middy/core';
import { DeletionOutcomeUnknownError } from '../deletion/errors.ts';
import { DomainError } from '../errors.ts';
import { asLogged } from '../logger.ts';
import { StaleRowError } from '../store/errors.ts';
import { TokenUnavailableError } from '../tokens/errors.ts';
import { WechatError, WechatUnavailableError } from '../wechat/wechat-error.ts';
import { InvalidRequestError } from './invalid-request.ts';

/** A failure as an RFC 9457 problem. `code` is stable; `errcode`, `errmsg`, `rid` and `hint` are there where WeChat spoke. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  readonly errcode?: number;
  readonly errmsg?: string;
  readonly rid?: string;
  readonly errors?: InvalidRequestError['errors'];
  readonly retryAfterSeconds?: number | undefined;
}

/** The status of our own errors, which know nothing of HTTP. */
const statusByCode: Readonly<Record<string, number>> = {
  ACCOUNT_NOT_ALLOWED: 403,
  ACCOUNT_NOT_FOUND: 404,
  MASS_MESSAGE_NOT_FOUND: 404,
  GROUP_MESSAGE_NOT_FOUND: 404,
  SYNC_NOT_FOUND: 404,
  ACCOUNT_SENDS_NOTHING: 409,
  ACCOUNT_OF_OTHER_CHANNEL: 409,
  WECHAT_UNREACHABLE: 502,
  WECHAT_BAD_ANSWER: 502,
  WECHAT_ANSWER_TOO_LARGE: 502,
  WECHAT_CURSOR_REPEATED: 502,
  WECHAT_TIMEOUT: 504,
};

const internal: Problem = { status: 500, code: 'INTERNAL', detail: 'The failure is ours and has been logged.' };

/** Asked again, an operation goes on with the row as others left it. */
const stale = {
  status: 503,
  hint: 'Others keep changing the same record. Ask again in a second: what is done already is answered from the record.',
  retryAfterSeconds: 1,
};

const describeProblem = (error: unknown): Problem => {
  if (error instanceof InvalidRequestError)
    return { status: error.status, code: error.code, detail: error.message, ...(error.errors.length > 0 && { errors: error.errors }) };
  if (error instanceof WechatError) {
    const { httpStatus, code, message: detail, hint, errcode, errmsg, rid, retryAfterSeconds } = error;
    // 202 is for an operation that takes the waiting for an answer, as the status of a message does; to the others it is a no for now.
    const status = httpStatus < 400 ? 503 : httpStatus;
    return { status, code, detail, hint, errcode, errmsg, ...(rid !== undefined && { rid }), retryAfterSeconds };
  }
  if (error instanceof TokenUnavailableError) {
    const { http_status: status, blocked: _blocked, ...told } = error.failure;
    return { status, ...told, retryAfterSeconds: error.retryAfterSeconds };
  }
  if (error instanceof DeletionOutcomeUnknownError) {
    const { because, code, message: detail, hint, retryAfterSeconds } = error;
    return { status: statusByCode[because] ?? 502, code, detail, hint, retryAfterSeconds };
  }
  if (error instanceof WechatUnavailableError) {
    const { code, message: detail, hint, retryAfterSeconds } = error;
    return { status: statusByCode[code] ?? 502, code, detail, hint, retryAfterSeconds };
  }
  if (error instanceof StaleRowError) return { ...stale, code: error.code, detail: error.message };
  const status = error instanceof DomainError ? statusByCode[error.code] : undefined;
  return error instanceof DomainError && status ? { status, code: error.code, detail: error.message } : refusedByMiddy(error);
};

/** middy's own refusals carry a status: 415 for another media type, 422 for a body that is not JSON, which is a 400 here. */
const refusedByMiddy = (error: unknown): Problem => {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status === 415) return { status, code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'body: must be JSON, with content-type application/json' };
  if (status === 422) return { status: 400, code: 'INVALID_REQUEST', detail: 'body: is not valid JSON' };
  return internal;
};

/**
 * Answers a thrown error with a problem. Sets `request.response` only: `request.error` stays as thrown, so that whatever
 * observes further out still sees the cause.
 */
export const problems = (logger: Logger): MiddlewareObj => ({
  onError: (request) => {
    const { retryAfterSeconds, ...problem } = describeProblem(request.error);
    if (problem.status >= 500) logger.error('failed', asLogged(request.error));
    else logger.info('refused', { ...problem });
    request.response = {
      statusCode: problem.status,
      headers: {
        'content-type': 'application/problem+json',
        ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      },
      body: JSON.stringify({ title: STATUS_CODES[problem.status], ...problem }),
    };
  },
});
