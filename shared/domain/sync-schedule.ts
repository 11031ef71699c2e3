import * as z from 'zod';

const seconds = z.int().positive();
const count = z.int().positive();

/** How WeCom accounts are synced: numbers of a stage, in whole seconds where nothing else is said. */
export const syncSchedule = z.strictObject({
  /** How long after its last sync an account is synced again. One of a period that was asked for does not count. */
  every_s: seconds,
  /** How far back the first sync of an account looks. */
  backfill_s: seconds,
  /** How far before the end of the last sync the next one looks for messages that WeCom was late to list. */
  overlap_s: seconds,
  /** Messages younger than this are refreshed in every sync, then every `hourly_every_s` … */
  young_for_s: seconds,
  hourly_every_s: seconds,
  /** … up to this age, then every `daily_every_s` … */
  hourly_for_s: seconds,
  daily_every_s: seconds,
  /** … up to this age, and from then on no more. */
  refresh_for_s: seconds,
  /** While a member has not confirmed, nothing is sent: their recipients are read again this seldom. */
  unconfirmed_every_s: seconds,
  /** WeCom lists a customer group once it was sent to: the groups of a member who confirmed are read again until this long after. */
  groups_settle_s: seconds,
  /** WeCom answers 41047 or 41063 for a while after a message was created; later it means that the message is not there. */
  not_visible_for_s: seconds,
  /** For how long deliveries are kept, counted from when the message was created. */
  keep_deliveries_s: seconds,
  keep_syncs_s: seconds,
  /** Calls a second of one API, for all that syncs a corp. WeCom: 10,000 a minute and 150,000 an hour, which are 41 a second. */
  calls_per_second: z.number().positive().max(41),
  /** Workers that read deliveries side by side, and how many calls each has in flight at most. */
  shards: z.int().min(1).max(40),
  calls_in_flight: z.int().min(1).max(10),
  /** Messages, and members to be read, that one round takes on: bounds the history of an execution, which has at most 25,000 events. */
  messages_per_round: z.int().min(1).max(100),
  members_per_round: count,
  /** After 45009: WeCom blocks for the window that was exceeded, a minute or an hour, and does not say which. */
  blocked_s: z.array(seconds).min(1),
  /** How long a sync waits for another one of its account before it looks again. */
  wait_for_other_s: seconds,
  /** DynamoDB's indexes follow a write within a second or so: what was just discovered is looked for after this pause. */
  index_lag_s: seconds,
  /** Without a step for this long a sync counts as stalled, and keeps others away no longer: more than a step and its retries take. */
  stalled_after_s: seconds,
  /** The longest pause between two attempts to bring a stalled sync back. */
  resume_at_most_every_s: seconds,
});
export type SyncSchedule = z.infer<typeof syncSchedule>;
