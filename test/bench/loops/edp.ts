import { secondsAfter, toUnix } from '../../../shared/domain/time.ts';
import type { Answer, Ask, BeginPass } from './ask.ts';
import { KeptRows } from './kept-rows.ts';
import type { Loop } from './loop.ts';

const mostPages = 20;
const lookBackSeconds = 30 * 86_400;

/**
 * As described: "EDP". Every 30 minutes, what get_groupmsg_list_v2 shows of the last 30 days; at most 20 pages of 1,000 of a list, which also
 * ends cursors that repeat; everything upserted.
 * - Of more than 20,000 members the rest is left out.
 * - Messages that are finished are read again like all others.
 * What it does when a page is refused is not described.
 */
export const edp = (begin: BeginPass, { now }: { readonly now: () => Date }): Loop => {
  const rows = new KeptRows();

  const pages = async (ask: Ask, api: Parameters<Ask>[0], body: object): Promise<Answer[]> => {
    const found: Answer[] = [];
    for (let cursor: string | undefined; found.length < mostPages; ) {
      const page = await ask(api, { ...body, ...(cursor !== undefined && { cursor }) });
      if (page.errcode !== 0) throw new Error(`not described: ${page.errcode}`);
      found.push(page);
      cursor = page.next_cursor;
      if (!cursor) break;
    }
    return found;
  };

  return {
    name: '"EDP"',
    callsPerPage: 1,
    refusalsDescribed: false,
    rows: async () => rows,
    pass: async () => {
      const ask = await begin();
      const period = { start_time: toUnix(secondsAfter(now(), -lookBackSeconds)), end_time: toUnix(now()) };
      const messages = (await pages(ask, 'get_groupmsg_list_v2', { chat_type: 'single', ...period })).flatMap(
        (page) => page.group_msg_list,
      );
      for (const { msgid } of messages) {
        const tasks = (await pages(ask, 'get_groupmsg_task', { msgid, limit: 1000 })).flatMap(({ task_list }) => task_list);
        for (const { userid, status, send_time = 0 } of tasks) {
          rows.putTask(userid, { status, sendTime: send_time });
          for (const { send_list } of await pages(ask, 'get_groupmsg_send_result', { msgid, userid, limit: 1000 }))
            for (const result of send_list)
              rows.putDelivery(userid, result.external_userid, { status: result.status, sendTime: result.send_time ?? 0 });
        }
      }
      return { records: rows.takeWritten() + messages.length, bookkeeping: 0 };
    },
  };
};
