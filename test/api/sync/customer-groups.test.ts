import { expect, it } from 'vitest';
import { useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
const control = () => world.simulator().control;

it('tells customer groups that were sent to, and nothing of those that were not', async () => {
  const corp = await world.open({ corp: { members: 4, groups_per_member: 3 } });
  const msgid = corp.create({ chat_type: 'group', deliveries_per_second: 0.01 });
  control().pressSend(msgid, { count: 2 });
  await corp.sync();
  expect(await corp.message(msgid)).toMatchObject({ settled: false, totals: { deliveries: { pending: null, sent: 2 } } });
  world.pass(3700);
  await corp.sync();
  expect(await corp.message(msgid)).toMatchObject({ totals: { deliveries: { pending: null, sent: 6 } } });
  await corp.expectTruth(msgid);
  world.pass(600);
  expect(await corp.sync()).toMatchObject({ asked: { results: 0 } });
});

it.each([
  ['says', {}],
  ['does not say', { no_send_time: true }],
])('waits for the customer groups that are sent to over time, also where WeCom %s when the member confirmed', async (_what, quirks) => {
  const corp = await world.open({ corp: { members: 2, groups_per_member: 3 } });
  const msgid = corp.create({ chat_type: 'group', deliveries_per_second: 0.01, quirks });
  control().pressSend(msgid);
  await corp.sync();
  expect(await corp.message(msgid)).toMatchObject({ settled: false, totals: { deliveries: { sent: 2 } } });
  world.pass(3700);
  await corp.sync();
  expect(await corp.message(msgid)).toMatchObject({ settled: true, totals: { deliveries: { sent: 6 } } });
  world.pass(600);
  expect(await corp.sync()).toMatchObject({ asked: { tasks: 0, results: 0 } });
});

it('says of customer groups that could not be sent to that nothing is known, and not that there are none', async () => {
  const corp = await world.open({ corp: { members: 2, groups_per_member: 4 } });
  const msgid = corp.create({ chat_type: 'group', sending: {}, outcomes: { limit_reached: 0.5 } });
  await corp.sync();
  expect(control().groupMessageTruth(msgid)).toMatchObject({ deliveries: { sent: 4, limit_reached: 4 } });
  const deliveries = { pending: null, sent: 4, not_friend: null, limit_reached: null, other: null };
  expect((await corp.message(msgid)).totals).toEqual({
    members: { all: 2, sent: 2, pending: 0, other: 0 },
    deliveries,
    members_unread: 0,
  });
  expect(corp.published.at(-1)).toMatchObject({ type: 'group_message.progressed', detail: { totals: { deliveries } } });
  await corp.expectTruth(msgid);
});
