import type { Account, Failure } from '../../shared/domain/account.ts';
import type { AccountStore } from '../../shared/store/account-store.ts';
import type { RefreshOutcome, RefreshRequest } from '../../shared/tokens/refresh-contract.ts';

export interface CheckDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly refresh: (request: RefreshRequest) => Promise<RefreshOutcome>;
}

export type Checked = { readonly account: Account } & (
  | { readonly expires_at: string; readonly handedOutAgain: boolean }
  | { readonly failure: Failure }
);

/**
 * Has the service ask WeChat for a token now, also where it has one and where it pauses after a failure. Asked in this way
 * WeChat hands out the same token again, which takes nothing from whoever uses it and proves secret and allow-list all the same.
 * @throws AccountNotFoundError
 */
export const checkAccount = async ({ accounts, refresh }: CheckDependencies, accountId: string): Promise<Checked> => {
  const account = await accounts.get(accountId);
  const outcome = await refresh({ account_id: accountId, prove: true });
  if (!outcome.renewed) return { account, failure: outcome.failure };
  return { account, expires_at: outcome.expires_at, handedOutAgain: outcome.version === account.token?.version };
};
