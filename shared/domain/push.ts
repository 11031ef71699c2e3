import { isDeepStrictEqual } from 'node:util';
import { isOpen } from './deletion.ts';
import { learn, register } from './follow.ts';
import type { MassMessage } from './mass-message.ts';
import { keepable } from './observation.ts';
import { type PushStatus, readStatus } from './push-status.ts';
import type { Article, Copyright, Counts, Pushed } from './pushed.ts';
import { supersedes } from './state-order.ts';
import type { TrackingSchedule } from './tracking-schedule.ts';

/** What WeChat pushed about a message of an account. */
export interface MassMessagePush {
  readonly account_id: string;
  readonly msg_id: string;
  readonly status: string;
  readonly created_at?: Date;
  readonly counts?: Counts;
  readonly articles?: readonly Article[];
  readonly copyright?: Copyright;
  readonly upstream: unknown;
}

/**
 * The row after a push, due at once if that changed its state; `message` itself if the push says nothing new, or contradicts what
 * is known. A message that nobody registered begins here. Numbers and articles are taken also when the state is known already.
 * Pure; the caller stores it under the condition that the row is still at `message.rev`, or still is not there.
 */
export const receivePush = (
  message: MassMessage | undefined,
  push: MassMessagePush,
  now: Date,
  schedule: TrackingSchedule,
): MassMessage => {
  if (message && contradicts(message, push)) return message;
  const status = readStatus(push.status);
  const upstream = keepable(push.upstream);
  const reported = { ...reportOf(push), pushed: newest(message?.pushed, push.status, status, upstream, now) };
  if (!message) return { ...arrived(push, status, upstream, now, schedule), ...reported };

  const learned = status ? learn(message, { state: status.state, basis: 'pushed' }, upstream, now) : message;
  const next = { ...learned, ...reported };
  if (isDeepStrictEqual(next, { ...message })) return message;
  const changed = learned.state !== message.state;
  return {
    ...next,
    // Every state that a push names is settled. Whoever follows it looks by its own plan, which may be an hour from now: a
    // new execution tells at once.
    ...(changed && { next_step_at: now.toISOString(), due: 'mass-message' as const, attempt: message.attempt + 1 }),
    ...(changed && !next.deletions.some(isOpen) && { blocked_by: undefined }),
    rev: message.rev + 1,
  };
};

/**
 * Whether the push comes too late to be believed: its conclusion does not stand against what is known, or it has a word that
 * nobody knows after one that everybody does. Its numbers are then about something else, and its reason would be a wrong one.
 */
export const contradicts = (message: MassMessage, push: Pick<MassMessagePush, 'status'>): boolean => {
  const status = readStatus(push.status);
  if (!status) return message.pushed !== undefined && readStatus(message.pushed.status) !== undefined;
  // What was deleted had been sent.
  const stands = message.state === status.state || (message.state === 'deleted' && status.state === 'sent');
  return !stands && !supersedes({ state: status.state, basis: 'pushed' }, message);
};

const reportOf = ({ counts, articles, copyright }: MassMessagePush): Pick<MassMessage, 'counts' | 'articles' | 'copyright'> => ({
  ...(counts && { counts }),
  ...(articles && { articles: [...articles] }),
  ...(copyright && { copyright }),
});

/** The same push again is as old as it was. */
const newest = (held: Pushed | undefined, status: string, known: PushStatus | undefined, upstream: unknown, now: Date): Pushed => {
  const meaning = known?.meaning;
  const next = { at: now.toISOString(), status, ...(meaning !== undefined && { meaning }), upstream };
  return held && isDeepStrictEqual({ ...held, at: next.at }, next) ? held : next;
};

/** Sent from WeChat's own pages, or not registered yet. One entry: nobody saw it under way. */
const arrived = (
  { account_id, msg_id, created_at }: MassMessagePush,
  status: PushStatus | undefined,
  upstream: unknown,
  now: Date,
  schedule: TrackingSchedule,
): MassMessage => {
  const row = register({ account_id, msg_id, submitted_at: created_at?.toISOString() }, now, schedule);
  const state = status?.state ?? 'submitted';
  const history = row.history.map((entry) => ({ ...entry, state, basis: 'pushed' as const, upstream }));
  return { ...row, state, basis: 'pushed', history };
};

/**
 * The row of a message whose push or deletion was faster than its sender, with what the sender knows of it. Undefined: nothing is to be
 * added, and what was registered stays as it is.
 */
export const registeredLate = (
  message: MassMessage,
  {
    label = message.label,
    submitted_at = message.submitted_at,
  }: { readonly label?: string | undefined; readonly submitted_at?: string | undefined },
): MassMessage | undefined => {
  const fromPush = message.history_dropped === 0 && message.history[0]?.basis === 'pushed';
  // A deletion of what nobody registered makes the row with its own time.
  const fromDeletion = message.deletions.some(({ n, asked_at }) => n === 0 && asked_at === message.registered_at);
  const isOurs = (fromPush || fromDeletion) && message.label === undefined;
  // What it began with was the time of the push or of the deletion.
  const earlier = submitted_at < message.submitted_at ? submitted_at : message.submitted_at;
  if (!isOurs || (label === undefined && earlier === message.submitted_at)) return undefined;
  return { ...message, ...(label !== undefined && { label }), submitted_at: earlier, rev: message.rev + 1 };
};
