/**
 * Base of every failure that a caller can act on. `code` is part of the API's contract and never changes its meaning;
 * the HTTP status it is answered with lives in http/problems.ts, not here.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
