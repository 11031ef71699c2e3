import { deliveryKey, type Rows } from '../world/truth.ts';
import type { Ask, BeginPass } from './ask.ts';
import { KeptRows } from './kept-rows.ts';
import type { Loop } from './loop.ts';

const sent = 2;
const lookBackMs = 7 * 86_400_000;

/**
 * As described: MoChat. Every hour, for messages of the last 7 days that it created, whose rows it wrote then; members who have not
 * confirmed are not asked about; each result is looked up and updated, changed or not, 500 to a page.
 * - Of the members only the first page, of 500, is read.
 * - A member who has confirmed counts as done from then on and is never read again, whatever of theirs is still under way.
 * - An error is logged and the transaction committed, so that the pages after it are dropped, with that for good.
 * - Two of its totals are swapped: see `totals`.
 */
export const mochat = (
  begin: BeginPass,
  {
    msgid,
    createdAt,
    now,
    created,
  }: { readonly msgid: string; readonly createdAt: Date; readonly now: () => Date; readonly created: Rows },
): Loop & { totals(): { receiveLimitTotal: number; notFriendTotal: number } } => {
  const rows = new KeptRows();
  for (const [key] of created.tasks) rows.tasks.set(key, { status: 0, sendTime: 0 });
  for (const [key] of created.deliveries) rows.deliveries.set(key, { status: 0, sendTime: 0 });

  const readResults = async (ask: Ask, userid: string, cursor = ''): Promise<void> => {
    const page = await ask('get_groupmsg_send_result', { msgid, userid, limit: 500, cursor });
    if (page.errcode !== 0) return;
    for (const { external_userid, status, send_time = 0 } of page.send_list)
      if (rows.deliveries.has(deliveryKey(userid, external_userid)))
        rows.putDelivery(userid, external_userid, { status, sendTime: send_time });
    if (page.next_cursor) await readResults(ask, userid, page.next_cursor);
  };
  const count = (wanted: number) => [...rows.deliveries.values()].filter(({ status }) => status === wanted).length;

  return {
    name: 'MoChat',
    callsPerPage: 1,
    refusalsDescribed: true,
    rows: async () => rows,
    pass: async () => {
      if (now().getTime() - createdAt.getTime() > lookBackMs || [...rows.tasks.values()].every(({ status }) => status === sent))
        return { records: 0, bookkeeping: 0 };
      const ask = await begin();
      const { task_list } = await ask('get_groupmsg_task', { msgid });
      for (const { userid, status, send_time = 0 } of task_list) {
        if (status !== sent || rows.tasks.get(userid)?.status === sent) continue;
        rows.putTask(userid, { status, sendTime: send_time });
        await readResults(ask, userid);
      }
      return { records: rows.takeWritten(), bookkeeping: 1 };
    },
    totals: () => ({ receiveLimitTotal: count(2), notFriendTotal: count(3) }),
  };
};
