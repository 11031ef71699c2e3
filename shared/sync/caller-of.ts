import { setTimeout as pause } from 'node:timers/promises';
import type { AskingDependencies } from './dependencies.ts';
import type { Run } from './step.ts';
import { WecomCaller } from './wecom-caller.ts';

/**
 * Who asks WeCom for this step. The corp's budget is divided by the accounts that sync it and by the workers of a round, which is
 * why none of them has to know what the others ask.
 */
export const callerOf = (
  { tokens, schedule, now = () => new Date(), sleep = (milliseconds) => pause(milliseconds) }: AskingDependencies,
  { row }: Run,
  { workers = 1, inFlight = 1, pauseMs = 0 }: { readonly workers?: number; readonly inFlight?: number; readonly pauseMs?: number } = {},
): WecomCaller =>
  new WecomCaller({
    tokens,
    accountId: row.account_id,
    callsPerSecond: schedule.calls_per_second / row.sharing / workers,
    inFlight,
    pauseMs,
    now,
    sleep,
  });
