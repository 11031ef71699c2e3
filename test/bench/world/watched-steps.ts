import type { SyncStep } from '../../../shared/sync/step.ts';
import type { SyncSteps } from '../../../shared/sync/steps.ts';
import type { SkippingClock } from './clock.ts';

interface StepSeen {
  runs: number;
  /** By the clock that counts work and pace, which is what a function's time limit means. */
  longestSeconds: number;
  /** Bytes of what it hands to the state machine. */
  largestAnswer: number;
}

/** Steps that note how often they ran, how long they took, and how much they hand on. */
export const watchSteps = ({ now }: SkippingClock) => {
  const seen: Record<string, StepSeen> = {};
  const watched =
    <I extends unknown[]>(name: string, step: (...input: I) => Promise<SyncStep>) =>
    async (...input: I): Promise<SyncStep> => {
      const began = now().getTime();
      const answer = await step(...input);
      const { runs, longestSeconds, largestAnswer } = seen[name] ?? { runs: 0, longestSeconds: 0, largestAnswer: 0 };
      seen[name] = {
        runs: runs + 1,
        longestSeconds: Math.max(longestSeconds, (now().getTime() - began) / 1000),
        largestAnswer: Math.max(largestAnswer, Buffer.byteLength(JSON.stringify(answer))),
      };
      return answer;
    };
  const watch = (steps: SyncSteps): SyncSteps => ({
    discover: watched('discover', steps.discover),
    'select-due': watched('select-due', steps['select-due']),
    'sync-tasks': watched('sync-tasks', steps['sync-tasks']),
    'sync-deliveries': watched('sync-deliveries', steps['sync-deliveries']),
    summarise: watched('summarise', steps.summarise),
  });
  return { watch, seen };
};
