import { setTimeout as pause } from 'node:timers/promises';
import { secondsAfter } from '../domain/time.ts';
import type { SyncExecution } from './executions.ts';
import type { SyncStep } from './step.ts';
import type { SyncSteps } from './steps.ts';

export interface InProcess {
  /** How long each step may take, in seconds: in the deployed stack, what Lambda leaves it. */
  readonly stepSeconds?: number;
  readonly now?: () => Date;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** Runs the steps of one execution as the state machine does: the same steps in the same order, the same waits, workers side by side. */
export const runInProcess = async (
  steps: SyncSteps,
  execution: SyncExecution,
  { stepSeconds = 120, now = () => new Date(), sleep = (milliseconds) => pause(milliseconds) }: InProcess = {},
): Promise<void> => {
  const deadline = () => secondsAfter(now(), stepSeconds);
  const waited = async ({ wait_seconds }: SyncStep) => {
    if (wait_seconds > 0) await sleep(wait_seconds * 1000);
  };
  const worker = async (shard: number): Promise<void> => {
    for (;;) {
      const step = await steps['sync-deliveries']({ ...execution, shard }, deadline());
      if (step.next === 'done') return;
      await waited(step);
    }
  };
  let step: SyncStep = { ...execution, next: 'discover', wait_seconds: 0, shards: [] };
  while (step.next !== 'done') {
    if (step.next !== 'sync-deliveries') step = await steps[step.next](execution, deadline());
    else {
      await Promise.all(step.shards.map(worker));
      step = { ...execution, next: 'summarise', wait_seconds: 0, shards: [] };
    }
    await waited(step);
  }
};
