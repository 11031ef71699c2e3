import * as z from 'zod';
import type { Observation } from './observation.ts';
import { secondsAfter } from './time.ts';
import type { TrackingSchedule } from './tracking-schedule.ts';

/** What of a message is to be deleted: the article at a position, counted from 1, or all of them. */
export const deletionTarget = z.union([z.literal('all'), z.int().positive()]);
export type DeletionTarget = z.infer<typeof deletionTarget>;

/**
 * `pending`: WeChat is being asked. `unknown`: it was asked and gave no answer. `not_deleted`: it gave none, and what it said
 * later shows that nothing was deleted.
 */
const deletionOutcome = z.enum(['pending', 'deleted', 'refused', 'unknown', 'not_deleted']);

/** Somebody asked for a deletion that the record could not answer, so WeChat was called. */
export const deletion = z.object({
  /** Runs on through the life of the row, also past entries that were dropped. */
  n: z.int().nonnegative(),
  target: deletionTarget,
  /** The article's address, where it was deleted by that. */
  url: z.string().optional(),
  asked_at: z.iso.datetime(),
  /** The caller, as the API's authorizer knows it. */
  asked_by: z.string(),
  outcome: deletionOutcome,
  /** Absent while it may still turn out otherwise. */
  settled_at: z.iso.datetime().optional(),
  /** WeChat's answer, verbatim, or what kept it from answering. */
  upstream: z.unknown().optional(),
});
export type Deletion = z.infer<typeof deletion>;

// Ten a day are allowed; what is asked more often is answered from the record. Keeps a row below DynamoDB's 400 KB.
const keptDeletions = 50;
// The call itself ends with the operation, after 30 s at most: older than this, whoever made it is gone.
const underWaySeconds = 60;
// Between two looks for the sake of a deletion: as long again as it is old, within these.
const shortestPauseSeconds = 60;
const longestPauseSeconds = 3600;
/** For so long it is tried to find out what became of a deletion. */
const lookedIntoSeconds = 86_400;

/** Whether WeChat is still to be asked what became of it. */
export const isOpen = ({ outcome, settled_at }: Deletion): boolean =>
  outcome === 'pending' || (outcome === 'unknown' && settled_at === undefined);

/** When its outcome can be taken from what WeChat says: before, the call may still be having its effect. */
export const tellableFrom = ({ asked_at }: Pick<Deletion, 'asked_at'>): Date => secondsAfter(asked_at, underWaySeconds);
const isUnderWay = (entry: Deletion, now: Date): boolean => entry.outcome === 'pending' && now < tellableFrom(entry);

const covers = (entry: Pick<Deletion, 'target'>, target: DeletionTarget): boolean => entry.target === 'all' || entry.target === target;

/** The one that deleted this already, or else one that may have or may yet: it is under way, or looked into. */
export const answerFromRecord = (deletions: readonly Deletion[], target: DeletionTarget): Deletion | undefined =>
  deletions.find((entry) => entry.outcome === 'deleted' && covers(entry, target)) ??
  deletions.find((entry) => isOpen(entry) && covers(entry, target));

/** Whether this was asked for before and nobody ever learned what became of it. */
export const isDoubtful = (deletions: readonly Deletion[], target: DeletionTarget): boolean =>
  deletions.some((entry) => entry.outcome === 'unknown' && (covers(entry, target) || target === 'all'));

/** The record of what no look tells of: whoever made a call that old is gone, and what came of it stays unknown. */
export const withoutStale = (deletions: readonly Deletion[], now: Date): Deletion[] =>
  deletions.map((entry) =>
    isOpen(entry) && !isUnderWay(entry, now) ? { ...entry, outcome: 'unknown' as const, settled_at: now.toISOString() } : entry,
  );

/**
 * The record with one more entry. The oldest that are over give way, and what was not deleted before what was: a target once
 * deleted is answered from its entry. One that is open stays, but no more than two of one target.
 */
export const withDeletion = (deletions: readonly Deletion[], entry: Omit<Deletion, 'n'>): Deletion[] => {
  const another = deletions.findLast((one) => isOpen(one) && one.target === entry.target);
  const earlier = deletions.map((one) =>
    isOpen(one) && one.target === entry.target && one !== another
      ? { ...one, outcome: 'unknown' as const, settled_at: entry.asked_at }
      : one,
  );
  const all = [...earlier, { n: (deletions.at(-1)?.n ?? -1) + 1, ...entry }];
  const isDeleted = ({ outcome }: Deletion) => outcome === 'deleted';
  const isRepeated = (one: Deletion) => one !== all.find((first) => isDeleted(first) && first.target === one.target);
  const dispensable = [...all.filter((one) => !isOpen(one) && !isDeleted(one)), ...all.filter((one) => isDeleted(one) && isRepeated(one))];
  const dropped = dispensable.slice(0, Math.max(0, all.length - keptDeletions));
  return all.filter((one) => !dropped.includes(one));
};

export interface DeletionEnd {
  readonly outcome: 'deleted' | 'refused' | 'unknown';
  readonly upstream?: unknown;
}

/** The record once the call of entry `n` came to its end. With a deletion, earlier ones of the same are no longer of interest. */
export const ended = (deletions: readonly Deletion[], n: number, { outcome, upstream }: DeletionEnd, now: Date): Deletion[] => {
  const settled_at = now.toISOString();
  const own = deletions.find((entry) => entry.n === n);
  return deletions.map((entry) => {
    if (entry === own) {
      // A look may have settled it by now, and knows more than a call without an answer.
      if (outcome === 'unknown' && !isOpen(entry)) return entry;
      return { ...entry, outcome, ...(upstream !== undefined && { upstream }), ...(outcome !== 'unknown' && { settled_at }) };
    }
    const superseded = outcome === 'deleted' && own && covers(own, entry.target) && isOpen(entry) && !isUnderWay(entry, now);
    return superseded ? { ...entry, outcome: 'unknown' as const, settled_at } : entry;
  });
};

/**
 * The record after a look at its message. WeChat tells of a message as a whole: that one article of several is gone cannot
 * be seen.
 * @param articles how many the message has, where that is known
 */
export const lookedInto = (deletions: readonly Deletion[], seen: Observation, articles: number | undefined, now: Date): Deletion[] =>
  deletions.map((entry) => {
    if (!isOpen(entry) || isUnderWay(entry, now)) return entry;
    const conclusion = concludedFrom(seen, articles === 1 && entry.target === 1 ? 'all' : entry.target);
    const settled_at = now.toISOString();
    if (conclusion === 'deleted') return { ...entry, outcome: conclusion, settled_at, upstream: seen.upstream };
    const open = { ...entry, outcome: 'unknown' as const };
    // The call may have its effect later than its caller gave up waiting.
    if (now < tellableFrom(entry)) return open;
    if (conclusion) return { ...entry, outcome: conclusion, settled_at, upstream: seen.upstream };
    return now >= secondsAfter(entry.asked_at, lookedIntoSeconds) ? { ...open, settled_at } : open;
  });

/** Undefined: this look does not tell. */
const concludedFrom = (seen: Observation, target: DeletionTarget): 'deleted' | 'not_deleted' | 'unknown' | undefined => {
  // Only what was sent can be deleted.
  if (seen.seen === 'awaiting') return 'not_deleted';
  if (seen.seen !== 'status') return undefined;
  switch (seen.status) {
    case 'DELETE':
      return 'deleted';
    case 'SEND_SUCCESS':
      return target === 'all' ? 'not_deleted' : 'unknown';
    case 'SENDING':
    case 'SEND_FAIL':
      return 'not_deleted';
    default:
      return undefined;
  }
};

/** One article is gone, and a look may tell that with it the whole message is: a look without an answer is made up for. */
const wantsLook = ({ target, outcome, asked_at }: Deletion, last: Observation, now: Date): boolean =>
  last.seen === 'no_answer' && outcome === 'deleted' && target !== 'all' && now < secondsAfter(asked_at, lookedIntoSeconds);

/** When to look next for the sake of a deletion. Undefined: there is nothing to learn. */
export const nextLookInto = (
  deletions: readonly Deletion[],
  last: Observation,
  now: Date,
  schedule: TrackingSchedule,
): Date | undefined => {
  const open = deletions.filter((entry) => isOpen(entry) || wantsLook(entry, last, now));
  if (open.length === 0) return undefined;
  const times = open.map((entry) => {
    const age = (now.getTime() - new Date(entry.asked_at).getTime()) / 1000;
    return secondsAfter(now, Math.min(Math.max(age, shortestPauseSeconds), longestPauseSeconds)).getTime();
  });
  const asked = last.seen === 'no_answer' ? secondsAfter(now, last.retry_after_s ?? 0) : now;
  const blocked = last.seen === 'no_answer' && last.blocked_by !== undefined ? secondsAfter(now, schedule.blocked_every_s) : now;
  return new Date(Math.max(Math.min(...times), asked.getTime(), blocked.getTime()));
};

/** The record once every look for its sake failed for reasons of our own, until well past the time it is given. */
export const notLookedInto = (deletions: readonly Deletion[], now: Date, graceSeconds: number): Deletion[] =>
  deletions.map((entry) =>
    isOpen(entry) && now >= secondsAfter(entry.asked_at, lookedIntoSeconds + graceSeconds)
      ? { ...entry, outcome: 'unknown' as const, settled_at: now.toISOString() }
      : entry,
  );

/** Whether a look may still tell something of one of them: an open one, or an article after which the whole message may be gone. */
export const mayBeLookedInto = (deletions: readonly Deletion[], now: Date, graceSeconds: number): boolean =>
  deletions.some(({ asked_at }) => now < secondsAfter(asked_at, lookedIntoSeconds + graceSeconds));
