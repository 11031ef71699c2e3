import { isSettled, type MassMessage } from './mass-message.ts';
import type { Observation } from './observation.ts';
import { secondsAfter } from './time.ts';
import type { TrackingSchedule } from './tracking-schedule.ts';

type Following = Pick<MassMessage, 'state' | 'state_since' | 'confirmation_deadline' | 'looks'>;

/** When a message that keeps telling nothing is given up. */
export const givenUpAt = (message: Pick<MassMessage, 'state_since'>, schedule: TrackingSchedule): Date =>
  secondsAfter(message.state_since, schedule.give_up_after_s);

/** The last look that a message still waiting for its administrator gets. */
export const lastLookAt = (message: Pick<MassMessage, 'confirmation_deadline'>, schedule: TrackingSchedule): Date =>
  secondsAfter(message.confirmation_deadline, Math.max(...schedule.after_deadline_s));

/**
 * When to look again at a message that is still on its way, given what the last look brought; never later than the
 * moment it is given up. Bounded for every course of events: each series ends in a pace at which giving up comes soon.
 * @throws RangeError for a settled message, which is not looked at again
 */
export const nextLook = (message: Following, last: Observation, now: Date, schedule: TrackingSchedule): Date => {
  if (isSettled(message.state)) throw new RangeError(`a message that is ${message.state} is not looked at again`);
  const usual = usualNextLook(message, last, now, schedule);
  const asked = last.seen === 'no_answer' ? secondsAfter(now, last.retry_after_s ?? 0) : now;
  const blocked = last.seen === 'no_answer' && last.blocked_by !== undefined ? secondsAfter(now, schedule.blocked_every_s) : now;
  const next = Math.max(usual.getTime(), asked.getTime(), blocked.getTime());
  const limit = Math.max(givenUpAt(message, schedule).getTime(), now.getTime());
  return new Date(Math.min(next, limit));
};

const usualNextLook = (message: Following, last: Observation, now: Date, schedule: TrackingSchedule): Date => {
  if (message.state === 'awaiting_confirmation') return nextLookWhileAwaiting(message, now, schedule);
  const pause =
    message.state === 'submitted' && last.seen === 'nothing_yet'
      ? (schedule.not_visible_s[message.looks] ?? schedule.not_visible_s.at(-1))
      : schedule.sending_s[message.looks];
  return secondsAfter(now, pause ?? schedule.sending_every_s);
};

/** Up to the deadline, exactly at it, a few times after it; from then on only a message about which nothing could be learned is left. */
const nextLookWhileAwaiting = (message: Following, now: Date, schedule: TrackingSchedule): Date => {
  const deadline = new Date(message.confirmation_deadline);
  if (now < deadline) {
    const next = secondsAfter(now, schedule.awaiting_s[message.looks] ?? schedule.awaiting_every_s);
    return next < deadline ? next : deadline;
  }
  const points = schedule.after_deadline_s.map((seconds) => secondsAfter(deadline, seconds));
  return points.find((point) => point > now) ?? secondsAfter(now, schedule.sending_every_s);
};
