import { describe, expect, it } from 'vitest';
import { lists, useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
const control = () => world.simulator().control;

describe('real sizes', () => {
  it('10,000 customers of one member are read in ten pages, and written once', async () => {
    const corp = await world.open({ corp: { members: 1, customers_per_member: 10_000 } });
    const msgid = corp.create({ sending: {}, outcomes: { deselected: 0.1 } });
    expect(await corp.sync()).toMatchObject({ failures: [], asked: { results: 10 }, total: { deliveries_written: 10_000 } });
    await corp.expectTruth(msgid);
    world.pass(600);
    expect(await corp.sync()).toMatchObject({ asked: { results: 10 }, total: { deliveries_read: 10_000, deliveries_written: 0 } });
  }, 120_000);

  it('2,100 members are found on three pages, and each is asked about once, however many steps it takes', async () => {
    const corp = await world.open({ corp: { members: 2100, customers_per_member: 0 } });
    const recipients = { 'member-00001': 2, 'member-01500': 3, 'member-02100': 1 };
    const msgid = corp.create({ sending: { share: 0.5 }, recipients });
    const sync = await corp.sync({}, { stepSeconds: 60 });
    expect(sync).toMatchObject({ phase: 'done', failures: [], asked: { tasks: 3, results: 2100 } });
    expect(sync.total).toMatchObject({ members_all: 2100, members_done: 2100, tasks_written: 2100, deliveries_written: 6 });
    // 2,100 calls take 70 s at 30 a second, of which each of 5 workers makes those of 25 s in a step. What a step stores on its way is no turn.
    expect(sync.turns).toBeGreaterThanOrEqual(5 * 3);
    expect(sync.turns).toBeLessThan(60);
    await corp.expectTruth(msgid);
  }, 120_000);

  it('of what WeCom says, however long, as much is kept as a row can hold', async () => {
    const corp = await world.open({ corp: { members: 10, customers_per_member: 1 } });
    const msgid = corp.create({ sending: {} });
    const errmsg = '参数错误'.repeat(50_000);
    control().orderFault({ path: lists.results, times: null, fault: { kind: 'errcode', errcode: 40058, errmsg } });
    const sync = await corp.sync();
    control().clearFaults();
    expect(sync).toMatchObject({ phase: 'done', total: { members_all: 10, members_done: 0 } });
    expect(sync.failures.length + sync.failures_dropped).toBe(10);
    expect(sync.failures[0]?.detail).toMatch(/40058.*(参数错误)+/);
    expect(await corp.message(msgid)).toMatchObject({ settled: false, totals: { members_unread: 10 } });
  });
});
