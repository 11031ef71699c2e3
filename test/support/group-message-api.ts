import { expect } from 'vitest';
import { makeHandler as makeGet } from '../../functions/wecom/get.ts';
import { makeHandler as makeGetSync } from '../../functions/wecom/get-sync.ts';
import { makeHandler as makeList } from '../../functions/wecom/list.ts';
import { makeHandler as makeListDeliveries } from '../../functions/wecom/list-deliveries.ts';
import { makeHandler as makeListRecipient } from '../../functions/wecom/list-recipient-deliveries.ts';
import { makeHandler as makeListTasks } from '../../functions/wecom/list-tasks.ts';
import { makeHandler as makeStartSync } from '../../functions/wecom/start-sync.ts';
import type { AccountStore } from '../../shared/store/account-store.ts';
import type { SyncExecution } from '../../shared/sync/executions.ts';
import { asDescribed } from './described.ts';
import { prodSync } from './prod-sync.ts';
import { context, post, read, request } from './request.ts';
import type { useTables } from './tables.ts';

type Parts = Record<string, string>;

/**
 * The operations on records of group messages, as they are deployed, for one account unless a call names another. Each answer is held to
 * the description of the API.
 */
export const groupMessageApi = (
  tables: Omit<ReturnType<typeof useTables>, 'accounts'> & { readonly accounts: () => Pick<AccountStore, 'get'> },
  { account_id, now }: { readonly account_id: string; readonly now: () => Date },
) => {
  const started: SyncExecution[] = [];
  const records = {
    accounts: tables.accounts(),
    groupMessages: tables.groupMessages(),
    groupTasks: tables.groupTasks(),
    deliveries: tables.deliveries(),
    syncs: tables.syncs(),
    now,
  };
  const asking =
    (name: Parameters<typeof asDescribed>[0], handler: ReturnType<typeof makeGet | typeof makeList>) =>
    (path: Parts = {}, queryStringParameters: Parts = {}) =>
      asDescribed(name, read(handler(request({ pathParameters: { account_id, ...path }, queryStringParameters }), context)));
  const startSyncHandler = makeStartSync({
    ...records,
    executions: { start: async (execution) => void started.push(execution) },
    schedule: prodSync,
  });
  return {
    list: asking('wecom/list', makeList(records)),
    get: asking('wecom/get', makeGet(records)),
    tasks: asking('wecom/list-tasks', makeListTasks(records)),
    deliveries: asking('wecom/list-deliveries', makeListDeliveries(records)),
    recipient: asking('wecom/list-recipient-deliveries', makeListRecipient(records)),
    getSync: asking('wecom/get-sync', makeGetSync(records)),
    startSync: (body: unknown, path: Parts = {}) =>
      asDescribed('wecom/start-sync', read(startSyncHandler(post({ account_id, ...path }, body), context))),
    /** The executions that were asked for. */
    started,
  };
};
type Ask = ReturnType<typeof groupMessageApi>['list'];

/** Every row of a list, page by page, and how many pages that were. */
export const allOf = async (ask: Ask, name: string, path: Parts, query: Parts) => {
  const rows: Parts[] = [];
  let [cursor, pages] = ['', 0];
  do {
    const { status, body } = await ask(path, { ...query, ...(cursor && { cursor }) });
    expect(status).toBe(200);
    rows.push(...body[name]);
    cursor = body.next_cursor ?? '';
    pages++;
  } while (cursor && pages < 200);
  return { rows, pages };
};
