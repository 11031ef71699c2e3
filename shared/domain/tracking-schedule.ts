import * as z from 'zod';

const seconds = z.int().positive();

/**
 * When a mass message is looked at next, in whole seconds. Numbers of a stage, so that a local stage runs the whole
 * confirmation window in seconds; what they mean is in poll-schedule.ts. Step Functions refuses a fraction in a Wait.
 */
export const trackingSchedule = z.strictObject({
  /** WeChat lets a send fail that no administrator confirmed within 30 minutes. */
  confirmation_window_s: seconds,
  /** How much the caller's idea of when a message was submitted may differ from WeChat's. */
  confirmation_tolerance_s: seconds,
  /** Pauses after the first, second, … look while WeChat waits for the administrator, then `awaiting_every_s` to the deadline. */
  awaiting_s: z.array(seconds).min(1),
  awaiting_every_s: seconds,
  /** Looks after the deadline, counted from it; after the last one a message still waiting has expired. */
  after_deadline_s: z.array(seconds).min(1),
  sending_s: z.array(seconds).min(1),
  sending_every_s: seconds,
  /** WeChat answers 40059 for a while after a send was accepted; past `not_visible_for_s` it means there is no such message. */
  not_visible_s: z.array(seconds).min(1),
  not_visible_for_s: seconds,
  /** The pace while something on our side of the contract is broken and a person has to mend it. */
  blocked_every_s: seconds,
  /** A message about which nothing was learned for this long is given up as `unknown`. */
  give_up_after_s: seconds,
  /** How far past its next step a message counts as stalled: longer than a step and its retries take. */
  stalled_after_s: seconds,
  /** The longest pause between two attempts to bring a stalled message back. */
  resume_at_most_every_s: seconds,
});
export type TrackingSchedule = z.infer<typeof trackingSchedule>;
