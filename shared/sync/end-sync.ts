import type { Account } from '../domain/account.ts';
import { endedBy, folded, type Sync } from '../domain/sync.ts';
import { raiseAttention } from '../events/attention.ts';
import { logger } from '../logger.ts';
import type { StepDependencies } from './dependencies.ts';
import type { Run, Turn } from './step.ts';
import { SyncBlockedError, type SyncParkedError } from './trouble.ts';

/** Ends the sync. The lease goes first: a sync that dies between the two is stalled, goes on, and finds nothing left to do. */
export const endSync = async (
  dependencies: StepDependencies,
  run: Run,
  phase: 'done' | 'failed',
  because?: SyncBlockedError | SyncParkedError,
): Promise<Turn> => {
  const { accounts, syncs } = dependencies;
  const { account_id, sync_id } = run.row;
  // One of several workers knows nothing of what the others have done since.
  if (run.row.phase === 'reading_deliveries') run.row = await syncs.get(account_id, sync_id);
  if (because) {
    const { code, hint = because.message, errcode } = because.failure;
    if (because instanceof SyncBlockedError && because.attention)
      await raiseAttention(dependencies, account_id, 'sync', { code, hint, ...(errcode !== undefined && { errcode }) }, run.now());
  } else if (run.account.attention.sync) await accounts.clearAttention(account_id, 'sync');
  const finished_at = run.now().toISOString();
  const due = run.row.selection === 'due' ? { syncedUntil: syncedUntil(run.row, run.account) } : undefined;
  await accounts.endSyncLease(account_id, { sync_id, finished_at, phase }, due);
  const whole = folded(run.row);
  await run.save({ ...(because ? endedBy(whole, run.logged(because.failure)) : whole), ...over, phase, finished_at });
  logger.info('synced', { account_id, sync_id, phase, ...run.row.progress });
  return { next: 'done' };
};

/** Ends a sync whose account was removed. */
export const accountGone = async (syncs: StepDependencies['syncs'], row: Sync, now: Date): Promise<Turn> => {
  const at = now.toISOString();
  const noted = endedBy(folded(row), { at, code: 'ACCOUNT_NOT_FOUND', detail: `there is no account ${row.account_id}` });
  await syncs.save({ ...noted, ...over, phase: 'failed', finished_at: at });
  return { next: 'done' };
};

/** What a sync that goes on needs. */
const over = { next_step_at: undefined, due: undefined, tasks: undefined, summing: undefined, parked: undefined, round: [] };

/** Up to when every message has been found, so that the next sync need not look before that. */
const syncedUntil = (
  { started_at, discovering, discovery_incomplete, period: { end_time } }: Sync,
  { synced_until = '' }: Pick<Account, 'synced_until'>,
): string | undefined =>
  // One that waited for long ends after a later one has.
  started_at !== undefined && !discovering && !discovery_incomplete && end_time > synced_until ? end_time : undefined;
