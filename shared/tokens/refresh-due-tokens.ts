import { needsRenewal } from '../domain/token-schedule.ts';
import { publishPending } from '../events/attention.ts';
import { asLogged, logger } from '../logger.ts';
import { makeRefreshToken, type RefreshDependencies } from './refresh-token.ts';

// WeCom and the Official Account both bear this many token calls at once; more would only crowd the address they share.
const atOnce = 5;

/**
 * Renews every token that is about to expire, also the first one of a new account, and sends the alarms that an earlier
 * process noted and did not get out. One account's trouble does not keep the others waiting.
 */
export const makeRefreshDueTokens = (dependencies: RefreshDependencies) => {
  const refresh = makeRefreshToken(dependencies);
  const now = dependencies.now ?? (() => new Date());

  return async (deadline: Date): Promise<{ accounts: number; due: number; renewed: number }> => {
    const accounts = await dependencies.accounts.all();
    for (const account of accounts) await publishPending(dependencies, account);
    const due = accounts.filter((account) => needsRenewal(account, now()));
    const remaining = due.values();
    let renewed = 0;
    const worker = async () => {
      for (const { account_id } of remaining) {
        if (now() >= deadline) return;
        try {
          if ((await refresh({ account_id, renewal: true }, deadline)).renewed) renewed++;
        } catch (error) {
          logger.error('renewal failed', { account_id, error: asLogged(error) });
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return { accounts: accounts.length, due: due.length, renewed };
  };
};
