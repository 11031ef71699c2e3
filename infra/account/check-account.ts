import type { Account, Failure } from '../../shared/domain/account.ts';
import { isUsable } from '../../shared/domain/token-schedule.ts';
import type { AccountStore } from '../../shared/store/account-store.ts';
import type { RefreshOutcome, RefreshRequest } from '../../shared/tokens/refresh-contract.ts';
import { findAccount } from './add-account.ts';
import { termsOf } from './terms.ts';

export interface CheckDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly refresh: (request: RefreshRequest) => Promise<RefreshOutcome>;
  readonly now: () => Date;
}

/** `account` is as it was before; `culprit` whose token there is none of: the account, or its third-party platform or suite. */
export type Checked = { readonly account: Account } & (
  | { readonly expires_at: string; readonly handedOutAgain: boolean }
  | { readonly failure: Failure; readonly culprit: Account }
);

/**
 * Has the service ask WeChat for a token now, also where it has one and where it pauses after a failure. Of its own secret
 * WeChat hands out the same token again, which takes nothing from whoever uses it and proves secret and allow-list all the same.
 * @throws AccountNotFoundError
 */
export const checkAccount = async ({ accounts, refresh, now }: CheckDependencies, accountId: string): Promise<Checked> => {
  const account = await accounts.get(accountId);
  const named = account.platform === undefined ? undefined : await findAccount(accounts, account.platform);
  // Another account may have that id by now, and its tokens are none of this one's business.
  const platform = named?.kind === termsOf(account.kind).through?.kind ? named : undefined;
  // Its failure would otherwise be answered from memory, and what was just mended not be tried.
  if (platform && (platform.token_failure || !isUsable(platform.token, now(), platform.kind))) {
    const outcome = await refresh({ account_id: platform.account_id, prove: true });
    if (!outcome.renewed) return { account, failure: outcome.failure, culprit: platform };
  }
  const outcome = await refresh({ account_id: accountId, prove: true });
  if (!outcome.renewed) {
    // It had a token and no failure. If it has one now, its token was refused just then and there is no other.
    const met = platform && (await findAccount(accounts, platform.account_id))?.token_failure;
    return met ? { account, failure: met, culprit: platform } : { account, failure: outcome.failure, culprit: account };
  }
  return { account, expires_at: outcome.expires_at, handedOutAgain: outcome.version === account.token?.version };
};
