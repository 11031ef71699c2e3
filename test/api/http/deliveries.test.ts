import '../../support/environment.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { allOf, groupMessageApi } from '../../support/group-message-api.ts';
import { lists, useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
let corp: Awaited<ReturnType<typeof world.open>>;
let api: ReturnType<typeof groupMessageApi>;
let [spring, groups] = ['', ''];

const of = (query: Record<string, string>, msgid = spring) => allOf(api.deliveries, 'deliveries', { msgid }, query);
const received = (recipient_id: string) => allOf(api.recipient, 'deliveries', { recipient_id }, { limit: '1' });
const names = (rows: Record<string, string>[]) => rows.map(({ userid, recipient_id }) => `${userid} ${recipient_id}`);

beforeAll(async () => {
  corp = await world.open({ corp: { members: 7, customers_per_member: 12, groups_per_member: 2 } });
  api = groupMessageApi(world, { account_id: corp.account_id, now: world.now });
  spring = corp.create({ age_seconds: 60, sending: { share: 0.6 }, outcomes: { not_friend: 0.25, limit_reached: 0.1 } });
  groups = corp.create({ age_seconds: 120, chat_type: 'group', sending: { share: 0.6 } });
  await corp.sync();
});

describe('GET …/deliveries', () => {
  it.each(['1', '5', '12', '13', '100'])('gives the whole message, each delivery once, in pages of %s', async (limit) => {
    const { rows } = await of({ limit });
    expect(rows).toHaveLength(84);
    expect(new Set(names(rows)).size).toBe(84);
    expect(names(rows)).toEqual(names(rows).sort());
  });

  it('shows what became of each, and none of what is ours alone', async () => {
    const { rows } = await of({ userid: 'member-00001' });
    expect(rows).toContainEqual({
      msgid: spring,
      userid: 'member-00001',
      recipient_id: expect.any(String),
      recipient_kind: 'customer',
      status: 'sent',
      send_time: expect.any(String),
      create_time: (await corp.message(spring)).create_time,
      first_seen_at: expect.any(String),
      changed_at: expect.any(String),
    });
    for (const row of rows) expect('send_time' in row).toBe(row['status'] === 'sent');
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
  });

  it('is empty and has no next page when there is nothing: nobody of that name, or none of that status', async () => {
    const none = { status: 200, body: { deliveries: [] } };
    const queries: Record<string, string>[] = [{ userid: 'member-99999' }, { status: 'other' }, { userid: 'member-00006', status: 'sent' }];
    for (const query of queries) {
      const { status, body } = await api.deliveries({ msgid: spring }, query);
      expect({ status, body }).toEqual(none);
    }
  });

  it('gives the customer groups that were sent to, and tells nothing of the others', async () => {
    const { rows } = await of({ limit: '3' }, groups);
    expect(rows).toHaveLength(8);
    expect(new Set(rows.map(({ recipient_kind, status }) => `${recipient_kind} ${status}`))).toEqual(new Set(['customer_group sent']));
    expect((await api.deliveries({ msgid: groups }, { status: 'pending' })).body).toEqual({ deliveries: [] });
  });

  it('gives also what was read of a member before the list broke off, of any status, though nobody knows how many there are', async () => {
    const { account_id, create, sync, dependencies } = await world.open({ corp: { members: 1, customers_per_member: 15 } });
    const broken = create({ sending: {} });
    const { listGroupMessages, listTasks, listResults } = dependencies.wecom;
    const wecom = {
      listGroupMessages,
      listTasks,
      listResults: (input: Parameters<typeof listResults>[0]) => listResults({ ...input, limit: 10 }),
    };
    const order = { path: lists.results, contains: '"cursor"', times: null, fault: { kind: 'errcode', errcode: 40058 } as const };
    world.simulator().control.orderFault(order);
    await sync({}, { with: { wecom } });
    world.simulator().control.clearFaults();
    const path = { msgid: broken, account_id };
    expect((await api.get(path)).body.totals).toMatchObject({ deliveries: null, members_unread: 1 });
    const queries: Record<string, string>[] = [{ limit: '3' }, { limit: '4', status: 'sent' }];
    for (const query of queries) expect((await allOf(api.deliveries, 'deliveries', path, query)).rows).toHaveLength(10);
  });

  it('shows a number that WeCom has not documented as another, and which it is', async () => {
    const msgid = corp.create({ age_seconds: 300, sending: {} });
    const { control } = world.simulator();
    const [first] = [...control.groupMessageDeliveries(msgid)];
    if (!first) throw new Error('a message without recipients');
    control.setDelivery(msgid, { userid: first.userid, recipient_id: first.recipient_id, status: 9 });
    world.pass(600);
    await corp.sync();
    expect((await of({ status: 'other' }, msgid)).rows).toMatchObject([{ recipient_id: first.recipient_id, upstream_status: 9 }]);
    expect((await api.get({ msgid })).body.totals.deliveries).toMatchObject({ sent: 83, other: 1, pending: 0 });
  });
});

describe('GET /recipients/{recipient_id}/deliveries', () => {
  it('gives everything that one customer received, the newest first, page by page', async () => {
    const older = corp.create({ age_seconds: 86_000, sending: {} });
    const oldest = corp.create({ age_seconds: 86_300, sending: {} });
    world.pass(600);
    await corp.sync();
    const [one] = (await api.deliveries({ msgid: spring }, { userid: 'member-00003', limit: '1' })).body.deliveries;
    const { rows, pages } = await received(one.recipient_id);
    const mine = rows.filter(({ msgid = '' }) => [spring, older, oldest].includes(msgid));
    expect(mine.map(({ msgid, userid }) => [msgid, userid])).toEqual([spring, older, oldest].map((msgid) => [msgid, 'member-00003']));
    expect(pages).toBeGreaterThanOrEqual(rows.length);
    expect(mine[0]).toEqual(one);
  });

  it('gives what a customer group received', async () => {
    const [one] = (await api.deliveries({ msgid: groups }, { limit: '1' })).body.deliveries;
    expect((await received(one.recipient_id)).rows).toEqual([one]);
  });

  it('is an empty list for a recipient of whom no record tells', async () => {
    const { status, body } = await api.recipient({ recipient_id: 'wmNobody' });
    expect({ status, body }).toEqual({ status: 200, body: { deliveries: [] } });
  });

  it("gives nothing of another account's to the same recipient", async () => {
    const [one] = (await api.deliveries({ msgid: spring }, { limit: '1' })).body.deliveries;
    const other = await world.open();
    const { body } = await api.recipient({ recipient_id: one.recipient_id, account_id: other.account_id });
    expect(body).toEqual({ deliveries: [] });
  });
});
