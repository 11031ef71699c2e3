import { countDeliveries, type Delivery, delivered, sameCounts } from '../domain/delivery.ts';
import type { GroupMessage } from '../domain/group-message.ts';
import { type GroupTask, readNow } from '../domain/group-task.ts';
import { secondsAfter, toUnix } from '../domain/time.ts';
import { mostPerPage } from '../wechat/wecom.ts';
import type { AskingDependencies, Records } from './dependencies.ts';
import { type ListEnd, readPages } from './read-pages.ts';
import type { Run } from './step.ts';
import type { WecomCaller } from './wecom-caller.ts';

export interface ReadMemberDependencies extends AskingDependencies, Pick<Records, 'groupTasks' | 'deliveries'> {}

/** What one page brought. */
export interface PageRead {
  readonly deliveries_read: number;
  readonly deliveries_written: number;
}

/**
 * Reads what became of one member's part in a message, from the page where an earlier step left it, and stores what changed. There are
 * counts once the list came to its end; from then on they are of what is stored, also where a later look stopped in the middle.
 */
export const makeReadMember = ({ groupTasks, deliveries, wecom, schedule }: ReadMemberDependencies) => {
  return async (run: Run, caller: WecomCaller, message: GroupMessage, task: GroupTask, did: (page: PageRead) => void): Promise<ListEnd> => {
    const { account_id, sync_id } = run.row;
    const { msgid, chat_type, create_time } = message;
    const { userid } = task;
    const stored = await deliveries.ofTask(account_id, msgid, userid);
    const expires_at = toUnix(secondsAfter(create_time, schedule.keep_deliveries_s));
    const of = { account_id, msgid, userid, chat_type, create_time, expires_at };
    let unreadable = 0;
    const { reading } = task;
    /** The place of a list of several pages is in the row, which then has to be written. */
    let noted = reading !== undefined;
    const outcome = await readPages({
      from: reading?.sync_id === sync_id ? reading : undefined,
      page: async (cursor) => {
        const { results, nextCursor } = await caller.ask(run.callUntil, (accessToken) =>
          wecom.listResults({ accessToken, msgid, userid, limit: mostPerPage.results, cursor, deadline: run.callUntil }),
        );
        const changed = new Map<string, Delivery>();
        for (const result of results) {
          const id = chat_type === 'group' ? result.chat_id : result.external_userid;
          const before = stored.get(id ?? result.external_userid ?? result.chat_id ?? '');
          const next = delivered(of, result, before, run.now());
          if (!next) unreadable++;
          else if (next !== before) {
            stored.set(next.recipient_id, next);
            changed.set(next.recipient_id, next);
          }
        }
        await deliveries.putAll([...changed.values()]);
        did({ deliveries_read: results.length, deliveries_written: changed.size });
        return { nextCursor };
      },
      note: (page) => {
        noted = true;
        return groupTasks.notePage(task, { sync_id, ...page }, task.counts && countDeliveries(stored.values()));
      },
      isOutOfTime: () => run.isOutOfTime(),
    });
    const counts = countDeliveries(stored.values());
    if (outcome.end === 'failed' && task.counts && !sameCounts(task.counts, counts)) await groupTasks.noteCounts(task, counts);
    if (outcome.end !== 'complete') return outcome;

    const read = readNow(task, chat_type, run.now(), schedule.groups_settle_s);
    const { reading: _reading, ...rest } = task;
    const same = task.read?.status === read?.status && task.read?.send_time === read?.send_time && task.read?.early === read?.early;
    if (!same || noted || !sameCounts(task.counts, counts)) await groupTasks.save({ ...rest, counts, read });
    if (unreadable > 0)
      return {
        end: 'failed',
        failure: { code: 'RECIPIENT_UNREADABLE', detail: `${unreadable} results name no recipient that a record can hold` },
      };
    return outcome;
  };
};
