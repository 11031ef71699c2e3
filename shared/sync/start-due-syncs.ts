import type { Account } from '../domain/account.ts';
import { channelOf, sendsMessages } from '../domain/channel.ts';
import { begun, newSyncId, resumedSync, type Sync } from '../domain/sync.ts';
import type { SyncSchedule } from '../domain/sync-schedule.ts';
import { secondsAfter } from '../domain/time.ts';
import { type AttentionDependencies, raiseAttention } from '../events/attention.ts';
import { asLogged, logger } from '../logger.ts';
import type { AccountStore } from '../store/account-store.ts';
import { StaleRowError } from '../store/errors.ts';
import type { SyncStore } from '../store/sync-store.ts';
import type { SyncStarter } from './executions.ts';
import { periodSince } from './period.ts';

export interface StartDueSyncsDependencies extends AttentionDependencies {
  readonly accounts: AttentionDependencies['accounts'] & Pick<AccountStore, 'all' | 'takeSyncLease'>;
  readonly syncs: Pick<SyncStore, 'create' | 'takeOver' | 'overdue'>;
  readonly executions: SyncStarter;
  readonly schedule: SyncSchedule;
  readonly now?: () => Date;
}

// One failure is a passing trouble, three in a row are a pattern that a person should see.
const resumesBeforeAttention = 3;

/**
 * Starts a sync for every WeCom account whose last one is long enough ago, and a new execution for every sync that stalled: its
 * execution failed, was stopped, came to the end of its history, or never started.
 */
export const makeStartDueSyncs = (dependencies: StartDueSyncsDependencies) => {
  const { accounts, syncs, executions, schedule } = dependencies;
  const now = dependencies.now ?? (() => new Date());

  const resume = async (row: Sync): Promise<boolean> => {
    const next = resumedSync(row, now(), schedule);
    try {
      await syncs.takeOver(next, row);
    } catch (error) {
      // Alive after all, or another run was first; an index that lags shows the row as it was.
      if (error instanceof StaleRowError) return false;
      throw error;
    }
    const { account_id, sync_id, attempt, resumes } = next;
    logger.warn('resumed', { account_id, sync_id, attempt, stalled_since: row.next_step_at });
    if (resumes >= resumesBeforeAttention) await raiseAttention(dependencies, account_id, 'sync', stalls(next), now());
    await executions.start({ account_id, sync_id, attempt });
    return true;
  };

  const isDue = ({ kind, sync_lease, due_synced_at }: Account): boolean => {
    if (channelOf(kind) !== 'wecom' || !sendsMessages(kind)) return false;
    const at = now().toISOString();
    if (sync_lease && sync_lease.expires_at > at) return false;
    return due_synced_at === undefined || now() >= secondsAfter(due_synced_at, schedule.every_s);
  };

  const begin = async (account: Account): Promise<boolean> => {
    const { account_id } = account;
    const at = now();
    const sync_id = newSyncId(at);
    // Of two that start one at the same moment, one gets the lease. It dies with its row unwritten: the lease runs out.
    if (!(await accounts.takeSyncLease(account_id, sync_id, at, secondsAfter(at, schedule.stalled_after_s)))) return false;
    const period = periodSince(account, at, schedule);
    const sync = begun({ account_id, sync_id, trigger: 'schedule', period, selection: 'due' }, at, schedule);
    await syncs.create(sync);
    await executions.start({ account_id, sync_id, attempt: sync.attempt });
    return true;
  };

  /** One's trouble does not keep the others waiting. */
  const attempted = async (what: Record<string, string>, run: () => Promise<boolean>): Promise<number> => {
    try {
      return (await run()) ? 1 : 0;
    } catch (error) {
      logger.error('not started', { ...what, error: asLogged(error) });
      return 0;
    }
  };

  return async (deadline: Date): Promise<{ started: number; resumed: number }> => {
    let [started, resumed] = [0, 0];
    const stalled = new Set<string>();
    for await (const page of syncs.overdue(now()))
      for (const row of page) {
        if (now() >= deadline) return { started, resumed };
        const { account_id, sync_id } = row;
        stalled.add(account_id);
        resumed += await attempted({ account_id, sync_id }, () => resume(row));
      }
    for (const account of await accounts.all()) {
      if (now() >= deadline) return { started, resumed };
      // What is resumed finds what is new, too.
      if (stalled.has(account.account_id) || !isDue(account)) continue;
      started += await attempted({ account_id: account.account_id }, () => begin(account));
    }
    return { started, resumed };
  };
};

const stalls = ({ sync_id, resumes }: Sync) => ({
  code: 'SYNC_STALLS',
  hint: `Sync ${sync_id} failed ${resumes} times in a row: look at the failed executions of group-message-sync.`,
});
