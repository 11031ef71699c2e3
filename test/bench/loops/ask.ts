import * as z from 'zod';
import type { BenchCorp } from '../world/corp.ts';

const seconds = z.int().optional();
const answer = z.object({
  errcode: z.int(),
  next_cursor: z.string().optional(),
  group_msg_list: z.array(z.object({ msgid: z.string() })).default([]),
  task_list: z.array(z.object({ userid: z.string(), status: z.int(), send_time: seconds })).default([]),
  send_list: z.array(z.object({ external_userid: z.string(), userid: z.string(), status: z.int(), send_time: seconds })).default([]),
});
export type Answer = z.infer<typeof answer>;

/** One call, without any of what our client adds: no retry, no pace, and errors are answers. */
export const makeAsk = ({ simulator, corpid, secret }: BenchCorp, { fetch }: { readonly fetch: typeof globalThis.fetch }) => {
  const token = async (): Promise<string> => {
    const query = new URLSearchParams({ corpid, corpsecret: secret });
    const response = await globalThis.fetch(`${simulator.url}/cgi-bin/gettoken?${query}`);
    return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
  };
  return async () => {
    const access_token = await token();
    return async (api: 'get_groupmsg_list_v2' | 'get_groupmsg_task' | 'get_groupmsg_send_result', body: object): Promise<Answer> => {
      const url = `${simulator.url}/cgi-bin/externalcontact/${api}?${new URLSearchParams({ access_token })}`;
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
      return answer.parse(await response.json());
    };
  };
};
/** Of one pass, which fetches a token first; that call is not counted. */
export type BeginPass = ReturnType<typeof makeAsk>;
export type Ask = Awaited<ReturnType<BeginPass>>;
