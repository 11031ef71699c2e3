import type { GroupTask } from '../domain/group-task.ts';
import {
  addProgress,
  failedAt,
  keptFailuresOfShard,
  type ShardState,
  type Sync,
  type SyncFailure,
  type SyncProgress,
  withFailures,
} from '../domain/sync.ts';
import { secondsAfter, wholeSecondsUntil } from '../domain/time.ts';
import { logger } from '../logger.ts';
import type { StepDependencies } from './dependencies.ts';
import type { ListEnd } from './read-pages.ts';
import type { Run, Turn } from './step.ts';
import type { WecomCaller } from './wecom-caller.ts';

/** https://developer.work.weixin.qq.com/document/path/90313 */
export const cancelledMessage = 41093;
const isCancellation = (end: ListEnd): boolean => end.end === 'failed' && end.failure.errcode === cancelledMessage;
// As of a step that runs alone: what is done in two seconds is soon done again.
const checkpointSeconds = 2;

/** What one of a round's workers has done, kept beside what the others have: each has its own part of the row. */
export class Worker {
  state: ShardState;
  readonly #run: Run;
  readonly #shard: number;
  readonly #caller: WecomCaller;
  readonly #dependencies: Pick<StepDependencies, 'syncs' | 'schedule'>;
  #savedAt: Date;
  /** Of however many times a step stores what was done, one counts as its turn. */
  #turns: 0 | 1 = 1;
  #saving: Promise<void> = Promise.resolve();
  /** Another worker has met 45009. */
  #parkedUntil = '';
  constructor(run: Run, shard: number, state: ShardState, caller: WecomCaller, dependencies: Pick<StepDependencies, 'syncs' | 'schedule'>) {
    this.state = state;
    this.#run = run;
    this.#shard = shard;
    this.#caller = caller;
    this.#dependencies = dependencies;
    this.#savedAt = run.now();
  }

  did(progress: Partial<SyncProgress>): void {
    this.state = { ...this.state, progress: addProgress(this.state.progress, progress) };
  }

  /** The next message of the round. */
  nextMessage(): void {
    const { userid: _, ...rest } = this.state;
    this.state = { ...rest, index: rest.index + 1 };
  }

  /** Stores what was done. One after another: a later state must not be overtaken by an earlier one. */
  async save(changes: Partial<ShardState> = {}, parked?: NonNullable<Sync['parked']>): Promise<void> {
    const before = this.#saving;
    const saving = before.then(() => this.#store(changes, parked));
    this.#saving = saving.catch(() => undefined);
    await saving;
  }

  /** The end of this step, not of the work. */
  async pauseHere(): Promise<Turn> {
    await this.save();
    const until = this.#parkedUntil;
    return { next: 'sync-deliveries', wait_seconds: this.#isParked() ? wholeSecondsUntil(until, this.#run.now()) : 0 };
  }

  /**
   * Reads those members, as many at once as WeCom lets us, and notes up to whom everybody is done.
   * @returns `cancelled`: the message was, and the others need not be asked about
   */
  async each(
    msgid: string,
    tasks: readonly GroupTask[],
    read: (task: GroupTask) => Promise<ListEnd>,
  ): Promise<ListEnd['end'] | 'cancelled'> {
    const ended: (ListEnd | undefined)[] = tasks.map(() => undefined);
    let [begun, passed] = [0, 0];
    let stop: 'unfinished' | 'cancelled' | undefined;
    let thrown: { readonly error: unknown } | undefined;

    const pass = async (): Promise<void> => {
      for (let end = ended[passed]; end && end.end !== 'unfinished'; end = ended[++passed]) {
        const userid = tasks[passed]?.userid;
        if (end.end === 'complete') this.did({ members_done: 1 });
        else if (isCancellation(end)) this.#noteCancelled();
        else this.#failed({ ...end.failure, msgid, ...(userid !== undefined && { userid }) });
        this.state = { ...this.state, userid };
      }
      if (this.#run.now() >= secondsAfter(this.#savedAt, checkpointSeconds)) await this.save();
    };
    const reader = async (number: number): Promise<void> => {
      while (!stop && !thrown && begun < tasks.length && number < this.#caller.inFlight) {
        if (this.#run.isOutOfTime() || this.#isParked()) stop = 'unfinished';
        const place = begun;
        const task = tasks[place];
        if (stop || !task) return;
        begun++;
        const end = await read(task);
        ended[place] = end;
        this.did({ calls: this.#caller.takeMade() });
        if (end.end === 'unfinished') stop = 'unfinished';
        else if (isCancellation(end)) stop = 'cancelled';
        await pass();
      }
    };
    const readers = Array.from({ length: this.#caller.inFlight }, (_, number) =>
      reader(number).catch((error: unknown) => {
        thrown ??= { error };
      }),
    );
    await Promise.all(readers);
    this.did({ calls: this.#caller.takeMade() });
    if (thrown) throw thrown.error;
    return stop ?? 'complete';
  }

  /** That the message was cancelled is no failure. */
  #noteCancelled(): void {
    const { index, cancelled = [] } = this.state;
    if (!cancelled.includes(index)) this.state = { ...this.state, cancelled: [...cancelled, index] };
  }

  #failed(failure: Omit<SyncFailure, 'at'>): void {
    const noted = failedAt(this.#run.now(), failure);
    const { account_id, sync_id } = this.#run.row;
    logger.warn('not synced', { account_id, sync_id, ...noted });
    this.state = withFailures(this.state, [noted], 0, keptFailuresOfShard);
  }

  #isParked(): boolean {
    return this.#run.now().toISOString() < this.#parkedUntil;
  }

  async #store(changes: Partial<ShardState>, parked?: NonNullable<Sync['parked']>): Promise<void> {
    const { syncs, schedule } = this.#dependencies;
    this.state = { ...this.state, in_flight: this.#caller.inFlight, pause_ms: this.#caller.pauseMs, ...changes };
    const next_step_at = secondsAfter(parked?.until ?? this.#run.now(), schedule.stalled_after_s).toISOString();
    const row = await syncs.saveShard(this.#run.row, this.#shard, this.state, next_step_at, { parked, turns: this.#turns });
    this.#turns = 0;
    this.#parkedUntil = row.parked?.until ?? '';
    this.#savedAt = this.#run.now();
  }
}
