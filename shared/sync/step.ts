import type { Account } from '../domain/account.ts';
import { addProgress, failedAt, isOver, type Sync, type SyncFailure, type SyncProgress, withFailures } from '../domain/sync.ts';
import { secondsAfter, wholeSecondsUntil } from '../domain/time.ts';
import { logger } from '../logger.ts';
import { AccountNotFoundError, StaleRowError, SyncNotFoundError } from '../store/errors.ts';
import type { StepDependencies } from './dependencies.ts';
import { accountGone, endSync } from './end-sync.ts';
import type { SyncExecution } from './executions.ts';
import { parkedAgain } from './park.ts';
import { SyncBlockedError, SyncParkedError } from './trouble.ts';

export type StepName = 'discover' | 'select-due' | 'sync-tasks' | 'sync-deliveries' | 'summarise';

/** What the state machine hands on: which step is next, and when. `shards` are the workers that `sync-deliveries` has. */
export type SyncStep = SyncExecution & {
  readonly next: StepName | 'done';
  readonly wait_seconds: number;
  readonly shards: readonly number[];
};
export interface Turn {
  readonly next: StepName | 'done';
  readonly wait_seconds?: number;
  readonly shards?: readonly number[];
}

// What is begun is brought to its end: a call may take 20 s with its retries, storing a page 15 s where DynamoDB holds back.
const finishingSeconds = 35;
const storingSeconds = 15;
// A checkpoint is a write, and what a step does in two seconds is soon done again.
const checkpointSeconds = 2;

/** One step of a sync while it runs. */
export class Run {
  row: Sync;
  readonly account: Account;
  readonly callUntil: Date;
  readonly now: () => Date;
  readonly #dependencies: StepDependencies;
  readonly #workUntil: Date;
  #savedAt: Date;
  constructor(dependencies: StepDependencies, row: Sync, account: Account, deadline: Date) {
    this.row = row;
    this.account = account;
    this.callUntil = secondsAfter(deadline, -storingSeconds);
    this.now = dependencies.now ?? (() => new Date());
    this.#dependencies = dependencies;
    this.#workUntil = secondsAfter(deadline, -finishingSeconds);
    this.#savedAt = this.now();
  }

  isOutOfTime(): boolean {
    return this.now() >= this.#workUntil;
  }

  did(progress: Partial<SyncProgress>): void {
    this.row = { ...this.row, progress: addProgress(this.row.progress, progress) };
  }

  failed(failure: Omit<SyncFailure, 'at'>): SyncFailure {
    const noted = this.logged(failure);
    this.row = withFailures(this.row, [noted]);
    return noted;
  }

  /** A failure as a row holds it, written into the log and not yet into the row. */
  logged(failure: Omit<SyncFailure, 'at'>): SyncFailure {
    const noted = failedAt(this.now(), failure);
    const { account_id, sync_id } = this.row;
    logger.warn('not synced', { account_id, sync_id, ...noted });
    return noted;
  }

  /** Stores how far the sync is. @throws StaleRowError if another attempt has taken over */
  async save(changes: Partial<Sync> = {}): Promise<void> {
    const { syncs, schedule } = this.#dependencies;
    const next_step_at = secondsAfter(this.now(), schedule.stalled_after_s).toISOString();
    this.row = { ...this.row, resumes: 0, next_step_at, ...changes };
    await syncs.save(this.row);
    this.#savedAt = this.now();
  }

  /** As `save`, but not every time: what was done since the last time is small enough to be done again. */
  async checkpoint(changes: Partial<Sync>): Promise<void> {
    if (this.now() >= secondsAfter(this.#savedAt, checkpointSeconds)) return this.save(changes);
    this.row = { ...this.row, ...changes };
  }
}

/**
 * The frame of every step: whether it is this execution's to take, the lease that keeps other syncs of the account away, and what
 * ends or parks the whole sync. Repeating a step that died anywhere is harmless.
 */
export const makeStep = <E extends SyncExecution>(
  dependencies: StepDependencies,
  name: StepName,
  work: (run: Run, execution: E) => Promise<Turn>,
) => {
  const { accounts, syncs, schedule } = dependencies;
  const now = dependencies.now ?? (() => new Date());

  const begin = async (execution: E, deadline: Date): Promise<Run | Turn> => {
    const { account_id, sync_id, attempt } = execution;
    const row = await syncs.get(account_id, sync_id).catch((error: unknown) => {
      if (!(error instanceof SyncNotFoundError)) throw error;
      logger.error('nothing to sync', { account_id, sync_id });
      return undefined;
    });
    if (!row || isOver(row) || attempt !== row.attempt) return { next: 'done' };
    const until = row.parked?.until;
    if (until !== undefined && now().toISOString() < until) return { next: name, wait_seconds: wholeSecondsUntil(until, now()) };
    const account = await accounts.takeSyncLease(account_id, sync_id, now(), secondsAfter(now(), schedule.stalled_after_s));
    if (account) return new Run(dependencies, { ...row, turns: row.turns + 1 }, account, deadline);
    return waitForOther(row, deadline);
  };

  /** Another sync of the account runs; or the account was removed in the meantime. */
  const waitForOther = async (row: Sync, deadline: Date): Promise<Turn> => {
    const account = await accounts.get(row.account_id).catch((error: unknown) => {
      if (!(error instanceof AccountNotFoundError)) throw error;
      return undefined;
    });
    if (!account) return accountGone(syncs, row, now());
    await new Run(dependencies, { ...row, turns: row.turns + 1 }, account, deadline).save();
    return { next: name, wait_seconds: schedule.wait_for_other_s };
  };

  const take = async (execution: E, deadline: Date): Promise<Turn> => {
    const run = await begin(execution, deadline);
    if (!(run instanceof Run)) return run;
    try {
      return await work(run, execution);
    } catch (error) {
      if (error instanceof SyncBlockedError) return endSync(dependencies, run, 'failed', error);
      if (!(error instanceof SyncParkedError)) throw error;
      const parked = parkedAgain(run.row.parked, error, now(), schedule);
      if (!parked) return endSync(dependencies, run, 'failed', error);
      await keepWhileParked(dependencies, run, parked.until);
      await run.save({ parked, next_step_at: secondsAfter(parked.until, schedule.stalled_after_s).toISOString() });
      logger.warn('parked', { account_id: run.row.account_id, sync_id: run.row.sync_id, ...parked, ...error.failure });
      return { next: name, wait_seconds: wholeSecondsUntil(parked.until, now()) };
    }
  };

  return async (execution: E, deadline: Date): Promise<SyncStep> => {
    const { account_id, sync_id, attempt } = execution;
    const {
      next,
      wait_seconds = 0,
      shards = [],
    } = await take(execution, deadline).catch((error: unknown): Turn => {
      if (!(error instanceof StaleRowError)) throw error;
      logger.warn('another attempt has taken over', { account_id, sync_id, attempt });
      return { next: 'done' };
    });
    return { account_id, sync_id, attempt, next, wait_seconds, shards };
  };
};

/** Nobody else begins to ask while WeCom blocks the corp: the lease outlasts the window. */
export const keepWhileParked = async (
  { accounts, schedule, now = () => new Date() }: StepDependencies,
  { row }: Run,
  until: string,
): Promise<void> => {
  await accounts.takeSyncLease(row.account_id, row.sync_id, now(), secondsAfter(until, schedule.stalled_after_s));
};
