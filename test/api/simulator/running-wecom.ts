import * as z from 'zod';
import type { CorpSettings, SimulatorOptions } from '../../../local/simulator/simulator.ts';
import { runSimulator } from './running-simulator.ts';

export const corp = {
  corpid: 'ww-one',
  apps: [
    { agentid: 1000002, secret: 'secret-one' },
    { agentid: 1000003, secret: 'secret-two' },
  ],
  members: 5,
  customers_per_member: 4,
} satisfies CorpSettings;

/** When the simulator of these tests begins, in Unix seconds. */
export const start = Date.parse('2026-03-02T02:00:00Z') / 1000;

const tokenAnswer = z.object({ access_token: z.string() });
const rows = z.array(z.record(z.string(), z.unknown()));
const page = z.looseObject({ errcode: z.literal(0), next_cursor: z.string() });

/** A simulator with one corp and WeCom's calls over HTTP. */
export const runWecom = async (settings: Partial<CorpSettings> = {}, options: SimulatorOptions = {}) => {
  const simulator = await runSimulator({ corps: [{ ...corp, ...settings }], ...options });
  const { json } = simulator;
  const fetchToken = (secret = 'secret-one', corpid = corp.corpid) =>
    json('GET', `/cgi-bin/gettoken?${new URLSearchParams({ corpid, corpsecret: secret })}`);
  const newToken = async (secret?: string) => tokenAnswer.parse(await fetchToken(secret)).access_token;
  const call = (name: string, token: string, body: object | string) =>
    json('POST', `/cgi-bin/externalcontact/${name}?${new URLSearchParams({ access_token: token })}`, body);
  const named =
    (name: string) =>
    async (body: object | string = {}, token?: string) =>
      call(name, token ?? (await newToken()), body);
  const messages = named('get_groupmsg_list_v2');
  return {
    ...simulator,
    fetchToken,
    newToken,
    tasks: named('get_groupmsg_task'),
    results: named('get_groupmsg_send_result'),
    /** Of the last 30 days, unless told otherwise. */
    messages: (fields: object = {}, token?: string) =>
      messages({ start_time: start - 30 * 24 * 3600, end_time: start + 24 * 3600, ...fields }, token),
    /** All rows of a list, page by page, and how many pages that were. */
    all: async (
      list: 'group_msg_list' | 'task_list' | 'send_list',
      ask: (body: object) => Promise<Record<string, unknown>>,
      body: object,
    ) => {
      const found: Record<string, unknown>[] = [];
      for (let pages = 1, cursor = ''; ; pages += 1) {
        const answer = page.parse(await ask({ ...body, ...(cursor && { cursor }) }));
        found.push(...rows.parse(answer[list]));
        if (answer.next_cursor === '') return { rows: found, pages };
        cursor = answer.next_cursor;
      }
    },
  };
};
