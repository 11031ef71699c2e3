import * as z from 'zod';
import { progressOf, type Sync, sync, syncProgress } from '../domain/sync.ts';

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

/** A sync as the API shows it. */
export const syncView = sync
  .pick({
    account_id: true,
    sync_id: true,
    trigger: true,
    requested_by: true,
    phase: true,
    period: true,
    created_at: true,
    started_at: true,
    finished_at: true,
    failures: true,
    failures_dropped: true,
  })
  .extend({
    messages: z.object({ found: messages_found, new: messages_new, refreshed: messages_refreshed }),
    members: z.object({ done: members_done, all: members_all }).meta({ description: 'of the messages that have been looked at so far' }),
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

export const presentSync = (row: Sync, now: Date): SyncView => {
  const progress = progressOf(row);
  const failures = [...row.failures, ...Object.values(row.shards).flatMap((shard) => shard.failures)];
  const until = row.parked?.until ?? null;
  return syncView.parse({
    ...row,
    failures,
    messages: { found: progress.messages_found, new: progress.messages_new, refreshed: progress.messages_refreshed },
    members: { done: progress.members_done, all: progress.members_all },
    tasks: { written: progress.tasks_written },
    deliveries: { read: progress.deliveries_read, written: progress.deliveries_written },
    calls: progress.calls,
    parked_until: until !== null && now.toISOString() < until ? until : null,
  });
};
