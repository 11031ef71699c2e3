import type { GroupMessage } from '../domain/group-message.ts';
import { type GroupTask, needsReading, tasked } from '../domain/group-task.ts';
import { readsUnconfirmed } from '../domain/message-refresh.ts';
import { noProgress, type RoundMessage, type ShardState, type SyncFailure } from '../domain/sync.ts';
import type { SyncSchedule } from '../domain/sync-schedule.ts';
import { secondsAfter } from '../domain/time.ts';
import { mostPerPage, type WireTask } from '../wechat/wecom.ts';
import { callerOf } from './caller-of.ts';
import type { AskingDependencies, Records } from './dependencies.ts';
import { type ListEnd, readPages } from './read-pages.ts';
import { makeStep, type Run } from './step.ts';
import type { WecomCaller } from './wecom-caller.ts';
import { cancelledMessage } from './worker.ts';

export interface SyncTasksDependencies extends AskingDependencies, Pick<Records, 'groupMessages' | 'groupTasks'> {}

/** https://developer.work.weixin.qq.com/document/path/90313 */
const invalidMsgid = 41047;
const stillDispatched = 41063;
// A worker for a handful of members would wait for its turn to ask longer than it works.
const membersPerWorker = 4;

/** Reads the members of the round's messages, stores what changed, and finds out whose deliveries are to be read. */
export const makeSyncTasks = (dependencies: SyncTasksDependencies) => {
  const { groupMessages, groupTasks, wecom, schedule } = dependencies;

  const store = async (run: Run, message: GroupMessage, stored: Map<string, GroupTask>, tasks: readonly WireTask[]) => {
    const changed = new Map<string, GroupTask>();
    for (const task of tasks) {
      const next = tasked(message, task, stored.get(task.userid), run.now());
      if (!next) run.failed({ code: 'MEMBER_UNREADABLE', detail: 'a userid that no record can hold', msgid: message.msgid });
      else if (next !== stored.get(next.userid)) changed.set(next.userid, next);
      if (next) stored.set(next.userid, next);
    }
    await groupTasks.putAll([...changed.values()]);
    run.did({ tasks_written: changed.size });
  };

  const read = async (run: Run, caller: WecomCaller, message: GroupMessage, stored: Map<string, GroupTask>): Promise<ListEnd> => {
    const { tasks: at = { index: 0 } } = run.row;
    return readPages({
      from: at.page,
      page: async (cursor) => {
        const { tasks, nextCursor } = await caller.ask(run.callUntil, (accessToken) =>
          wecom.listTasks({ accessToken, msgid: message.msgid, limit: mostPerPage.tasks, cursor, deadline: run.callUntil }),
        );
        await store(run, message, stored, tasks);
        run.did({ calls: caller.takeMade() });
        return { nextCursor };
      },
      note: (page) => run.save({ tasks: { index: at.index, page } }),
      isOutOfTime: () => run.isOutOfTime(),
    }).finally(() => run.did({ calls: caller.takeMade() }));
  };

  const ended = (run: Run, message: GroupMessage, tasks: readonly GroupTask[], outcome: ListEnd): RoundMessage => {
    const { msgid, create_time } = message;
    const nothing = { msgid, members: 0, unconfirmed: false };
    if (outcome.end === 'failed') {
      const { errcode } = outcome.failure;
      if (errcode === cancelledMessage) return { ...nothing, cancelled: true };
      const young = run.now() < secondsAfter(create_time, schedule.not_visible_for_s);
      if (young && (errcode === invalidMsgid || errcode === stillDispatched)) return { ...nothing, not_yet: true };
      const failure: SyncFailure = run.failed({ ...outcome.failure, msgid });
      return { ...nothing, failure };
    }
    const unconfirmed = readsUnconfirmed(message, run.now(), schedule) && tasks.some(({ status }) => status !== 'sent');
    const members = tasks.filter((task) => needsReading(task, message.chat_type, { unconfirmed })).length;
    run.did({ members_all: tasks.length, members_done: tasks.length - members });
    return { msgid, members, unconfirmed };
  };

  return makeStep(dependencies, 'sync-tasks', async (run) => {
    const caller = callerOf(dependencies, run);
    for (;;) {
      const { round, tasks: at = { index: 0 } } = run.row;
      const entry = round[at.index];
      const members = round.slice(0, at.index).reduce((sum, done) => sum + done.members, 0);
      if (!entry || members >= schedule.members_per_round) {
        const shards = workersFor(members, schedule);
        await run.save({ phase: 'reading_deliveries', shards });
        return { next: 'sync-deliveries', shards: Object.keys(shards).map(Number) };
      }
      const message = await groupMessages.get(run.row.account_id, entry.msgid);
      const stored = new Map<string, GroupTask>();
      for await (const page of groupTasks.pages(message.account_id, message.msgid)) for (const task of page) stored.set(task.userid, task);
      const outcome = await read(run, caller, message, stored);
      if (outcome.end === 'unfinished') {
        await run.save();
        return { next: 'sync-tasks' };
      }
      const next = ended(run, message, [...stored.values()], outcome);
      await run.checkpoint({ round: round.with(at.index, next), tasks: { index: at.index + 1 } });
    }
  });
};

const workersFor = (members: number, { shards, calls_in_flight }: SyncSchedule): Record<string, ShardState> => {
  const workers = Math.min(shards, Math.ceil(members / membersPerWorker));
  return Object.fromEntries(Array.from({ length: workers }, (_, shard) => [String(shard), newShard(calls_in_flight)]));
};

const newShard = (in_flight: number): ShardState => ({
  index: 0,
  done: false,
  progress: noProgress,
  failures: [],
  failures_dropped: 0,
  in_flight,
  pause_ms: 0,
});
