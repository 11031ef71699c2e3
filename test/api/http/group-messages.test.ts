import '../../support/environment.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { allOf, groupMessageApi } from '../../support/group-message-api.ts';
import { lists, useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
let corp: Awaited<ReturnType<typeof world.open>>;
let api: ReturnType<typeof groupMessageApi>;
const created: string[] = [];
let [spring, groups, cold] = ['', '', ''];
const unlisted = { pending: null, not_friend: null, limit_reached: null, other: null };

const openApi = async (...options: Parameters<typeof world.open>) => {
  const opened = await world.open(...options);
  return { ...opened, ...groupMessageApi(world, { account_id: opened.account_id, now: world.now }) };
};
const ids = (body: { group_messages: { msgid: string }[] }) => body.group_messages.map(({ msgid }) => msgid);
const ago = (seconds: number) => new Date(world.now().getTime() - seconds * 1000).toISOString();

beforeAll(async () => {
  corp = await world.open({ corp: { members: 7, customers_per_member: 12, groups_per_member: 2 } });
  api = groupMessageApi(world, { account_id: corp.account_id, now: world.now });
  for (let n = 1; n <= 5; n++) created.push(corp.create({ age_seconds: n * 3600, members: 0 }));
  const outcomes = { not_friend: 0.25, limit_reached: 0.1 };
  spring = corp.create({ age_seconds: 60, sending: { share: 0.6 }, outcomes });
  groups = corp.create({ age_seconds: 120, chat_type: 'group', sending: { share: 0.6 } });
  cold = corp.create({ age_seconds: 180, dispatching_seconds: 3600 });
  await corp.sync();
});

describe('GET /group-messages', () => {
  it('gives the newest first, page by page, each once', async () => {
    const { rows, pages } = await allOf(api.list, 'group_messages', {}, { limit: '3' });
    expect(rows.map(({ msgid }) => msgid)).toEqual([spring, groups, cold, ...created]);
    expect(pages).toBe(3);
  });

  it('finds those to groups alone, over page ends', async () => {
    const { rows } = await allOf(api.list, 'group_messages', {}, { chat_type: 'group', limit: '1' });
    expect(rows).toMatchObject([{ msgid: groups, chat_type: 'group' }]);
    expect((await allOf(api.list, 'group_messages', {}, { chat_type: 'single', limit: '2' })).rows).toHaveLength(7);
  });

  it('takes a period: the beginning belongs to it, the end does not', async () => {
    const times = await Promise.all([spring, groups, cold].map(async (msgid) => (await corp.message(msgid)).create_time));
    const [ofSpring = '', ofGroups = '', ofCold = ''] = times;
    expect(ids((await api.list({}, { from: ofCold, to: ofSpring })).body)).toEqual([groups, cold]);
    expect(ids((await api.list({}, { from: ofGroups })).body)).toEqual([spring, groups]);
    expect(ids((await api.list({}, { to: ofCold })).body)).toEqual(created);
    const inChina = `${new Date(Date.parse(ofGroups) + 8 * 3600_000).toISOString().slice(0, -1)}+08:00`;
    expect(ids((await api.list({}, { from: inChina })).body)).toEqual([spring, groups]);
  });

  it('goes on in a period to its end and no further', async () => {
    const { rows, pages } = await allOf(api.list, 'group_messages', {}, { from: ago(9000), to: ago(90), limit: '2' });
    expect(rows.map(({ msgid }) => msgid)).toEqual([groups, cold, ...created.slice(0, 2)]);
    expect(pages).toBeLessThan(4);
  });

  it('is empty and has no next page when there is nothing: none was sent, or none was looked for yet', async () => {
    const { list, sync } = await openApi();
    const nothing = { status: 200, body: { group_messages: [] } };
    expect(await list()).toMatchObject(nothing);
    await sync();
    expect((await list()).body).toEqual(nothing.body);
    expect((await api.list({}, { to: '2020-01-01T00:00:00Z' })).body).toEqual(nothing.body);
  });

  it('does not hide the other rows behind one that does not parse', async () => {
    const { account_id, create, sync, list, get, message } = await openApi({ corp: { members: 1, customers_per_member: 1 } });
    const msgid = create();
    await sync();
    await world.groupMessages().create({ ...(await message(msgid)), msgid: 'msgBroken', history: 'gone' } as never);
    expect(ids((await list()).body)).toEqual([msgid]);
    expect(await get({ msgid: 'msgBroken' })).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    expect(JSON.stringify((await get({ msgid: 'msgBroken' })).body)).not.toContain(account_id);
  });
});

describe('GET /group-messages/{msgid}', () => {
  it('shows totals in which nothing that is unknown is zero, and none of what is ours alone', async () => {
    const { body } = await api.get({ msgid: spring });
    expect(body).toMatchObject({
      totals: {
        members: { all: 7, sent: 4, pending: 3 },
        deliveries: { pending: 36, sent: 32, not_friend: 12, limit_reached: 4 },
        members_unread: 0,
      },
      settled: false,
      text: { content: expect.any(String) },
      history: [{ n: 0, totals: { members: { all: 7 } }, settled: false }],
    });
    for (const internal of ['rev', 'due', 'unconfirmed_read_at']) expect(body).not.toHaveProperty(internal);
    expect((await api.get({ msgid: groups })).body.totals.deliveries).toEqual({ ...unlisted, sent: 8 });
    expect((await api.get({ msgid: cold })).body).toMatchObject({ totals: null, totals_at: null, history: [] });
    expect((await api.get({ msgid: created[0] ?? '' })).body.totals).toMatchObject({ members: { all: 0 }, deliveries: { pending: 0 } });
  });

  it('is what the list shows of it', async () => {
    const { body } = await api.list({}, { limit: '1' });
    expect(body.group_messages).toEqual([(await api.get({ msgid: spring })).body]);
  });

  it('tells of a message that was cancelled, and of a refresh that failed', async () => {
    const { create, sync, get } = await openApi({ corp: { members: 2, customers_per_member: 2 } });
    const [cancelled, failing] = [create({ sending: { share: 0.5 } }), create({ age_seconds: 2 * 86_400, errcode: 41047 })];
    await sync();
    world.simulator().control.cancelGroupMessage(cancelled);
    world.pass(600);
    await sync();
    expect((await get({ msgid: cancelled })).body).toMatchObject({
      totals: { members: { sent: 1, pending: 1 } },
      cancelled_at: expect.any(String),
      settled: true,
    });
    expect((await get({ msgid: failing })).body).toMatchObject({ totals: null, failure: { errcode: 41047, detail: expect.any(String) } });
  });
});

describe('what is not known of deliveries is null, and not zero:', () => {
  const opened = async (members: number, unread: readonly string[]) => {
    const parts = await openApi({ corp: { members, customers_per_member: 3 } });
    const msgid = parts.create({ sending: {} });
    const { control } = world.simulator();
    for (const userid of unread)
      control.orderFault({ path: lists.results, contains: `"${userid}"`, fault: { kind: 'errcode', errcode: 40058 } });
    await parts.sync();
    control.clearFaults();
    return { ...parts, msgid };
  };

  it('of a member whose list could not be read, and of the message as far as it is theirs', async () => {
    const { msgid, get, tasks, deliveries } = await opened(3, ['member-00002']);
    expect((await get({ msgid })).body.totals).toMatchObject({ members: { all: 3, sent: 3 }, deliveries: { sent: 6 }, members_unread: 1 });
    const of = (body: { tasks: { userid: string; deliveries: object | null }[] }) => body.tasks.map((task) => task.deliveries);
    expect(of((await tasks({ msgid })).body)).toMatchObject([{ sent: 3, pending: 0 }, null, { sent: 3 }]);
    expect((await deliveries({ msgid })).body.deliveries).toHaveLength(6);
  });

  it('of the whole message, when the list of nobody could be read', async () => {
    const { msgid, get, tasks, deliveries } = await opened(1, ['member-00001']);
    expect((await get({ msgid })).body.totals).toMatchObject({ members: { all: 1, sent: 1 }, deliveries: null, members_unread: 1 });
    expect((await tasks({ msgid })).body.tasks).toMatchObject([{ status: 'sent', deliveries: null }]);
    expect((await deliveries({ msgid })).body).toEqual({ deliveries: [] });
  });

  it('of what was not sent to customer groups, of which WeCom lists only what was', async () => {
    const { rows } = await allOf(api.tasks, 'tasks', { msgid: groups }, {});
    expect(rows.map((row) => row['deliveries'])).toEqual([
      ...Array(4).fill({ ...unlisted, sent: 2 }),
      ...Array(3).fill({ ...unlisted, sent: 0 }),
    ]);
  });
});

describe('GET …/tasks', () => {
  const named = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `member-0000${from + n}`);
  const of = async (query: Record<string, string>) => {
    const { rows, pages } = await allOf(api.tasks, 'tasks', { msgid: spring }, query);
    return { userids: rows.map(({ userid }) => userid), rows, pages };
  };

  it('gives every member once, page by page, with the counts of each', async () => {
    const { userids, rows, pages } = await of({ limit: '2' });
    expect(userids).toEqual(named(1, 7));
    expect(pages).toBe(4);
    expect(rows[0]).toMatchObject({ status: 'sent', send_time: expect.any(String), deliveries: { not_friend: 3, pending: 0 } });
    expect(rows[6]).toMatchObject({ status: 'pending', deliveries: { pending: 12, sent: 0 } });
    expect(rows[6]).not.toHaveProperty('send_time');
    for (const internal of ['message', 'read', 'counts', 'account_id']) expect(rows[0]).not.toHaveProperty(internal);
  });

  it.each([
    ['sent', named(1, 4)],
    ['pending', named(5, 7)],
    ['other', []],
  ])('finds those that are %s, over page ends', async (status, expected) => {
    expect((await of({ status, limit: '2' })).userids).toEqual(expected);
  });

  it('has none of a message whose members have not been read', async () => {
    expect((await api.tasks({ msgid: cold })).body).toEqual({ tasks: [] });
    expect((await api.deliveries({ msgid: cold })).body).toEqual({ deliveries: [] });
  });

  it('shows a number that WeCom has not documented as another, and which it is', async () => {
    const { create, sync, tasks, get } = await openApi({ corp: { members: 1, customers_per_member: 1 } });
    const msgid = create();
    const body = JSON.stringify({ errcode: 0, errmsg: 'ok', task_list: [{ userid: 'member-00001', status: 7 }] });
    world.simulator().control.orderFault({ path: lists.tasks, fault: { kind: 'http', status: 200, body } });
    await sync();
    expect((await tasks({ msgid }, { status: 'other' })).body.tasks).toMatchObject([{ status: 'other', upstream_status: 7 }]);
    expect((await get({ msgid })).body.totals.members).toEqual({ all: 1, sent: 0, pending: 0, other: 1 });
  });
});
