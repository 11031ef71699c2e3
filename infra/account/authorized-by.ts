import type { Account } from '../../shared/domain/account.ts';
import type { AccountStore } from '../../shared/store/account-store.ts';

/** The accounts whose tokens are had through that platform, by their ids. */
export const authorizedBy = async (accounts: Pick<AccountStore, 'all'>, platformId: string): Promise<Account[]> =>
  (await accounts.all())
    .filter(({ platform }) => platform === platformId)
    .sort((one, other) => (one.account_id < other.account_id ? -1 : 1));
