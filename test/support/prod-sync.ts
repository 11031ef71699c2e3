import type { SyncSchedule } from '../../shared/domain/sync-schedule.ts';

const [minute, hour, day] = [60, 3600, 86_400];

/** Numbers such as production runs with. */
export const prodSync: SyncSchedule = {
  every_s: 10 * minute,
  backfill_s: 28 * day,
  overlap_s: day,
  young_for_s: day,
  hourly_every_s: hour,
  hourly_for_s: 7 * day,
  daily_every_s: day,
  refresh_for_s: 30 * day,
  unconfirmed_every_s: day,
  groups_settle_s: hour,
  not_visible_for_s: hour,
  keep_deliveries_s: 400 * day,
  keep_syncs_s: 30 * day,
  calls_per_second: 30,
  shards: 5,
  calls_in_flight: 4,
  messages_per_round: 50,
  members_per_round: 20_000,
  blocked_s: [minute, hour],
  wait_for_other_s: 30,
  index_lag_s: 2,
  stalled_after_s: 10 * minute,
  resume_at_most_every_s: hour,
};
