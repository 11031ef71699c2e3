import { describe, expect, it } from 'vitest';
import { lists, useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
const control = () => world.simulator().control;

describe('a sync', () => {
  it('leaves records that are what WeCom knows, row by row, and totals to match', async () => {
    const corp = await world.open({ corp: { members: 12, customers_per_member: 30 } });
    const outcomes = { not_friend: 0.1, limit_reached: 0.2 };
    const sent = corp.create({ sending: { share: 0.5 }, outcomes });
    const waiting = corp.create({ members: 3 });
    const groups = corp.create({ chat_type: 'group', sending: { share: 0.5 } });
    const sync = await corp.sync();
    expect(sync).toMatchObject({ phase: 'done', failures: [], total: { messages_found: 3, messages_new: 3, messages_refreshed: 3 } });
    for (const msgid of [sent, waiting, groups]) await corp.expectTruth(msgid);
    expect(sync.total).toMatchObject({ members_all: 27, members_done: 27, deliveries_read: 468, deliveries_written: 468, calls: 32 });
    expect(sync.asked).toEqual({ messages: 2, tasks: 3, results: 27 });
  });

  it('that finds nothing new asks for lists of members alone, and writes nothing', async () => {
    const corp = await world.open({ corp: { members: 12, customers_per_member: 30 } });
    const msgid = corp.create({ sending: { share: 0.5 } });
    await corp.sync();
    const [before, tasks] = [await corp.message(msgid), await corp.tasksOf(msgid)];
    world.pass(600);
    const again = await corp.sync();
    expect(again.asked).toEqual({ messages: 2, tasks: 1, results: 0 });
    expect(again.total).toMatchObject({
      messages_new: 0,
      messages_refreshed: 1,
      tasks_written: 0,
      deliveries_written: 0,
      members_done: 12,
    });
    expect([await corp.message(msgid), await corp.tasksOf(msgid)]).toEqual([before, tasks]);
  });

  it('asks again for those alone who have pressed send since, and for those whose deliveries are still under way', async () => {
    const corp = await world.open({ corp: { members: 6, customers_per_member: 10 } });
    const msgid = corp.create({ deliveries_per_second: 0.01 });
    await corp.sync();
    control().pressSend(msgid, { count: 2 });
    world.pass(350);
    expect(await corp.sync()).toMatchObject({ asked: { results: 2 }, total: { tasks_written: 2, deliveries_written: 8 } });
    await corp.expectTruth(msgid);
    world.pass(3600);
    expect(await corp.sync()).toMatchObject({ asked: { results: 2 }, total: { tasks_written: 0, deliveries_written: 12 } });
    await corp.expectTruth(msgid);
    world.pass(600);
    expect(await corp.sync()).toMatchObject({ asked: { results: 0 }, total: { deliveries_written: 0 } });
  });
});
void lists;
