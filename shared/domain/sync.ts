import * as z from 'zod';
import { accountId } from './account.ts';
import { pageGuard } from './cursor-guard.ts';
import { groupMessageId, memberId } from './group-message-id.ts';
import { totalsSum } from './group-message-totals.ts';
import type { SyncSchedule } from './sync-schedule.ts';
import { secondsAfter, toUnix } from './time.ts';

/** Ours: when it was asked for, and some letters; sorts by time. */
export const syncId = z.string().regex(/^\d{8}t\d{6}z-[0-9a-f]{8}$/, { error: 'must be the id of a sync' });
export const newSyncId = (now: Date, random: string = crypto.randomUUID()): string =>
  `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase()}z-${random.slice(0, 8)}`;

const syncPhase = z.enum(['waiting', 'discovering', 'reading_tasks', 'reading_deliveries', 'summarising', 'done', 'failed']);

const count = z.int().nonnegative();
/** What was done, counted as it is stored: what a process did that died before is done, and counted, again. */
export const syncProgress = z.object({
  messages_found: count,
  messages_new: count,
  messages_refreshed: count,
  members_all: count,
  members_done: count,
  tasks_written: count,
  deliveries_read: count,
  deliveries_written: count,
  calls: count,
});
export type SyncProgress = z.infer<typeof syncProgress>;
export const noProgress: SyncProgress = {
  messages_found: 0,
  messages_new: 0,
  messages_refreshed: 0,
  members_all: 0,
  members_done: 0,
  tasks_written: 0,
  deliveries_read: 0,
  deliveries_written: 0,
  calls: 0,
};
export const addProgress = (one: SyncProgress, other: Partial<SyncProgress>): SyncProgress =>
  syncProgress.parse(
    Object.fromEntries(Object.entries(one).map(([name, value]) => [name, value + (other[name as keyof SyncProgress] ?? 0)])),
  );

/** One list, or the whole sync, that did not come to its end. */
export const syncFailure = z.object({
  at: z.iso.datetime(),
  code: z.string(),
  detail: z.string(),
  hint: z.string().optional(),
  errcode: z.int().optional(),
  msgid: z.string().optional(),
  userid: z.string().optional(),
});
export type SyncFailure = z.infer<typeof syncFailure>;

/** What one worker has done of a round, and where it is. */
export const shardState = z.object({
  /** Of the round's messages. */
  index: count,
  /** The member up to whom, in the order of userids, everybody of this message is done. */
  userid: memberId.optional(),
  done: z.boolean(),
  progress: syncProgress,
  failures: z.array(syncFailure),
  failures_dropped: count,
  /** Places in the round of messages that turned out to be cancelled while this worker read them. */
  cancelled: z.array(count).optional(),
  /** Calls in flight at once, and the pause between them: what 45033 has left of them. */
  in_flight: z.int().positive(),
  pause_ms: count,
});
export type ShardState = z.infer<typeof shardState>;

/** A message of the round that is being worked on. */
export const roundMessage = z.object({
  msgid: groupMessageId,
  /** Members whose deliveries are to be read. */
  members: count,
  /** Also those who have not confirmed. */
  unconfirmed: z.boolean(),
  /** The list of tasks did not come to its end. */
  failure: syncFailure.optional(),
  /** When its list of members was asked for. */
  cancelled: z.boolean().optional(),
  /** When its deliveries were read: the list of members is whole. */
  cancelled_midway: z.boolean().optional(),
  /** WeCom does not show it yet, so soon after it was created. */
  not_yet: z.boolean().optional(),
});
export type RoundMessage = z.infer<typeof roundMessage>;

/** A row of the syncs table: one run. Loose: a field that a later version wrote is kept. */
export const sync = z.looseObject({
  account_id: accountId,
  sync_id: syncId,
  trigger: z.enum(['schedule', 'request']),
  requested_by: z.string().optional(),
  phase: syncPhase,
  /** What messages were created in, both ends included. */
  period: z.object({ start_time: z.iso.datetime(), end_time: z.iso.datetime() }),
  /** `due`: messages whose time has come; `period`: all of the period that were not cancelled. */
  selection: z.enum(['due', 'period']),
  created_at: z.iso.datetime(),
  started_at: z.iso.datetime().optional(),
  finished_at: z.iso.datetime().optional(),
  progress: syncProgress,
  failures: z.array(syncFailure),
  failures_dropped: count,
  /** A list of messages did not come to its end: the next sync looks as far back as this one did. */
  discovery_incomplete: z.boolean(),
  /** 45009: WeCom blocks the corp. `times` in a row. */
  parked: z.object({ until: z.iso.datetime(), times: z.int().positive() }).optional(),
  /** Accounts that sync the same corp, which share its limits. */
  sharing: z.int().positive(),
  discovering: z.object({ window: count, page: pageGuard.optional() }).optional(),
  /** Which messages have been taken on: those that were due `by` then, up to `after`; `time` is next_refresh_at, or create_time in a period. */
  selecting: z
    .object({
      by: z.iso.datetime(),
      after: z.object({ msgid: groupMessageId, time: z.iso.datetime() }).optional(),
      exhausted: z.boolean(),
    })
    .optional(),
  round: z.array(roundMessage),
  tasks: z.object({ index: count, page: pageGuard.optional() }).optional(),
  /** How many workers the round has, and what each has done. */
  shards: z.record(z.string(), shardState),
  summing: z.object({ index: count, userid: memberId.optional(), sum: totalsSum.optional() }).optional(),
  /** Steps of this attempt: an execution has at most 25,000 events in its history. */
  turns: count,
  /** Which execution runs it: one that was started with a lower number ends at its next step. */
  attempt: z.int().positive(),
  /** Attempts since a step was last completed. */
  resumes: count,
  /** By when another step must have begun: past it, the sync is stalled. Absent once it is over. */
  next_step_at: z.iso.datetime().optional(),
  /** Partition of the sparse index of syncs that are not over; comes and goes with next_step_at. */
  due: z.literal('sync').optional(),
  /** In seconds since 1970: DynamoDB deletes the row some time after. */
  expires_at: z.int(),
});
export type Sync = z.infer<typeof sync>;

export const isOver = ({ phase }: Pick<Sync, 'phase'>): boolean => phase === 'done' || phase === 'failed';

/** The row of a sync that is to begin. */
export const begun = (
  input: Pick<Sync, 'account_id' | 'sync_id' | 'trigger' | 'requested_by' | 'period' | 'selection'>,
  now: Date,
  schedule: SyncSchedule,
): Sync => ({
  ...input,
  phase: 'waiting',
  created_at: now.toISOString(),
  progress: noProgress,
  failures: [],
  failures_dropped: 0,
  discovery_incomplete: false,
  sharing: 1,
  round: [],
  shards: {},
  turns: 0,
  attempt: 1,
  resumes: 0,
  next_step_at: secondsAfter(now, schedule.stalled_after_s).toISOString(),
  due: 'sync',
  expires_at: toUnix(secondsAfter(now, schedule.keep_syncs_s)),
});

// DynamoDB takes a row of 400 KB, and nobody knows how much WeCom writes into an errmsg. With 300 bytes of it and the longest ids a failure
// has 1.1 KB: 50 of the sync, 100 of the round's messages, and 4 of each of 40 workers come to 340 KB.
const keptFailures = 50;
export const keptFailuresOfShard = 4;
const keptDetailBytes = 300;

/** A failure as a row can hold it. */
export const failedAt = (now: Date, failure: Omit<SyncFailure, 'at'>): SyncFailure => ({
  at: now.toISOString(),
  ...failure,
  // Whole characters: what is left of one at the end is not written.
  detail: new TextDecoder().decode(new TextEncoder().encode(failure.detail).subarray(0, keptDetailBytes), { stream: true }),
});

/** The row with what ended it last of all, in the place of another failure where there is no more room. */
export const endedBy = (row: Sync, failure: SyncFailure): Sync => {
  const { failures, failures_dropped } = row;
  const kept = failures.slice(0, keptFailures - 1);
  return { ...row, failures: [...kept, failure], failures_dropped: failures_dropped + failures.length - kept.length };
};

/** The first ones are kept: whatever went wrong then is most likely what went wrong at all. */
export const withFailures = <T extends Pick<ShardState, 'failures' | 'failures_dropped'>>(
  row: T,
  more: readonly SyncFailure[],
  dropped = 0,
  kept: number = keptFailures,
): T => {
  const failures = [...row.failures, ...more];
  return {
    ...row,
    failures: failures.slice(0, kept),
    failures_dropped: row.failures_dropped + dropped + Math.max(0, failures.length - kept),
  };
};

/** Everything done so far, by the workers too. */
export const progressOf = ({ progress, shards }: Pick<Sync, 'progress' | 'shards'>): SyncProgress =>
  Object.values(shards).reduce((sum, shard) => addProgress(sum, shard.progress), progress);

/** The row with what its workers did as its own, and without them. */
export const folded = (row: Sync): Sync => {
  const noted = Object.values(row.shards).reduce(
    (sum, { failures, failures_dropped }) => withFailures(sum, failures, failures_dropped),
    row,
  );
  return { ...noted, progress: progressOf(row), shards: {} };
};

/** The row handed to a new execution. Should that fail, too, the sync is stalled again after a pause that doubles, up to a limit. */
export const resumedSync = (row: Sync, now: Date, schedule: SyncSchedule): Sync => {
  const longest = Math.max(schedule.resume_at_most_every_s, schedule.stalled_after_s);
  return {
    ...row,
    attempt: row.attempt + 1,
    resumes: row.resumes + 1,
    turns: 0,
    next_step_at: secondsAfter(now, Math.min(schedule.stalled_after_s * 2 ** row.resumes, longest)).toISOString(),
  };
};
