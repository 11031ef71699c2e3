import * as z from 'zod';
import { DomainError } from '../errors.ts';

/** The caller may use the API, but not for this account. */
export class AccountNotAllowedError extends DomainError {
  readonly code = 'ACCOUNT_NOT_ALLOWED';
  constructor(accountId: string) {
    super(`the caller's token is not for account ${accountId}`);
  }
}

/** Cut down to what decides: with IAM authorization there is no `jwt`, and the policy of the caller has decided already. */
const authorized = z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }).optional() }).optional();

/**
 * Holds a caller to the accounts that a claim of its token names, separated by spaces or commas; `*` is all of them. API
 * Gateway hands on a claim that is a list as `[a b]`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 * @param claim its name; undefined where IAM policies decide
 * @throws AccountNotAllowedError, also when the token has no such claim
 */
export const assertAllowed = (claim: string | undefined, authorizer: unknown, accountId: string): void => {
  if (claim === undefined) return;
  const value = authorized.safeParse(authorizer).data?.jwt?.claims[claim];
  const named = (Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : '').replace(/^\[|\]$/g, '').split(/[\s,]+/);
  if (!named.includes(accountId) && !named.includes('*')) throw new AccountNotAllowedError(accountId);
};
