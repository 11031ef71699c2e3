import { mayBeLookedInto, notLookedInto } from './deletion.ts';
import { givenUp } from './follow.ts';
import { isSettled, type MassMessage } from './mass-message.ts';
import { givenUpAt } from './poll-schedule.ts';
import { secondsAfter } from './time.ts';
import type { TrackingSchedule } from './tracking-schedule.ts';

// One failure is a passing trouble, three in a row are a pattern that a person should see.
const resumesBeforeAttention = 3;

/** Rows whose next step is before this are stalled: whatever was to take it is gone. */
export const stalledBefore = (now: Date, schedule: TrackingSchedule): Date => secondsAfter(now, -schedule.stalled_after_s);

/**
 * The row handed to a new execution, which the higher attempt number makes the only one that may go on. Should that
 * execution fail too, the row is stalled again after a pause that doubles with every attempt, up to a limit. A message
 * whose every step failed until it was due to be given up is given up here, and so is a deletion: whatever fails, its row
 * settles.
 */
export const resumed = (message: MassMessage, now: Date, schedule: TrackingSchedule): MassMessage => {
  const pause = Math.min(schedule.stalled_after_s * 2 ** message.resumes, schedule.resume_at_most_every_s);
  const overdue = !isSettled(message.state) && now >= secondsAfter(givenUpAt(message, schedule), schedule.resume_at_most_every_s);
  const deletions = notLookedInto(message.deletions, now, schedule.resume_at_most_every_s);
  return {
    ...(overdue ? givenUp(message, now) : message),
    deletions,
    deletion_look_at: mayBeLookedInto(deletions, now, schedule.resume_at_most_every_s) ? message.deletion_look_at : undefined,
    attempt: message.attempt + 1,
    resumes: message.resumes + 1,
    next_step_at: secondsAfter(now, pause).toISOString(),
    rev: message.rev + 1,
  };
};

export const keepsStalling = (message: MassMessage): boolean => message.resumes >= resumesBeforeAttention;
