import type { Account } from '../domain/account.ts';
import type { AccountStore } from './account-store.ts';
import { AccountSendsNothingError } from './errors.ts';

/**
 * An account that has messages: a third-party platform has none of its own, and WeChat would take its token for a mistake (61014).
 * @throws AccountNotFoundError, AccountSendsNothingError
 */
export const getSendingAccount = async (accounts: Pick<AccountStore, 'get'>, accountId: string): Promise<Account> => {
  const account = await accounts.get(accountId);
  if (account.kind === 'third_party_platform') throw new AccountSendsNothingError(accountId);
  return account;
};
