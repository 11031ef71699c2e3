import type { Failure } from '../domain/account.ts';
import { WechatError, WechatUnavailableError } from '../wechat/wechat-error.ts';
import {
  CredentialsUnusableError,
  ExternalTokenStaleError,
  NothingAuthorizedError,
  PlatformTicketMissingError,
  SuiteTicketMissingError,
  TokenSecretUnusableError,
  TokenUnavailableError,
} from './errors.ts';
import type { RefreshOutcome } from './refresh-contract.ts';

export interface DescribedFailure {
  readonly failure: Failure;
  readonly retryAfterSeconds?: number;
  /** Trying again asks nobody but ourselves, so it need not become seldom. */
  readonly costsNoCall?: boolean;
  /** Another account has the same trouble and the alarm for it. */
  readonly toldElsewhere?: boolean;
}

// WeChat pushes a ticket every ten minutes; one that arrives ends the failure at once.
const ticketIntervalSeconds = 600;
// With the third failure, a minute after the token has ended, somebody should look at the system that keeps it.
const followingSeconds = 30;

/** A failed renewal in words that can be stored and handed on. What is not known here is a fault of ours and is rethrown. */
export const describeFailure = (error: unknown): DescribedFailure => {
  if (error instanceof WechatError) {
    const { code, message: detail, hint, errcode, errmsg, rid, retryAfterSeconds } = error;
    // 'waiting' on a token call (89503) is an administrator who has to allow the address: nothing passes by itself.
    const blocked = error.class !== 'transient' && error.class !== 'rate_limited';
    // As an answer to a token call, not to the call for a status: there is nothing to wait for with 202.
    const http_status = error.class === 'waiting' ? 503 : error.httpStatus;
    return {
      failure: { code, detail, hint, http_status, blocked, errcode, errmsg, ...(rid !== undefined && { rid }) },
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    };
  }
  if (error instanceof WechatUnavailableError) {
    const { code, message: detail, hint } = error;
    return { failure: { code, detail, hint, http_status: 503, blocked: false } };
  }
  if (error instanceof CredentialsUnusableError) {
    const hint = 'Write the credentials of the account again.';
    return { failure: { code: error.code, detail: error.message, hint, http_status: 502, blocked: true } };
  }
  if (error instanceof TokenSecretUnusableError) {
    const hint = 'Restore the secret, or let the function use it and its key.';
    return { failure: { code: error.code, detail: error.message, hint, http_status: 502, blocked: true } };
  }
  return describePlatformFailure(error);
};

/** What only happens where somebody else has a part in the token. */
const describePlatformFailure = (error: unknown): DescribedFailure => {
  if (error instanceof PlatformTicketMissingError) {
    const hint = `WeChat pushes a ticket every ten minutes: check that the platform's authorization event URL is this service's /callbacks/${error.platform}.`;
    // Not blocked at first: a platform that was just added waits for its first ticket. The third failure raises the alarm.
    const failure = { code: error.code, detail: error.message, hint, http_status: 503, blocked: false };
    return { failure, retryAfterSeconds: ticketIntervalSeconds };
  }
  if (error instanceof SuiteTicketMissingError) {
    const hint = `WeCom pushes a ticket every ten minutes: check that the suite's callback URL for instructions (指令回调URL) is this service's /callbacks/${error.suite}.`;
    const failure = { code: error.code, detail: error.message, hint, http_status: 503, blocked: false };
    return { failure, retryAfterSeconds: ticketIntervalSeconds };
  }
  if (error instanceof NothingAuthorizedError) {
    const hint =
      'Have the owner of the Official Account authorize the third-party platform again, with the permission set for mass messages.';
    return { failure: { code: error.code, detail: error.message, hint, http_status: 403, blocked: true } };
  }
  if (error instanceof ExternalTokenStaleError) {
    const hint = `The system that keeps this token must write the new one into the secret ${error.secretName}.`;
    const failure = { code: error.code, detail: error.message, hint, http_status: 502, blocked: !error.mayFollow };
    return { failure, costsNoCall: true, ...(error.mayFollow && { retryAfterSeconds: followingSeconds }) };
  }
  if (error instanceof TokenUnavailableError) {
    const failure = { ...error.failure, detail: `the suite or third-party platform has no token: ${error.failure.detail}` };
    return { failure, costsNoCall: true, toldElsewhere: true };
  }
  throw error;
};

/** WeChat refuses its token and, asked for another, hands out the same. By force is the next try, after the 30 s that WeChat demands. */
export const refusedAgain = (mayBeForced: boolean): DescribedFailure => ({
  failure: {
    code: 'WECHAT_TOKEN_REFUSED',
    detail: 'WeChat refuses the token, and hands out the same one when asked for another.',
    hint: `${mayBeForced ? 'The token is replaced by force at the next try.' : 'WeChat is asked again at the next try.'} If it lasts, check in the console that the account may call the API.`,
    http_status: 502,
    blocked: false,
  },
  retryAfterSeconds: 30,
});

/** The same of WeCom, which has no way to replace a token: there is another only when this one ends. */
export const refusedByWecom: DescribedFailure = {
  failure: {
    code: 'WECHAT_TOKEN_REFUSED',
    detail: 'WeCom refuses the token, and hands out the same one when asked for another.',
    hint: "Check in the corp's console that the app is enabled and may call the API: WeCom replaces a token only when it ends, within two hours.",
    http_status: 502,
    blocked: true,
  },
};

/** The owner took the authorization back. Nobody asks WeChat for a token until a push says that it was given again. */
export const authorizationLapsed: Failure = {
  code: 'AUTHORIZATION_LAPSED',
  detail: 'The owner of the Official Account has withdrawn the authorization of the third-party platform.',
  hint: 'Have the owner authorize the third-party platform again.',
  http_status: 403,
  blocked: true,
};

/** Somebody else's renewal takes longer than this caller can wait, or there is no time left to begin one. */
export const stillBusy: RefreshOutcome = {
  renewed: false,
  failure: {
    code: 'TOKEN_REFRESH_BUSY',
    detail: 'The token is being renewed, and this call could not wait for it any longer.',
    hint: 'Repeat the call.',
    http_status: 503,
    blocked: false,
  },
  retry_after_s: 5,
};
