import { describe, expect, it } from 'vitest';
import { listMessageDeliveries } from '../../../shared/store/message-deliveries.ts';
import type { SyncDependencies } from '../../../shared/sync/steps.ts';
import { lists, useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
const control = () => world.simulator().control;
const fails = (errcode: number, order: { skip?: number; times?: number | null } = {}) =>
  control().orderFault({ path: lists.results, ...order, fault: { kind: 'errcode', errcode } });

/** WeCom's lists of results, so many rows to a page. */
const inPagesOf = (limit: number, { wecom }: SyncDependencies): Pick<SyncDependencies, 'wecom'> => ({
  wecom: { ...wecom, listResults: (input) => wecom.listResults({ ...input, limit }) },
});

const stores = () => ({ groupTasks: world.groupTasks(), deliveries: world.deliveries() });
const statusesOf = async (corp: Awaited<ReturnType<typeof world.open>>, msgid: string) => {
  const count: Record<string, number> = {};
  for (const { status } of await corp.deliveriesOf(msgid)) count[status] = (count[status] ?? 0) + 1;
  return count;
};

describe('a message that is cancelled while its deliveries are read', () => {
  it('tells of the members that were read, and that nothing is known of the others', async () => {
    const corp = await world.open({ corp: { members: 6, customers_per_member: 5 }, schedule: { shards: 1, calls_in_flight: 1 } });
    const msgid = corp.create({ sending: {} });
    fails(41093, { skip: 2, times: null });
    const sync = await corp.sync();
    control().clearFaults();
    expect(sync).toMatchObject({ phase: 'done', failures: [], asked: { results: 3 }, total: { members_all: 6, members_done: 2 } });
    const { members, deliveries } = control().groupMessageTruth(msgid);
    expect(deliveries.sent).toBe(30);
    expect(await corp.message(msgid)).toMatchObject({
      settled: true,
      cancelled_at: expect.any(String),
      totals: { members: { all: 6, sent: members.sent }, deliveries: { sent: 10, pending: 0 }, members_unread: 4 },
    });
    expect(corp.published.at(-1)).toMatchObject({ detail: { cancelled: true, settled: true, totals: { members_unread: 4 } } });
  });

  it('is recognised also after many other failures', async () => {
    const corp = await world.open({ corp: { members: 30, customers_per_member: 1 }, schedule: { shards: 1, calls_in_flight: 1 } });
    const msgid = corp.create({ sending: {} });
    fails(40058, { times: 10 });
    fails(41093, { skip: 10, times: null });
    const sync = await corp.sync();
    control().clearFaults();
    expect(sync.failures).toHaveLength(4);
    expect(await corp.message(msgid)).toMatchObject({ settled: true, cancelled_at: expect.any(String) });
  });

  it('keeps what the pages before brought, finds it by its status, and takes nothing for pending that may have been sent', async () => {
    const corp = await world.open({ corp: { members: 2, customers_per_member: 15 }, schedule: { shards: 1, calls_in_flight: 1 } });
    const msgid = corp.create();
    await corp.sync();
    expect(await corp.message(msgid)).toMatchObject({ totals: { deliveries: { pending: 30, sent: 0 } } });
    control().pressSend(msgid, { count: 1 });
    world.pass(600);
    fails(41093, { skip: 1, times: null });
    await corp.sync({}, { with: inPagesOf(10, corp.dependencies) });
    control().clearFaults();
    expect(await statusesOf(corp, msgid)).toEqual({ sent: 10, pending: 20 });
    expect(await corp.message(msgid)).toMatchObject({
      settled: true,
      totals: { members: { sent: 1, pending: 1 }, deliveries: { pending: 15, sent: 0 }, members_unread: 1 },
    });
    const sent = await listMessageDeliveries(stores(), { account_id: corp.account_id, msgid, status: 'sent' }, 100);
    expect(sent.deliveries).toHaveLength(10);
  });
});

it('an error on the second page of a later look leaves counts of what is stored, and the next look mends the rest', async () => {
  const corp = await world.open({ corp: { members: 1, customers_per_member: 15 } });
  const msgid = corp.create();
  await corp.sync();
  control().pressSend(msgid);
  world.pass(600);
  fails(40058, { skip: 1 });
  await corp.sync({}, { with: inPagesOf(10, corp.dependencies) });
  expect(await corp.tasksOf(msgid)).toMatchObject([{ status: 'sent', counts: { sent: 10, pending: 5 } }]);
  expect(await corp.message(msgid)).toMatchObject({ settled: false, totals: { deliveries: null, members_unread: 1 } });
  const sent = await listMessageDeliveries(stores(), { account_id: corp.account_id, msgid, status: 'sent' }, 100);
  expect(sent.deliveries).toHaveLength(10);
  world.pass(600);
  await corp.sync();
  await corp.expectTruth(msgid);
});

it('a period that is asked for brings up to date what was settled over a part of its members', async () => {
  const corp = await world.open({ corp: { members: 6, customers_per_member: 2 } });
  const msgid = corp.create({ sending: {} });
  control().setVisible(corp.corpid, 3);
  await corp.sync();
  expect(await corp.message(msgid)).toMatchObject({ settled: true, totals: { members: { all: 3 } } });
  control().setVisible(corp.corpid, null);
  world.pass(3600);
  await corp.sync();
  expect(await corp.message(msgid)).toMatchObject({ totals: { members: { all: 3 } } });
  const period = { start_time: new Date(world.now().getTime() - 86_400_000).toISOString(), end_time: world.now().toISOString() };
  await corp.sync({ trigger: 'request', selection: 'period', period });
  expect(await corp.message(msgid)).toMatchObject({ settled: true });
  await corp.expectTruth(msgid);
});
