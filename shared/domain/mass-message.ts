import * as z from 'zod';
import { accountId } from './account.ts';
import { deletion } from './deletion.ts';
import { article, copyright, counts, pushed } from './pushed.ts';

/** In the order in which a mass message goes through them; the six after `sending` are alternatives. */
export const massMessageState = z.enum([
  'submitted',
  'awaiting_confirmation',
  'sending',
  'sent',
  'failed',
  'rejected',
  'confirmation_refused',
  'confirmation_expired',
  'unknown',
  'deleted',
]);
export type MassMessageState = z.infer<typeof massMessageState>;

/**
 * On what a state rests, weakest first: the caller said so, nothing was seen in time, it follows from what was seen,
 * massmsgget said so, WeChat's push said so.
 */
export const basis = z.enum(['registered', 'clock', 'inferred', 'observed', 'pushed']);
export type Basis = z.infer<typeof basis>;

/** WeChat numbers messages in 64 bits and JavaScript counts exactly to 2^53: always a string of digits. */
export const massMessageId = z
  .string({
    error: ({ input }) =>
      typeof input === 'number' ? 'must be a string: as a number it would lose digits beyond 2^53' : 'must be a string of digits',
  })
  .regex(/^[1-9]\d{0,18}$/, { error: 'must be 1 to 19 digits without leading zero' })
  .refine((id) => !/^\d+$/.test(id) || BigInt(id) < 2n ** 63n, { error: 'must be below 2^63' });

export const historyEntry = z.object({
  /** Runs on through the life of a message, also past entries that were dropped: with the row's key, what consumers of events dedupe on. */
  n: z.int().nonnegative(),
  at: z.iso.datetime(),
  state: massMessageState,
  basis,
  /** WeChat's answer, verbatim. */
  upstream: z.unknown().optional(),
  published: z.boolean(),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

/** A row of the mass-messages table. Loose: a field that a later version wrote is kept. */
export const massMessage = z.looseObject({
  account_id: accountId,
  msg_id: massMessageId,
  label: z.string().optional(),
  state: massMessageState,
  basis,
  submitted_at: z.iso.datetime(),
  registered_at: z.iso.datetime(),
  confirmation_deadline: z.iso.datetime(),
  /** When the present state began, as far as we saw. */
  state_since: z.iso.datetime(),
  /** Looks at WeChat in the present state; the schedule goes by them. */
  looks: z.int().nonnegative(),
  /** The newest answer of WeChat, verbatim, or what kept it from answering. */
  last_observation: z.object({ at: z.iso.datetime(), upstream: z.unknown() }).optional(),
  pushed: pushed.optional(),
  counts: counts.optional(),
  articles: z.array(article).optional(),
  copyright: copyright.optional(),
  /** Rows of earlier versions have none. */
  deletions: z.array(deletion).default([]),
  /** When a settled message is looked at next, to learn what became of a deletion. Absent while none is open. */
  deletion_look_at: z.iso.datetime().optional(),
  /** The code of what a person has to mend before WeChat answers about this message. */
  blocked_by: z.string().optional(),
  history: z.array(historyEntry),
  history_dropped: z.int().nonnegative(),
  /** Absent once nothing more is expected: settled, and every entry published. */
  next_step_at: z.iso.datetime().optional(),
  /** Partition of the sparse index of rows that still expect something; comes and goes with next_step_at. */
  due: z.literal('mass-message').optional(),
  /** Which execution follows it: one that was started with a lower number ends at its next step. */
  attempt: z.int().positive(),
  /** Attempts since a step was last completed. */
  resumes: z.int().nonnegative(),
  rev: z.int().nonnegative(),
});
export type MassMessage = z.infer<typeof massMessage>;

const onTheWay: ReadonlySet<MassMessageState> = new Set(['submitted', 'awaiting_confirmation', 'sending']);
export const isSettled = (state: MassMessageState): boolean => !onTheWay.has(state);

/** Whether WeChat has anything to tell about this message now. */
export const isLookedAt = ({ state, deletion_look_at }: Pick<MassMessage, 'state' | 'deletion_look_at'>, now: Date): boolean =>
  !isSettled(state) || (deletion_look_at !== undefined && deletion_look_at <= now.toISOString());
