import type { GroupMessage } from './group-message.ts';
import type { SyncSchedule } from './sync-schedule.ts';
import { secondsAfter } from './time.ts';

/**
 * When a message is refreshed next: young ones in every sync, then hourly, then daily, up to an age; undefined: no more. An
 * older one that could not be read is looked at again daily, for as long after it was first seen. The time of a young one stays where
 * it is, in the past, so that a sync which finds nothing new has nothing to write.
 */
export const nextRefresh = (
  message: Pick<GroupMessage, 'create_time' | 'settled' | 'next_refresh_at' | 'discovered_at' | 'totals' | 'failure'>,
  now: Date,
  schedule: SyncSchedule,
): string | undefined => {
  const { create_time, settled, next_refresh_at, discovered_at } = message;
  const unread = message.failure !== undefined || message.totals === undefined;
  if (settled || now >= secondsAfter(unread ? discovered_at : create_time, schedule.refresh_for_s)) return undefined;
  if (now < secondsAfter(create_time, schedule.young_for_s)) return next_refresh_at ?? discovered_at;
  const pause = now < secondsAfter(create_time, schedule.hourly_for_s) ? schedule.hourly_every_s : schedule.daily_every_s;
  return secondsAfter(now, pause).toISOString();
};
