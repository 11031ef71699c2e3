import * as z from 'zod';
import { folded, type Sync, sync, syncProgress } from '../domain/sync.ts';

const {
  messages_found,
  messages_new,
  messages_refreshed,
  members_all,
  members_done,
  deliveries_read,
  deliveries_written,
  tasks_written,
  calls,
} = syncProgress.shape;
const { requested_by, phase, period, failures, failures_dropped } = sync.shape;

/** A sync as the API shows it. */
export const syncView = sync
  .pick({ account_id: true, sync_id: true, trigger: true, created_at: true, started_at: true, finished_at: true })
  .extend({
    requested_by: requested_by.meta({ description: 'who asked; absent when the schedule began it' }),
    phase: phase.meta({
      description: 'waiting: for its turn; reading_tasks, reading_deliveries, summarising: round by round; failed: it could not go on',
    }),
    period: period.meta({ description: 'in which new messages are looked for, both ends included' }),
    failures: failures.meta({ description: 'what did not come to its end: a list, or the sync itself' }),
    failures_dropped: failures_dropped.meta({ description: 'how many more there were: the first ones are kept' }),
    messages: z.object({ found: messages_found, new: messages_new, refreshed: messages_refreshed }),
    members: z.object({ done: members_done, all: members_all }).meta({
      description: 'of the messages that have been looked at so far; done: those whose deliveries are known as WeCom has them',
    }),
    tasks: z.object({ written: tasks_written }),
    deliveries: z.object({ read: deliveries_read, written: deliveries_written }),
    calls: calls.meta({ description: 'to WeCom' }),
    parked_until: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'WeCom blocks the corp for too many calls (45009), or cannot be reached' }),
  })
  .strip()
  .meta({ id: 'Sync' });
export type SyncView = z.infer<typeof syncView>;

/** What its workers have done so far belongs to it, too. */
export const presentSync = (row: Sync, now: Date): SyncView => {
  const { progress, parked, ...rest } = folded(row);
  return syncView.parse({
    ...rest,
    messages: { found: progress.messages_found, new: progress.messages_new, refreshed: progress.messages_refreshed },
    members: { done: progress.members_done, all: progress.members_all },
    tasks: { written: progress.tasks_written },
    deliveries: { read: progress.deliveries_read, written: progress.deliveries_written },
    calls: progress.calls,
    parked_until: parked && now.toISOString() < parked.until ? parked.until : null,
  });
};
