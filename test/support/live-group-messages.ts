import { makeHandler as makeListMessages } from '../../functions/wecom/list-live-messages.ts';
import { makeHandler as makeListResults } from '../../functions/wecom/list-live-results.ts';
import { makeHandler as makeListTasks } from '../../functions/wecom/list-live-tasks.ts';
import { asDescribed } from './described.ts';
import { context, read, request } from './request.ts';
import type { useWecomAccounts } from './wecom-accounts.ts';

export type Query = Record<string, string>;

/** Times that many seconds from now, and the last hour. */
export const timesOf = (now: () => Date) => {
  const at = (seconds: number) => new Date(now().getTime() + seconds * 1000).toISOString();
  return { at, period: () => ({ start_time: at(-3600), end_time: at(60) }) };
};

/** The live lists of a corp of five members, as they are deployed. Each answer is held to the description of the API. */
export const openLive = async (world: ReturnType<typeof useWecomAccounts>) => {
  const { period } = timesOf(world.now);
  const parts = await world.openCorp({ corp: { members: 5, customers_per_member: 4 } });
  const { account, wecom, corpid } = parts;
  const tokens = parts.newProcess();
  const ask = (
    name: Parameters<typeof asDescribed>[0],
    handler: ReturnType<typeof makeListTasks>,
    pathParameters: Query,
    queryStringParameters: Query,
  ) => asDescribed(name, read(handler(request({ pathParameters, queryStringParameters }), context)));
  return {
    ...parts,
    send: (script: object = {}) => world.control().createGroupMessage({ corpid, dispatching_seconds: 0, ...script }).msgid,
    messages: (query: Query = period(), account_id = account) =>
      ask('wecom/list-live-messages', makeListMessages(tokens, wecom), { account_id }, query),
    tasks: (msgid: string, query: Query = {}, account_id = account) =>
      ask('wecom/list-live-tasks', makeListTasks(tokens, wecom), { account_id, msgid }, query),
    results: (msgid: string, userid: string, query: Query = {}, account_id = account) =>
      ask('wecom/list-live-results', makeListResults(tokens, wecom), { account_id, msgid, userid }, query),
  };
};
