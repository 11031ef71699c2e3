import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import * as z from 'zod';
import { run } from '../../local/account.ts';
import type { ApiClient } from '../../local/api-client.ts';
import type { CorpSettings, Simulator } from '../../local/simulator/simulator.ts';
import type { LocalStack } from '../../local/stack.ts';
import { isOver } from '../../shared/domain/sync.ts';
import { accountView } from '../../shared/http/present-account.ts';
import { deliveryView, groupMessageView, groupTaskView } from '../../shared/http/present-group-message.ts';
import { type SyncView, syncView } from '../../shared/http/present-sync.ts';
import { deliveryLine, taskLine, truthOf } from '../support/group-message-truth.ts';

type Query = Readonly<Record<string, string>>;
type Script = Parameters<Simulator['control']['createGroupMessage']>[0];
type Running = Pick<LocalStack, 'simulator' | 'endpoint' | 'api'>;

const pollEveryMs = 300;

/** A corp on WeCom, and an account for an app of its own. */
export const openCorp = async (stack: Running, account_id: string, settings: Partial<CorpSettings> = {}) => {
  const [corpid, agentid, secret] = [`ww-${account_id}`, 1_000_002, `not-a-secret-of-${account_id}`];
  const corp = { corpid, ...settings, apps: [{ agentid, secret }] };
  stack.simulator.control.putCorp(corp);
  const add = { name: 'add', stage: 'local', 'account-id': account_id, kind: 'wecom_app', corpid, agentid: String(agentid) } as const;
  await run(stack.endpoint, add, [secret]);
  return {
    ...campaignsOf(stack, account_id, corpid),
    /** Whatever the settings say. */
    answerAtOnce: () => void stack.simulator.control.putCorp({ ...corp, answer_ms: 0 }),
  };
};

/** The group messages of a corp, as the simulator has them and as the API tells of them. */
export const campaignsOf = ({ simulator, api }: Pick<LocalStack, 'simulator' | 'api'>, account_id: string, corpid: string) => {
  const account = `/v1/accounts/${account_id}`;
  const ask = async (path: string, query: Query = {}): Promise<unknown> => {
    const answer = await api.fetch(`${account}${path}?${new URLSearchParams(query)}`);
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    return JSON.parse(text);
  };
  /** All of a list, and on how many pages it came. */
  const list = async <T extends z.ZodType>(name: string, row: T, path: string, query: Query = {}) => {
    const page = z.object({ [name]: z.array(row), next_cursor: z.string().optional() });
    const rows: z.output<T>[] = [];
    for (let [pages, cursor] = [1, {}]; ; pages++) {
      const { [name]: more, next_cursor } = page.parse(await ask(path, { limit: '100', ...query, ...cursor }));
      rows.push(...(more as z.output<T>[]));
      if (typeof next_cursor !== 'string') return { rows, pages };
      cursor = { cursor: next_cursor };
    }
  };
  const message = async (msgid: string) => groupMessageView.parse(await ask(`/group-messages/${msgid}`));
  const tasks = (msgid: string, query?: Query) => list('tasks', groupTaskView, `/group-messages/${msgid}/tasks`, query);
  const deliveries = (msgid: string, query?: Query) => list('deliveries', deliveryView, `/group-messages/${msgid}/deliveries`, query);
  const sync = async (syncId: string) => syncView.parse(await ask(`/syncs/${syncId}`));

  return {
    account_id,
    corpid,
    create: (script: Script): string => simulator.control.createGroupMessage({ corpid, ...script }).msgid,
    account: async () => accountView.parse(await ask('')),
    messages: (query?: Query) => list('group_messages', groupMessageView, '/group-messages', query),
    message,
    tasks,
    deliveries,
    received: (recipientId: string, query?: Query) => list('deliveries', deliveryView, `/recipients/${recipientId}/deliveries`, query),
    sync,
    startSync: () => startSync(api, account_id),
    /** Looks at the sync until it is as wanted. @returns every look */
    follow: async (syncId: string, seconds: number, wanted: (look: SyncView) => boolean = isOver): Promise<SyncView[]> => {
      const limit = AbortSignal.timeout(seconds * 1000);
      const looks: SyncView[] = [];
      for (;;) {
        const look = await sync(syncId);
        looks.push(look);
        if (wanted(look)) return looks;
        if (isOver(look) || limit.aborted) throw new Error(`${limit.aborted ? `after ${seconds} s` : 'too soon'}: ${JSON.stringify(look)}`);
        await sleep(pollEveryMs);
      }
    },
    /** The records are what the simulator knows to be true, row by row and in total. */
    expectTruth: async (msgid: string) => {
      const truth = truthOf(simulator, msgid);
      expect((await tasks(msgid)).rows.map(taskLine).sort()).toEqual(truth.tasks);
      expect((await deliveries(msgid)).rows.map(deliveryLine).sort()).toEqual(truth.deliveries);
      expect((await message(msgid)).totals).toEqual(truth.totals);
    },
  };
};

/** Asks for a sync of what is due, from where the last one ended. */
export const withoutPeriod = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
export const startSync = async (api: ApiClient, account_id: string): Promise<SyncView> => {
  const answer = await api.fetch(`/v1/accounts/${account_id}/group-messages/sync`, withoutPeriod);
  const text = await answer.text();
  expect(answer.status, text).toBe(202);
  return syncView.parse(JSON.parse(text));
};
