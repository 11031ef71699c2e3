import { describe, expect, it } from 'vitest';
import type { SyncDependencies } from '../../../shared/sync/steps.ts';
import { lists, useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
const control = () => world.simulator().control;
const fault = (path: string, what: { errcode: number } | { kind: 'repeat_cursor' }, order: { skip?: number; times?: number | null } = {}) =>
  control().orderFault({ path, ...order, fault: 'kind' in what ? what : { kind: 'errcode', ...what } });

/** WeCom's own lists, ten rows to a page. */
const inPagesOfTen = ({ wecom }: SyncDependencies): Pick<SyncDependencies, 'wecom'> => ({
  wecom: {
    listGroupMessages: (input) => wecom.listGroupMessages({ ...input, limit: 10 }),
    listTasks: (input) => wecom.listTasks({ ...input, limit: 10 }),
    listResults: (input) => wecom.listResults({ ...input, limit: 10 }),
  },
});

describe('long lists', () => {
  it('of messages, members and customers are read to their end, and each is found once', async () => {
    const corp = await world.open({ corp: { members: 23, customers_per_member: 1 }, schedule: { messages_per_round: 3 } });
    const large = corp.create({ recipients: { 'member-00007': 35 }, sending: { share: 0.5 } });
    for (let n = 0; n < 22; n++) corp.create({ age_seconds: n, members: 0 });
    const sync = await corp.sync({}, { with: inPagesOfTen(corp.dependencies) });
    expect(sync).toMatchObject({ phase: 'done', failures: [], total: { messages_found: 23, messages_new: 23, messages_refreshed: 23 } });
    expect(sync.asked).toEqual({ messages: 4, tasks: 22 + 3, results: 22 + 4 });
    await corp.expectTruth(large);
  });

  it('are asked for in the largest pages that WeCom takes: more would get the default', async () => {
    const corp = await world.open({ corp: { members: 1, customers_per_member: 1 } });
    corp.create();
    const limits: unknown[] = [];
    const { wecom } = corp.dependencies;
    const noting =
      <I extends { limit?: number | undefined }, A>(ask: (input: I) => A) =>
      (input: I): A => {
        limits.push(input.limit);
        return ask(input);
      };
    const replaced: SyncDependencies['wecom'] = {
      listGroupMessages: noting(wecom.listGroupMessages),
      listTasks: noting(wecom.listTasks),
      listResults: noting(wecom.listResults),
    };
    await corp.sync({}, { with: { wecom: replaced } });
    expect(limits).toEqual([100, 100, 1000, 1000]);
  });

  it('of 2,300 customers of one member are written whole', async () => {
    const corp = await world.open({ corp: { members: 1, customers_per_member: 2300 } });
    const msgid = corp.create({ sending: {} });
    expect(await corp.sync()).toMatchObject({ failures: [], asked: { results: 3 }, total: { deliveries_written: 2300 } });
    await corp.expectTruth(msgid);
  });

  it('go on at the page where a step ended, and not at the first', async () => {
    const corp = await world.open({ corp: { members: 1, customers_per_member: 55 }, schedule: { calls_per_second: 1 } });
    const msgid = corp.create({ sending: {} });
    const sync = await corp.sync({}, { with: inPagesOfTen(corp.dependencies), stepSeconds: 36 });
    expect(sync).toMatchObject({ failures: [], asked: { messages: 2, tasks: 1, results: 6 } });
    expect(sync.turns).toBeGreaterThan(6);
    await corp.expectTruth(msgid);
  });

  it.each([
    ['members', lists.tasks],
    ['deliveries', lists.results],
  ])('of %s whose cursor repeats end with an error, and nothing is told of what was not read', async (_what, path) => {
    const corp = await world.open({ corp: { members: 25, customers_per_member: 1 } });
    const msgid = corp.create({ recipients: { 'member-00001': 35 } });
    control().orderFault({ path, contains: '"cursor"', times: null, fault: { kind: 'repeat_cursor' } });
    const sync = await corp.sync({}, { with: inPagesOfTen(corp.dependencies) });
    control().clearFaults();
    expect(sync).toMatchObject({ phase: 'done', failures: [{ code: 'CURSOR_REPEATED', msgid }] });
    const { totals, settled } = await corp.message(msgid);
    expect({ unread: totals?.members_unread, settled }).toEqual({ unread: path === lists.tasks ? undefined : 1, settled: false });
    world.pass(600);
    await corp.sync();
    await corp.expectTruth(msgid);
    expect(await corp.message(msgid)).not.toHaveProperty('failure');
  });
});

describe('an error on page 2', () => {
  it('of a member leaves the counts unknown, and the next sync reads it whole', async () => {
    const corp = await world.open({ corp: { members: 2, customers_per_member: 1500 } });
    const msgid = corp.create({ sending: {} });
    control().orderFault({ path: lists.results, contains: '"cursor"', times: 2, fault: { kind: 'errcode', errcode: 40058 } });
    const sync = await corp.sync();
    expect(sync.failures).toMatchObject([{ errcode: 40058, msgid }, { errcode: 40058 }]);
    expect(sync.total).toMatchObject({ members_all: 2, members_done: 0, deliveries_written: 2000 });
    expect(await corp.message(msgid)).toMatchObject({
      settled: false,
      totals: { members: { all: 2, sent: 2 }, deliveries: null, members_unread: 2 },
    });
    world.pass(600);
    expect(await corp.sync()).toMatchObject({ total: { deliveries_written: 1000, members_done: 2 } });
    await corp.expectTruth(msgid);
  });

  it('that is a cursor which WeCom no longer takes begins the list anew', async () => {
    const corp = await world.open({ corp: { members: 1, customers_per_member: 1500 } });
    const msgid = corp.create({ sending: {} });
    control().orderFault({ path: lists.results, contains: '"cursor"', fault: { kind: 'errcode', errcode: 50100 } });
    expect(await corp.sync()).toMatchObject({ failures: [], asked: { results: 4 } });
    await corp.expectTruth(msgid);
  });

  it('of the messages keeps the next sync looking as far back', async () => {
    const corp = await world.open({ corp: { members: 1, customers_per_member: 1 }, row: { synced_until: '2026-01-01T00:00:00.000Z' } });
    fault(lists.messages, { errcode: 40058 });
    await corp.sync();
    expect(await corp.accounts.get(corp.account_id)).toMatchObject({
      synced_until: '2026-01-01T00:00:00.000Z',
      last_sync: { phase: 'done' },
    });
    const { period } = await corp.sync();
    expect(await corp.accounts.get(corp.account_id)).toMatchObject({ synced_until: period.end_time });
  });
});

describe('what is no member, no row, or not yet', () => {
  it('a member without any customers is done, and not asked about again', async () => {
    const corp = await world.open({ corp: { members: 3, customers_per_member: 0 } });
    const msgid = corp.create({ sending: {} });
    await corp.sync();
    await corp.expectTruth(msgid);
    expect(await corp.message(msgid)).toMatchObject({ settled: true });
    world.pass(600);
    expect(await corp.sync()).toMatchObject({ asked: { tasks: 0, results: 0 } });
  });

  it.each([
    [41047, {}],
    [41063, { dispatching_seconds: 500 }],
  ])('%s soon after the creation is no failure: the next sync has it', async (errcode, script) => {
    const corp = await world.open({ corp: { members: 2, customers_per_member: 2 } });
    const msgid = corp.create({ ...script, sending: {} });
    if (errcode === 41047) fault(lists.tasks, { errcode });
    expect(await corp.sync()).toMatchObject({ phase: 'done', failures: [] });
    world.pass(600);
    await corp.sync();
    await corp.expectTruth(msgid);
  });

  it('41047 long after the creation is one, and the message waits for its turn', async () => {
    const corp = await world.open({ corp: { members: 2, customers_per_member: 2 } });
    const msgid = corp.create({ age_seconds: 2 * 86_400, errcode: 41047 });
    expect(await corp.sync()).toMatchObject({ failures: [{ errcode: 41047, msgid }] });
    world.pass(600);
    expect(await corp.sync()).toMatchObject({ failures: [], asked: { tasks: 0 } });
  });

  it('a message that was cancelled keeps what was sent, and is not asked about again', async () => {
    const corp = await world.open({ corp: { members: 4, customers_per_member: 5 } });
    const msgid = corp.create();
    control().pressSend(msgid, { count: 2 });
    await corp.sync();
    control().cancelGroupMessage(msgid);
    world.pass(600);
    expect(await corp.sync()).toMatchObject({ phase: 'done', failures: [] });
    await corp.expectTruth(msgid);
    expect(await corp.message(msgid)).toMatchObject({ settled: true, cancelled_at: expect.any(String) });
    expect(corp.published.at(-1)).toMatchObject({ type: 'group_message.progressed', detail: { cancelled: true, settled: true } });
    world.pass(600);
    expect(await corp.sync()).toMatchObject({ asked: { tasks: 0 } });
  });

  it.each([
    ['create_time as a text', { create_time_as_text: true }],
    ['a space after userids', { trailing_space: true }],
    ['1970 for no time', { zero_send_time: true }],
  ])('takes %s for what it means', async (_what, quirks) => {
    const corp = await world.open({ corp: { members: 3, customers_per_member: 3 } });
    const msgid = corp.create({ sending: { share: 0.4 }, quirks, create_type: 0, creator: 'member-00001' });
    await corp.sync();
    await corp.expectTruth(msgid);
    world.pass(600);
    expect(await corp.sync()).toMatchObject({ total: { tasks_written: 0, deliveries_written: 0 }, asked: { results: 0 } });
  });
});

describe('limits', () => {
  it('45009 parks all workers for the window, not for seconds, and then the sync goes on', async () => {
    const corp = await world.open({ corp: { members: 12, customers_per_member: 5 } });
    const msgid = corp.create({ sending: {} });
    fault(lists.results, { errcode: 45009 }, { skip: 4 });
    const began = world.now().getTime();
    const sync = await corp.sync();
    expect(sync).toMatchObject({ phase: 'done', failures: [] });
    expect(sync.asked.results).toBeGreaterThan(12);
    await corp.expectTruth(msgid);
    const minutes = (world.now().getTime() - began) / 60_000;
    expect(minutes).toBeGreaterThan(1);
    expect(minutes).toBeLessThan(2);
  });

  it.each(['messages', 'tasks'] as const)('45009 to the list of %s is a call, too', async (list) => {
    const corp = await world.open({ corp: { members: 1, customers_per_member: 1 } });
    corp.create({ sending: {} });
    fault(lists[list], { errcode: 45009 });
    const { asked, total } = await corp.sync();
    expect(total.calls).toBe(asked.messages + asked.tasks + asked.results);
  });

  it('45009 that comes again right after a minute parks it for an hour', async () => {
    const corp = await world.open({ corp: { members: 3, customers_per_member: 5 }, schedule: { shards: 1, calls_in_flight: 1 } });
    const msgid = corp.create({ sending: {} });
    fault(lists.results, { errcode: 45009 }, { times: 2 });
    const began = world.now().getTime();
    expect(await corp.sync()).toMatchObject({ phase: 'done', asked: { results: 5 } });
    await corp.expectTruth(msgid);
    expect((world.now().getTime() - began) / 60_000).toBeGreaterThan(61);
  });

  it('are never met, since the pace of all workers together stays below them', async () => {
    const limits = { calls_per_minute: 30 };
    const corp = await world.open({ corp: { members: 90, customers_per_member: 1, limits }, schedule: { calls_per_second: 0.45 } });
    const msgid = corp.create({ sending: {} });
    expect(await corp.sync()).toMatchObject({ phase: 'done', failures: [], asked: { results: 90 } });
    await corp.expectTruth(msgid);
  });

  it('shares them with other accounts of the corp', async () => {
    const corp = await world.open({ corp: { members: 1, customers_per_member: 1 } });
    await world.open({ corp: { corpid: corp.corpid } });
    const sync = await corp.sync();
    expect(sync.sharing).toBe(2);
  });

  it('45033 halves the calls in flight, and nothing is lost', async () => {
    const corp = await world.open({ corp: { members: 20, customers_per_member: 2 }, schedule: { shards: 1 } });
    const msgid = corp.create({ sending: {} });
    fault(lists.results, { errcode: 45033 }, { times: 1 });
    const states: number[] = [];
    const syncs = corp.dependencies.syncs;
    const watching: SyncDependencies['syncs'] = {
      get: syncs.get.bind(syncs),
      save: syncs.save.bind(syncs),
      saveShard: (of, shard, state, ...rest) => {
        states.push(state.in_flight);
        return syncs.saveShard(of, shard, state, ...rest);
      },
    };
    expect(await corp.sync({}, { with: { syncs: watching } })).toMatchObject({ phase: 'done', failures: [] });
    expect(states.at(-1)).toBe(2);
    await corp.expectTruth(msgid);
  });

  it('a token that is revoked in the middle is renewed once, and the sync goes on', async () => {
    const corp = await world.open({ corp: { members: 6, customers_per_member: 3 } });
    const msgid = corp.create({ sending: {} });
    const { wecom } = corp.dependencies;
    let asked = 0;
    const revoking: SyncDependencies['wecom'] = {
      ...wecom,
      listResults: (input) => {
        if (asked++ === 2) control().revokeWecomTokens(corp.corpid);
        return wecom.listResults(input);
      },
    };
    expect(await corp.sync({}, { with: { wecom: revoking } })).toMatchObject({ phase: 'done', failures: [] });
    await corp.expectTruth(msgid);
  });

  it('an address that WeCom does not trust ends the sync, and says once what a person has to do', async () => {
    const corp = await world.open({ corp: { members: 2, customers_per_member: 2 } });
    const msgid = corp.create({ sending: {} });
    fault(lists.tasks, { errcode: 60020 });
    expect(await corp.sync()).toMatchObject({ phase: 'failed', failures: [{ errcode: 60020 }] });
    expect(corp.published).toMatchObject([{ type: 'account.attention', detail: { subject: 'sync', errcode: 60020 } }]);
    expect(await corp.accounts.get(corp.account_id)).toMatchObject({ last_sync: { phase: 'failed' } });
    world.pass(600);
    await corp.sync();
    await corp.expectTruth(msgid);
    expect((await corp.accounts.get(corp.account_id)).attention).toEqual({});
  });
});
