import type { Failure } from '../domain/account.ts';
import { DomainError } from '../errors.ts';

export class CredentialsUnusableError extends DomainError {
  readonly code = 'CREDENTIALS_UNUSABLE';
}

/** The secret that tokens are kept in cannot be written. */
export class TokenSecretUnusableError extends DomainError {
  readonly code = 'TOKEN_SECRET_UNUSABLE';
}

/** That version of the secret is not there, or not there yet: Secrets Manager answers from copies that can lag a write. */
export class TokenVersionMissingError extends DomainError {
  readonly code = 'TOKEN_VERSION_MISSING';
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
