import type { GroupMessage } from '../domain/group-message.ts';
import { nothingSummed, sumTasks, type TotalsSum } from '../domain/group-message-totals.ts';
import { refreshed, told } from '../domain/message-refresh.ts';
import { folded, type RoundMessage, type Sync } from '../domain/sync.ts';
import { unpublishedProgress } from '../events/group-message-progressed.ts';
import { asLogged, logger } from '../logger.ts';
import type { Records, StepDependencies } from './dependencies.ts';
import { makeStep, type Run } from './step.ts';

export interface SummariseDependencies extends StepDependencies, Pick<Records, 'groupMessages' | 'groupTasks'> {}

/** Adds up the tasks of the round's messages, stores totals that changed, and tells the bus. */
export const makeSummarise = (dependencies: SummariseDependencies) => {
  const { groupMessages, groupTasks, events, schedule } = dependencies;

  /** Undefined: no time is left, and the sum so far is noted. */
  const sum = async (run: Run, message: GroupMessage): Promise<TotalsSum | undefined> => {
    const { index, ...noted } = run.row.summing ?? { index: 0 };
    let { sum: sofar = nothingSummed, userid } = noted;
    for await (const page of groupTasks.pages(message.account_id, message.msgid, userid)) {
      sofar = sumTasks(sofar, page, message.chat_type);
      userid = page.at(-1)?.userid ?? userid;
      if (!run.isOutOfTime()) continue;
      await run.save({ summing: { index, sum: sofar, ...(userid !== undefined && { userid }) } });
      return undefined;
    }
    return sofar;
  };

  const publish = async (run: Run, message: GroupMessage): Promise<void> => {
    const last = message.history.at(-1);
    const untold = unpublishedProgress(message);
    if (!last || untold.length === 0) return;
    try {
      await events.publish(untold);
    } catch (error) {
      // The message stays due, and the next sync tells.
      logger.warn('events not published yet', { msgid: message.msgid, error: asLogged(error) });
      return;
    }
    await groupMessages.save(told(message, last.n, run.now(), schedule));
  };

  /** Whether all tasks are known: of a message that was cancelled later, those are that an earlier sync has read. */
  const isKnown = (message: GroupMessage, { failure, cancelled }: RoundMessage): boolean =>
    failure === undefined && (cancelled !== true || message.totals !== undefined);

  return makeStep(dependencies, 'summarise', async (run) => {
    if (run.row.phase !== 'summarising') await run.save({ ...roundRead(run.row), phase: 'summarising', summing: { index: 0 } });
    const { round } = run.row;
    const until = run.row.tasks?.index ?? round.length;
    for (let { index } = run.row.summing ?? { index: 0 }; index < until; index++) {
      const entry = round[index];
      if (!entry || entry.not_yet) continue;
      const message = await groupMessages.get(run.row.account_id, entry.msgid);
      const total = isKnown(message, entry) ? await sum(run, message) : undefined;
      if (isKnown(message, entry) && !total) return { next: 'summarise' };
      const next = refreshed(message, entry, total, run.now(), schedule);
      if (next) await groupMessages.save(next);
      await publish(run, next ?? message);
      run.did({ messages_refreshed: entry.failure ? 0 : 1 });
      await run.checkpoint({ summing: { index: index + 1 } });
      if (run.isOutOfTime() && index + 1 < until) {
        await run.save({ summing: { index: index + 1 } });
        return { next: 'summarise' };
      }
    }
    const rest = round.slice(until);
    await run.save({ round: rest, tasks: { index: 0 }, summing: undefined, phase: 'reading_tasks' });
    return { next: rest.length > 0 ? 'sync-tasks' : 'select-due' };
  });
};

/**
 * Workers that died may have read members without noting it: once all have ended, everybody was read whose list did not fail. Not so of a
 * round with a message that was cancelled meanwhile, of which the rest was not asked for.
 */
const roundRead = (row: Sync): Sync => {
  const cancelled = new Set(Object.values(row.shards).flatMap((shard) => shard.cancelled ?? []));
  const failed = Object.values(row.shards).reduce((sum, { failures, failures_dropped }) => sum + failures.length + failures_dropped, 0);
  const members = row.round.slice(0, row.tasks?.index).reduce((sum, entry) => sum + entry.members, 0);
  const next = {
    ...folded(row),
    round: row.round.map((entry, index) => (cancelled.has(index) ? { ...entry, cancelled_midway: true } : entry)),
  };
  if (cancelled.size > 0) return next;
  return { ...next, progress: { ...next.progress, members_done: row.progress.members_done + Math.max(0, members - failed) } };
};
