import type { MassMessage } from '../domain/mass-message.ts';
import { keepsStalling, resumed, stalledBefore } from '../domain/resume.ts';
import type { TrackingSchedule } from '../domain/tracking-schedule.ts';
import { type AttentionDependencies, raiseAttention } from '../events/attention.ts';
import { asLogged, logger } from '../logger.ts';
import { StaleRowError } from '../store/errors.ts';
import type { MassMessageStore } from '../store/mass-message-store.ts';
import type { ExecutionStarter } from './executions.ts';

export interface ResumeStalledDependencies extends AttentionDependencies {
  readonly messages: Pick<MassMessageStore, 'overdue' | 'save'>;
  readonly executions: ExecutionStarter;
  readonly schedule: TrackingSchedule;
  readonly now?: () => Date;
}

/**
 * Starts a new execution for every message that is well past its next step: its execution failed, was stopped, or never
 * started. Works through the longest overdue first, until none is left or `deadline` is near; the next run goes on.
 */
export const makeResumeStalled = (dependencies: ResumeStalledDependencies) => {
  const { messages, executions, schedule } = dependencies;
  const now = dependencies.now ?? (() => new Date());

  const resume = async (message: MassMessage): Promise<boolean> => {
    const next = resumed(message, now(), schedule);
    try {
      await messages.save(next);
    } catch (error) {
      // Alive after all, or another run was first; an index that lags shows the row as it was.
      if (error instanceof StaleRowError) return false;
      throw error;
    }
    const { account_id, msg_id, attempt } = next;
    logger.warn('resumed', { account_id, msg_id, attempt, stalled_since: message.next_step_at });
    if (keepsStalling(next)) await raiseAttention(dependencies, account_id, 'tracking', stalls(next), now());
    await executions.start(next);
    return true;
  };

  return async (deadline: Date): Promise<{ resumed: number }> => {
    let count = 0;
    for await (const page of messages.overdue(stalledBefore(now(), schedule))) {
      for (const message of page) {
        if (now() >= deadline) return { resumed: count };
        try {
          if (await resume(message)) count++;
        } catch (error) {
          // One row's trouble does not keep the others waiting.
          logger.error('not resumed', { msg_id: message.msg_id, error: asLogged(error) });
        }
      }
    }
    return { resumed: count };
  };
};

const stalls = ({ msg_id, resumes }: MassMessage) => ({
  code: 'TRACKING_STALLS',
  hint: `Following mass message ${msg_id} failed ${resumes} times in a row: look at the failed executions of mass-message-tracking.`,
  msg_id,
});
