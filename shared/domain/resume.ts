import type { MassMessage } from './mass-message.ts';
import { secondsAfter } from './time.ts';
import type { TrackingSchedule } from './tracking-schedule.ts';

// One failure is a passing trouble, three in a row are a pattern that a person should see.
const resumesBeforeAttention = 3;

/** Rows whose next step is before this are stalled: whatever was to take it is gone. */
export const stalledBefore = (now: Date, schedule: TrackingSchedule): Date => secondsAfter(now, -schedule.stalled_after_s);

/**
 * The row handed to a new execution, which the higher attempt number makes the only one that may go on. Should that
 * execution fail too, the row is stalled again after a pause that doubles with every attempt, up to a limit.
 */
export const resumed = (message: MassMessage, now: Date, schedule: TrackingSchedule): MassMessage => {
  const pause = Math.min(schedule.stalled_after_s * 2 ** message.resumes, schedule.resume_at_most_every_s);
  return {
    ...message,
    attempt: message.attempt + 1,
    resumes: message.resumes + 1,
    next_step_at: secondsAfter(now, pause).toISOString(),
    rev: message.rev + 1,
  };
};

export const keepsStalling = (message: MassMessage): boolean => message.resumes >= resumesBeforeAttention;
