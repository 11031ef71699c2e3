import type { Account } from '../../shared/domain/account.ts';

/** Those whose tokens are had through that platform or suite, by their ids. */
export const authorizedBy = (accounts: readonly Account[], platformId: string): Account[] =>
  accounts.filter(({ platform }) => platform === platformId).sort((one, other) => (one.account_id < other.account_id ? -1 : 1));
