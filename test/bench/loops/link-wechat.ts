import type { Answer, Ask, BeginPass } from './ask.ts';
import { KeptRows } from './kept-rows.ts';
import type { Loop } from './loop.ts';

/**
 * As described: LinkWeChat. By hand, for messages that it created; tasks and then everybody's results, one after another, recursion on
 * next_cursor without a `limit` (500) and without a guard against cursors that repeat; everything in memory, then all of it written.
 * - A later page that is an error ends the pass with a null pointer, before anything is written.
 * - Its retry asks again up to 3 times whenever there is an errcode, which also a success has: so it was read, not run.
 *   `callsPerPage` 1 is the same loop with a retry that knows success from failure; the page that fails here fails for good.
 */
export const linkWechat = (begin: BeginPass, { msgid, callsPerPage }: { readonly msgid: string; readonly callsPerPage: 1 | 4 }): Loop => {
  const rows = new KeptRows();

  const patiently = async (ask: Ask, ...call: Parameters<Ask>): Promise<Answer> => {
    let answer = await ask(...call);
    for (let more = 1; more < callsPerPage; more++) answer = await ask(...call);
    return answer;
  };
  const pages = async (ask: Ask, api: Parameters<Ask>[0], body: object, cursor?: string): Promise<Answer[]> => {
    const page = await patiently(ask, api, { ...body, ...(cursor !== undefined && { cursor }) });
    if (page.errcode !== 0) throw new TypeError('null pointer');
    return [page, ...(page.next_cursor ? await pages(ask, api, body, page.next_cursor) : [])];
  };

  return {
    name: `LinkWeChat${callsPerPage === 1 ? ', each page asked for once' : ''}`,
    callsPerPage,
    refusalsDescribed: true,
    rows: async () => rows,
    pass: async () => {
      const ask = await begin();
      const bookkeeping = 1;
      try {
        const tasks = (await pages(ask, 'get_groupmsg_task', { msgid })).flatMap(({ task_list }) => task_list);
        const results: Answer['send_list'] = [];
        for (const { userid } of tasks)
          for (const { send_list } of await pages(ask, 'get_groupmsg_send_result', { msgid, userid })) results.push(...send_list);
        for (const { userid, status, send_time = 0 } of tasks) rows.putTask(userid, { status, sendTime: send_time });
        for (const { userid, external_userid, status, send_time = 0 } of results)
          rows.putDelivery(userid, external_userid, { status, sendTime: send_time });
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      return { records: rows.takeWritten(), bookkeeping };
    },
  };
};
