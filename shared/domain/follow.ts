import { lookedInto, nextLookInto } from './deletion.ts';
import { type HistoryEntry, isSettled, type MassMessage } from './mass-message.ts';
import { keepable, type Observation } from './observation.ts';
import { givenUpAt, lastLookAt, nextLook } from './poll-schedule.ts';
import { type Conclusion, strongerBasis, supersedes } from './state-order.ts';
import { secondsAfter } from './time.ts';
import type { TrackingSchedule } from './tracking-schedule.ts';

// An ordinary life has five entries. The bound keeps a row below DynamoDB's 400 KB whatever happens.
const keptHistory = 100;

/** The row of a mass message that a caller has just registered: due at once, its first entry not yet told to anyone. */
export const register = (
  input: {
    readonly account_id: string;
    readonly msg_id: string;
    readonly submitted_at?: string | undefined;
    readonly label?: string | undefined;
  },
  now: Date,
  schedule: TrackingSchedule,
): MassMessage => {
  const registered_at = now.toISOString();
  // A clock that is a little ahead of ours does not put the deadline off.
  const submitted_at = new Date(Math.min(new Date(input.submitted_at ?? now).getTime(), now.getTime())).toISOString();
  return {
    account_id: input.account_id,
    msg_id: input.msg_id,
    ...(input.label !== undefined && { label: input.label }),
    state: 'submitted',
    basis: 'registered',
    submitted_at,
    registered_at,
    confirmation_deadline: secondsAfter(submitted_at, schedule.confirmation_window_s).toISOString(),
    state_since: registered_at,
    looks: 0,
    deletions: [],
    history: [{ n: 0, at: registered_at, state: 'submitted', basis: 'registered', published: false }],
    history_dropped: 0,
    next_step_at: registered_at,
    due: 'mass-message',
    attempt: 1,
    resumes: 0,
    rev: 0,
  };
};

/**
 * The row after a look at WeChat: its state as far as the evidence or, failing that, the clock allows a conclusion, and
 * the time of its next step. Pure; the caller stores it under the condition that the row is still at `message.rev`.
 */
export const follow = (message: MassMessage, observation: Observation, now: Date, schedule: TrackingSchedule): MassMessage => {
  const upstream = keepable(observation.upstream);
  const evidence = fromEvidence(message, observation, now, schedule);
  const seen = {
    ...(evidence ? learn(message, evidence, upstream, now) : message),
    ...deletionsAfter(message, { ...observation, upstream }, now, schedule),
    blocked_by: observation.seen === 'no_answer' ? (observation.blocked_by ?? message.blocked_by) : undefined,
    last_observation: { at: now.toISOString(), upstream },
    resumes: 0,
    rev: message.rev + 1,
  };
  const timedOut = fromClock(seen, observation, now, schedule);
  const next = timedOut ? learn(seen, timedOut, undefined, now) : seen;
  // A settled row stays due until everybody has been told: see `published`.
  if (isSettled(next.state)) return { ...next, blocked_by: undefined, next_step_at: now.toISOString(), due: 'mass-message' };
  return { ...next, looks: next.looks + 1, next_step_at: nextLook(next, observation, now, schedule).toISOString(), due: 'mass-message' };
};

/** The row after the entries up to `n` were published. Once it is settled and everything is told, an open deletion alone is due. */
export const published = (message: MassMessage, n: number): MassMessage => {
  const history = message.history.map((entry) => (entry.n <= n ? { ...entry, published: true } : entry));
  const { next_step_at, due, blocked_by, ...rest } = message;
  const told = isSettled(message.state) && history.every((entry) => entry.published);
  const { deletion_look_at } = message;
  return {
    ...rest,
    ...(!told && { next_step_at, due }),
    // What a deletion settled is not waited for any more.
    ...(!isSettled(message.state) && blocked_by !== undefined && { blocked_by }),
    ...(told && deletion_look_at !== undefined && { next_step_at: deletion_look_at, due: 'mass-message' as const }),
    history,
    rev: message.rev + 1,
  };
};

// An outage of the bus is a matter of minutes.
const tellAgainSeconds = 60;

/** The row of a settled message of which nobody could be told now. */
export const toldLater = (message: MassMessage, now: Date): MassMessage => ({
  ...message,
  next_step_at: secondsAfter(now, tellAgainSeconds).toISOString(),
  rev: message.rev + 1,
});

/** The row of a message that could not be followed for as long as one is given, for reasons of our own. */
export const givenUp = (message: MassMessage, now: Date): MassMessage => ({
  ...learn(message, { state: 'unknown', basis: 'clock' }, undefined, now),
  blocked_by: undefined,
});

/** What the look says of deletions whose outcome is not known, and when that is looked into again. */
const deletionsAfter = (message: MassMessage, seen: Observation, now: Date, schedule: TrackingSchedule) => {
  const deletions = lookedInto(message.deletions, seen, message.articles?.length, now);
  return { deletions, deletion_look_at: nextLookInto(deletions, seen, now, schedule)?.toISOString() };
};

/** What WeChat's word means for this message. Undefined: nothing that would change it. */
const fromEvidence = (message: MassMessage, observation: Observation, now: Date, schedule: TrackingSchedule): Conclusion | undefined => {
  if (observation.seen === 'awaiting') return { state: 'awaiting_confirmation', basis: 'observed' };
  if (observation.seen !== 'status') return undefined;
  switch (observation.status) {
    case 'SEND_SUCCESS':
      return { state: 'sent', basis: 'observed' };
    case 'SENDING':
      return { state: 'sending', basis: 'observed' };
    case 'DELETE':
      return { state: 'deleted', basis: 'observed' };
    case 'SEND_FAIL':
      return whyItFailed(message, now, schedule);
    default:
      return undefined;
  }
};

/**
 * massmsgget says SEND_FAIL whatever the cause: what it stands for follows from what the message was waiting for. Our
 * deadline may lie a little behind WeChat's, and a refusal in the last minute is rarer than a late registration.
 */
const whyItFailed = ({ state, confirmation_deadline }: MassMessage, now: Date, schedule: TrackingSchedule): Conclusion => {
  if (state === 'confirmation_refused' || state === 'confirmation_expired') return { state, basis: 'inferred' };
  if (state !== 'awaiting_confirmation') return { state: 'failed', basis: 'observed' };
  const surelyBefore = now < secondsAfter(confirmation_deadline, -schedule.confirmation_tolerance_s);
  return { state: surelyBefore ? 'confirmation_refused' : 'confirmation_expired', basis: 'inferred' };
};

/** What can be concluded from time alone. That nobody confirmed is concluded only while WeChat itself still says that it waits. */
const fromClock = (message: MassMessage, observation: Observation, now: Date, schedule: TrackingSchedule): Conclusion | undefined => {
  if (isSettled(message.state)) return undefined;
  if (observation.seen === 'awaiting' && message.state === 'awaiting_confirmation' && now >= lastLookAt(message, schedule))
    return { state: 'confirmation_expired', basis: 'clock' };
  const invisible = observation.seen === 'nothing_yet' && message.state === 'submitted';
  if (invisible && now >= secondsAfter(message.submitted_at, schedule.not_visible_for_s)) return { state: 'unknown', basis: 'clock' };
  return now >= givenUpAt(message, schedule) ? { state: 'unknown', basis: 'clock' } : undefined;
};

/** The row with what was just learned of its state, and an entry of the history if that changes it. Neither due nor a new revision yet. */
export const learn = (message: MassMessage, conclusion: Conclusion, upstream: unknown, now: Date): MassMessage => {
  if (conclusion.state === message.state) return { ...message, basis: strongerBasis(message.basis, conclusion.basis) };
  if (!supersedes(conclusion, message)) return message;
  const at = now.toISOString();
  const n = (message.history.at(-1)?.n ?? -1) + 1;
  const entry: HistoryEntry = { n, at, ...conclusion, ...(upstream !== undefined && { upstream }), published: false };
  const history = [...message.history, entry];
  const dropped = Math.max(0, history.length - keptHistory);
  return {
    ...message,
    ...conclusion,
    state_since: at,
    looks: 0,
    history: history.slice(dropped),
    history_dropped: message.history_dropped + dropped,
  };
};
