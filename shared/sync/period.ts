import type { Account } from '../domain/account.ts';
import type { SyncSchedule } from '../domain/sync-schedule.ts';
import { secondsAfter } from '../domain/time.ts';

/** What a sync looks through for new messages: from where the last one ended, a little before; the first one, from long ago. */
export const periodSince = (
  { synced_until }: Pick<Account, 'synced_until'>,
  now: Date,
  { overlap_s, backfill_s }: Pick<SyncSchedule, 'overlap_s' | 'backfill_s'>,
): { start_time: string; end_time: string } => ({
  start_time: (synced_until === undefined ? secondsAfter(now, -backfill_s) : secondsAfter(synced_until, -overlap_s)).toISOString(),
  end_time: now.toISOString(),
});
