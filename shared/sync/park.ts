import type { Sync } from '../domain/sync.ts';
import type { SyncSchedule } from '../domain/sync-schedule.ts';
import { secondsAfter } from '../domain/time.ts';
import type { SyncParkedError } from './trouble.ts';

// An outage: long enough for it to end, short enough to go on soon after.
const outageSeconds = 60;
// A day of hourly windows; of an outage, half an hour.
const mostInARow = 24;

/**
 * Until when a sync pauses. WeCom blocks for the window that was exceeded and does not say which: the shortest first, and if the first
 * call after it is refused, too, the next longer one.
 * @returns undefined: it was in vain so often that the sync ends, and the next one goes on
 */
export const parkedAgain = (
  before: Sync['parked'],
  { blocked }: Pick<SyncParkedError, 'blocked'>,
  now: Date,
  { blocked_s }: Pick<SyncSchedule, 'blocked_s'>,
): NonNullable<Sync['parked']> | undefined => {
  const { until = '', times = 0 } = before ?? {};
  // Another worker has met the same a moment ago.
  if (now.toISOString() < until) return before;
  const inARow = until !== '' && now < secondsAfter(until, outageSeconds) ? times + 1 : 1;
  if (inARow > mostInARow) return undefined;
  const window = blocked ? (blocked_s[inARow - 1] ?? blocked_s.at(-1)) : outageSeconds;
  return { until: secondsAfter(now, window ?? outageSeconds).toISOString(), times: inARow };
};
