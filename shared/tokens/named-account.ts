import type { Account, AccountKind } from '../domain/account.ts';
import type { AccountStore } from '../store/account-store.ts';
import { AccountNotFoundError } from '../store/errors.ts';
import { CredentialsUnusableError } from './errors.ts';

/**
 * The account that credentials name as the one whose token theirs is asked for with.
 * @param as what it should be, in words
 * @throws CredentialsUnusableError when it is not there or of another kind
 */
export const readNamedAccount = async (
  accounts: Pick<AccountStore, 'get'>,
  accountId: string,
  { kind, as }: { readonly kind: AccountKind; readonly as: string },
): Promise<Account> => {
  const named = await accounts.get(accountId).catch((cause: unknown) => {
    if (!(cause instanceof AccountNotFoundError)) throw cause;
    throw new CredentialsUnusableError(`the credentials name the ${as} ${accountId}, which nobody added`, { cause });
  });
  if (named.kind !== kind)
    throw new CredentialsUnusableError(`the credentials name ${accountId} as the ${as}, which is none but ${named.kind}`);
  return named;
};
