import type { Failure } from '../domain/account.ts';
import { DomainError } from '../errors.ts';

export class CredentialsUnusableError extends DomainError {
  readonly code = 'CREDENTIALS_UNUSABLE';
}

/** The secret that tokens, or what they are asked for with, are kept in cannot be written or read. */
export class TokenSecretUnusableError extends DomainError {
  readonly code = 'TOKEN_SECRET_UNUSABLE';
}

/** The secret that WeChat's pushes are signed with cannot be read. */
export class PushSecretUnusableError extends DomainError {
  readonly code = 'PUSH_SECRET_UNUSABLE';
}

/** That version of the secret is not there, or not there yet: Secrets Manager answers from copies that can lag a write. */
export class TokenVersionMissingError extends DomainError {
  readonly code = 'TOKEN_VERSION_MISSING';
}

/** WeChat has pushed no ticket to the third-party platform yet. */
export class PlatformTicketMissingError extends DomainError {
  readonly code = 'PLATFORM_TICKET_MISSING';
  readonly platform: string;
  constructor(platform: string) {
    super(`no component_verify_ticket has arrived for ${platform} yet`);
    this.platform = platform;
  }
}

/** WeCom has pushed no ticket to the suite yet. */
export class SuiteTicketMissingError extends DomainError {
  readonly code = 'SUITE_TICKET_MISSING';
  readonly suite: string;
  constructor(suite: string) {
    super(`no suite_ticket has arrived for ${suite} yet`);
    this.suite = suite;
  }
}

/** The account's owner allows the third-party platform no API at all. */
export class NothingAuthorizedError extends DomainError {
  readonly code = 'NOTHING_AUTHORIZED';
}

/** The system that keeps this token has not written a new one in time. */
export class ExternalTokenStaleError extends DomainError {
  readonly code = 'EXTERNAL_TOKEN_STALE';
  readonly secretName: string;
  /** Its time is over only now, and whoever keeps it could not have another before. */
  readonly mayFollow: boolean;
  constructor(secretName: string, what: string, { mayFollow = false } = {}) {
    super(`the token in the secret ${secretName} ${what}`);
    this.secretName = secretName;
    this.mayFollow = mayFollow;
  }
}

/** No token can be had; `failure` says why and what to do. */
export class TokenUnavailableError extends DomainError {
  readonly code: string;
  readonly failure: Failure;
  readonly retryAfterSeconds?: number;
  constructor(failure: Failure, retryAfterSeconds?: number, options?: ErrorOptions) {
    super(failure.detail, options);
    this.code = failure.code;
    this.failure = failure;
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds;
  }
}
