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
const authorized = z
  .object({
    iam: z.object({ userArn: z.string() }).optional(),
    jwt: z.object({ claims: z.record(z.string(), z.unknown()) }).optional(),
  })
  .optional();

// A subject has at most 255 characters (OpenID Connect Core, section 2), an ARN rarely more than 200; a row keeps some fifty of them.
const keptCharacters = 512;

/**
 * Who called, for the record: with IAM the ARN of the identity, with a token its subject, or the client that got it, whose id
 * has one claim in RFC 9068 and another in OpenID Connect.
 */
export const callerOf = (authorizer: unknown): string => {
  const { iam, jwt } = authorized.safeParse(authorizer).data ?? {};
  const { sub, client_id, azp } = jwt?.claims ?? {};
  const named = [iam?.userArn, sub, client_id, azp].find((name) => typeof name === 'string' && name !== '');
  return String(named ?? 'unknown')
    .slice(0, keptCharacters)
    .toWellFormed();
};

/**
 * Whether a caller may use an account: a claim of its token names those it may, separated by spaces or commas; `*` is all of
 * them. API Gateway hands on a claim that is a list as `[a b]`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 * @param claim its name; undefined where IAM policies decide
 * @returns false, too, when the token has no such claim
 */
export const isAllowed = (claim: string | undefined, authorizer: unknown, accountId: string): boolean => {
  if (claim === undefined) return true;
  const value = authorized.safeParse(authorizer).data?.jwt?.claims[claim];
  const named = (Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : '').replace(/^\[|\]$/g, '').split(/[\s,]+/);
  return named.includes(accountId) || named.includes('*');
};

/** Holds a caller to the accounts it may use, as `isAllowed` has it. @throws AccountNotAllowedError */
export const assertAllowed = (claim: string | undefined, authorizer: unknown, accountId: string): void => {
  if (!isAllowed(claim, authorizer, accountId)) throw new AccountNotAllowedError(accountId);
};
