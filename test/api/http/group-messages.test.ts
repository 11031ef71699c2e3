import '../../support/environment.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeHandler as makeGet } from '../../../functions/wecom/get.ts';
import { makeHandler as makeGetSync } from '../../../functions/wecom/get-sync.ts';
import { makeHandler as makeList } from '../../../functions/wecom/list.ts';
import { makeHandler as makeListDeliveries } from '../../../functions/wecom/list-deliveries.ts';
import { makeHandler as makeListRecipient } from '../../../functions/wecom/list-recipient-deliveries.ts';
import { makeHandler as makeListTasks } from '../../../functions/wecom/list-tasks.ts';
import { makeHandler as makeStartSync } from '../../../functions/wecom/start-sync.ts';
import type { SyncExecution } from '../../../shared/sync/executions.ts';
import { context, post, read, request } from '../../support/request.ts';
import { useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
let corp: Awaited<ReturnType<typeof world.open>>;
let officialAccount: string;
const created: string[] = [];
let [spring, groups, cold] = ['', '', ''];
const started: SyncExecution[] = [];

const records = () => ({
  accounts: world.accounts(),
  groupMessages: world.groupMessages(),
  groupTasks: world.groupTasks(),
  deliveries: world.deliveries(),
  syncs: world.syncs(),
  now: world.now,
});
type Handler = ReturnType<typeof makeGet>;
const ask =
  (make: (dependencies: ReturnType<typeof records>) => Handler) =>
  (path: Record<string, string>, queryStringParameters: Record<string, string> = {}, account_id = corp.account_id) =>
    read(make(records())(request({ pathParameters: { account_id, ...path }, queryStringParameters }), context));
const list = ask(makeList as never);
const get = ask(makeGet as never);
const tasks = ask(makeListTasks as never);
const deliveries = ask(makeListDeliveries as never);
const recipient = ask(makeListRecipient as never);
const getSync = ask(makeGetSync as never);
const startSync = (body: unknown, account_id = corp.account_id) =>
  read(
    makeStartSync({
      ...records(),
      executions: { start: async (execution) => void started.push(execution) },
      schedule: corp.dependencies.schedule,
    })(post({ account_id }, body), context),
  );

/** Every row of a list, page by page, and how many pages that were. */
const all = async (call: typeof list, path: Record<string, string>, query: Record<string, string>, name: string) => {
  const rows: Record<string, string>[] = [];
  let [cursor, pages] = ['', 0];
  do {
    const { status, body } = await call(path, { ...query, ...(cursor && { cursor }) });
    expect(status).toBe(200);
    rows.push(...body[name]);
    cursor = body.next_cursor ?? '';
    pages++;
  } while (cursor && pages < 200);
  return { rows, pages };
};

beforeAll(async () => {
  corp = await world.open({ corp: { members: 7, customers_per_member: 12, groups_per_member: 2 } });
  officialAccount = await world.addAccount();
  for (let n = 1; n <= 5; n++) created.push(corp.create({ age_seconds: n * 3600, members: 0 }));
  const outcomes = { not_friend: 0.25, limit_reached: 0.1 };
  spring = corp.create({ age_seconds: 60, sending: { share: 0.6 }, outcomes });
  groups = corp.create({ age_seconds: 120, chat_type: 'group', sending: {} });
  cold = corp.create({ age_seconds: 180, dispatching_seconds: 3600 });
  await corp.sync();
});

describe('GET /group-messages', () => {
  it('gives the newest first, page by page, each once', async () => {
    const { rows, pages } = await all(list, {}, { limit: '3' }, 'group_messages');
    expect(rows.map(({ msgid }) => msgid)).toEqual([spring, groups, cold, ...created]);
    expect(pages).toBe(3);
  });

  it('finds those of a period, or for groups alone', async () => {
    const { body } = await list({}, { chat_type: 'group' });
    expect(body.group_messages).toMatchObject([{ msgid: groups, chat_type: 'group' }]);
    const from = new Date(world.now().getTime() - 200_000).toISOString();
    expect((await list({}, { from })).body.group_messages).toHaveLength(3);
  });

  it.each([
    ['a limit over the maximum', { limit: '101' }, 'limit'],
    ['another word for its kind', { chat_type: 'both' }, 'chat_type'],
    ['an unknown parameter', { page: '2' }, 'page'],
    ['a forged cursor', { cursor: 'eyJtc2dpZCI6IjEifQ.AAAAAAAAAAAAAAAA' }, 'cursor'],
  ])('refuses %s and names the field', async (_what, query, field) => {
    await expect(list({}, query as Record<string, string>)).resolves.toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  it('refuses a cursor of another filter', async () => {
    const { body } = await list({}, { limit: '1' });
    await expect(list({}, { limit: '1', chat_type: 'group', cursor: body.next_cursor })).resolves.toMatchObject({ status: 400 });
  });
});

describe('GET /group-messages/{msgid}', () => {
  it('shows totals in which nothing that is unknown is zero, and none of what is ours alone', async () => {
    const { body } = await get({ msgid: spring });
    expect(body).toMatchObject({
      totals: {
        members: { all: 7, sent: 4, pending: 3 },
        deliveries: { pending: 36, sent: 32, not_friend: 12, limit_reached: 4 },
        members_unread: 0,
      },
      settled: false,
      text: { content: expect.any(String) },
    });
    for (const internal of ['rev', 'due', 'unconfirmed_read_at']) expect(body).not.toHaveProperty(internal);
    expect((await get({ msgid: groups })).body.totals.deliveries).toMatchObject({ pending: null, sent: 14 });
    expect((await get({ msgid: cold })).body).toMatchObject({ totals: null, totals_at: null });
  });

  it.each([
    ['a message that no sync has found', () => get({ msgid: 'msgNone' }), 404, 'GROUP_MESSAGE_NOT_FOUND'],
    ['an account that does not exist', () => get({ msgid: spring }, {}, 'nowhere'), 404, 'ACCOUNT_NOT_FOUND'],
    ['an Official Account', () => get({ msgid: spring }, {}, officialAccount), 409, 'ACCOUNT_OF_OTHER_CHANNEL'],
    ['tasks of a message that no sync has found', () => tasks({ msgid: 'msgNone' }), 404, 'GROUP_MESSAGE_NOT_FOUND'],
    ['deliveries of a message that no sync has found', () => deliveries({ msgid: 'msgNone' }), 404, 'GROUP_MESSAGE_NOT_FOUND'],
    ['a sync that there is not', () => getSync({ sync_id: '20260302t080000z-00000000' }), 404, 'SYNC_NOT_FOUND'],
    ['an id that is none', () => getSync({ sync_id: 'x' }), 400, 'INVALID_REQUEST'],
    ['what an Official Account was sent', () => recipient({ recipient_id: 'wm' }, {}, officialAccount), 409, 'ACCOUNT_OF_OTHER_CHANNEL'],
  ])('answers for %s with a problem', async (_what, call, status, code) => {
    await expect(call()).resolves.toMatchObject({ status, body: { code } });
  });
});

describe('GET …/tasks', () => {
  it('gives members by status, with the counts of each', async () => {
    const { rows } = await all(tasks, { msgid: spring }, { limit: '2' }, 'tasks');
    expect(rows).toHaveLength(7);
    const sent = await all(tasks, { msgid: spring }, { status: 'sent', limit: '3' }, 'tasks');
    expect(sent.rows.map(({ userid }) => userid)).toEqual([1, 2, 3, 4].map((n) => `member-0000${n}`));
    expect(sent.rows[0]).toMatchObject({ status: 'sent', deliveries: { not_friend: 3 } });
  });
});

describe('GET …/deliveries', () => {
  const of = (query: Record<string, string>) => all(deliveries, { msgid: spring }, query, 'deliveries');
  const names = (rows: Record<string, string>[]) => rows.map(({ userid, recipient_id }) => `${userid} ${recipient_id}`);

  it.each(['1', '5', '12', '13', '100'])('gives the whole message, each delivery once, in pages of %s', async (limit) => {
    const { rows } = await of({ limit });
    expect(rows).toHaveLength(84);
    expect(new Set(names(rows)).size).toBe(84);
    expect(names(rows)).toEqual(names(rows).sort());
  });

  it.each([
    ['pending', 36],
    ['sent', 32],
    ['not_friend', 12],
    ['limit_reached', 4],
    ['other', 0],
  ])('finds all that are %s, over page ends', async (status, count) => {
    const { rows } = await of({ status, limit: '5' });
    expect(rows.map((row) => row['status'])).toEqual(Array(count).fill(status));
    expect(new Set(names(rows)).size).toBe(count);
  });

  it('gives those of one member, and of one status among them', async () => {
    expect((await of({ userid: 'member-00002', limit: '5' })).rows).toHaveLength(12);
    expect((await of({ userid: 'member-00002', status: 'not_friend', limit: '2' })).rows).toHaveLength(3);
    expect((await of({ userid: 'member-99999' })).rows).toEqual([]);
  });

  it('refuses a cursor of another member', async () => {
    const { body } = await deliveries({ msgid: spring }, { userid: 'member-00002', limit: '5' });
    const query = { userid: 'member-00003', limit: '5', cursor: body.next_cursor };
    await expect(deliveries({ msgid: spring }, query)).resolves.toMatchObject({ status: 400 });
  });
});

it('GET /recipients/{recipient_id}/deliveries gives everything that one customer received, the newest first', async () => {
  const older = corp.create({ age_seconds: 86_000, sending: {} });
  await corp.sync();
  const [one] = (await deliveries({ msgid: spring }, { userid: 'member-00003', limit: '1' })).body.deliveries;
  const { rows } = await all(recipient, { recipient_id: one.recipient_id }, { limit: '1' }, 'deliveries');
  expect(rows.map(({ msgid, userid }) => [msgid, userid])).toEqual([
    [spring, 'member-00003'],
    [older, 'member-00003'],
  ]);
  await expect(recipient({ recipient_id: 'wmNobody' })).resolves.toMatchObject({ status: 200, body: { deliveries: [] } });
});

describe('POST /group-messages/sync', () => {
  it('starts a sync and says who asked; GET /syncs/{sync_id} tells how far it is', async () => {
    const { status, body } = await startSync({ start_time: '2026-01-01T00:00:00+08:00' });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      phase: 'waiting',
      requested_by: expect.stringContaining('tester'),
      period: { start_time: '2025-12-31T16:00:00.000Z', end_time: world.now().toISOString() },
      members: { done: 0, all: 0 },
    });
    expect(started.at(-1)).toEqual({ account_id: corp.account_id, sync_id: body.sync_id, attempt: 1 });
    await corp.run(await world.syncs().get(corp.account_id, body.sync_id));
    const { body: after } = await getSync({ sync_id: body.sync_id });
    expect(after).toMatchObject({ phase: 'done', failures: [], messages: { new: 0 }, deliveries: { written: 0 }, parked_until: null });
    expect(after.members.done).toBe(after.members.all);
    for (const internal of ['shards', 'round', 'attempt', 'due', 'expires_at']) expect(after).not.toHaveProperty(internal);
  });

  it.each([
    ['an end without a beginning', { end_time: '2026-01-01T00:00:00Z' }, 'start_time'],
    ['a beginning after the end', { start_time: '2026-01-02T00:00:00Z', end_time: '2026-01-01T00:00:00Z' }, 'end_time'],
    ['the future', { start_time: '2027-01-01T00:00:00Z' }, 'start_time'],
    ['more than three years', { start_time: '2021-01-01T00:00:00Z' }, 'start_time'],
    ['an unknown field', { chat_type: 'single' }, 'chat_type'],
  ])('refuses %s', async (_what, body, field) => {
    await expect(startSync(body)).resolves.toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  it('refuses an Official Account, which has none', async () => {
    await expect(startSync({}, officialAccount)).resolves.toMatchObject({ status: 409 });
  });
});
