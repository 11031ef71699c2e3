import type { GroupMessage } from '../domain/group-message.ts';
import { type GroupTask, needsReading } from '../domain/group-task.ts';
import { shardOf } from '../domain/shard.ts';
import type { RoundMessage } from '../domain/sync.ts';
import { wholeSecondsUntil } from '../domain/time.ts';
import { logger } from '../logger.ts';
import { callerOf } from './caller-of.ts';
import type { Records } from './dependencies.ts';
import type { ShardExecution } from './executions.ts';
import { parkedAgain } from './park.ts';
import { makeReadMember, type ReadMemberDependencies } from './read-member.ts';
import { keepWhileParked, makeStep } from './step.ts';
import { SyncParkedError } from './trouble.ts';
import { Worker } from './worker.ts';

export interface SyncDeliveriesDependencies extends ReadMemberDependencies, Pick<Records, 'groupMessages'> {}

/** One of a round's workers: reads the deliveries of its members, a few at once, in the order of messages and userids. */
export const makeSyncDeliveries = (dependencies: SyncDeliveriesDependencies) => {
  const { groupMessages, groupTasks, syncs, schedule } = dependencies;
  const now = dependencies.now ?? (() => new Date());
  const readMember = makeReadMember(dependencies);

  return makeStep<ShardExecution>(dependencies, 'sync-deliveries', async (run, { shard }) => {
    const workers = Object.keys(run.row.shards).length;
    const before = run.row.shards[String(shard)];
    if (!before || before.done) return { next: 'done' };
    const caller = callerOf(dependencies, run, { workers, inFlight: before.in_flight, pauseMs: before.pause_ms });
    const worker = new Worker(run, shard, before, caller, dependencies);

    const readMessage = async (message: GroupMessage, round: RoundMessage): Promise<'complete' | 'unfinished'> => {
      const mine = (task: GroupTask) => shardOf(task.userid, workers) === shard && needsReading(task, message.chat_type, round);
      for await (const page of groupTasks.pages(message.account_id, message.msgid, worker.state.userid)) {
        const outcome = await worker.each(message.msgid, page.filter(mine), (task) =>
          readMember(run, caller, message, task, (progress) => worker.did(progress)),
        );
        if (outcome === 'unfinished') return outcome;
        if (outcome === 'cancelled') break;
      }
      return 'complete';
    };

    try {
      for (let entry = run.row.round[worker.state.index]; entry; entry = run.row.round[worker.state.index]) {
        const outcome =
          entry.members === 0 ? 'complete' : await readMessage(await groupMessages.get(run.row.account_id, entry.msgid), entry);
        if (outcome === 'unfinished') return await worker.pauseHere();
        worker.nextMessage();
      }
      await worker.save({ done: true });
      return { next: 'done' };
    } catch (error) {
      if (!(error instanceof SyncParkedError)) {
        // What was done before is told, whatever it was that ended this.
        await worker.save();
        throw error;
      }
      const fresh = await syncs.get(run.row.account_id, run.row.sync_id);
      const parked = parkedAgain(fresh.parked, error, now(), schedule);
      if (!parked) throw error;
      await keepWhileParked(dependencies, run, parked.until);
      await worker.save({}, parked);
      logger.warn('parked', { account_id: run.row.account_id, sync_id: run.row.sync_id, shard, ...parked, ...error.failure });
      return { next: 'sync-deliveries', wait_seconds: wholeSecondsUntil(parked.until, now()) };
    }
  });
};
