import '../../support/environment.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeHandler as makeGetAccount } from '../../../functions/accounts/get-account.ts';
import type { Sync } from '../../../shared/domain/sync.ts';
import { makeSyncSteps } from '../../../shared/sync/steps.ts';
import { asDescribed } from '../../support/described.ts';
import { groupMessageApi } from '../../support/group-message-api.ts';
import { context, read, request } from '../../support/request.ts';
import { lists, useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
const control = () => world.simulator().control;
const soon = () => new Date(world.now().getTime() + 60_000);
const ago = (days: number) => new Date(world.now().getTime() - days * 86_400_000).toISOString();

const openApi = async (...options: Parameters<typeof world.open>) => {
  const corp = await world.open(...options);
  const { account_id, dependencies } = corp;
  const api = groupMessageApi(world, { account_id, now: world.now });
  const steps = makeSyncSteps(dependencies);
  const shown = async ({ sync_id }: { sync_id: string }) => (await api.getSync({ sync_id })).body;
  return {
    ...corp,
    ...api,
    shown,
    /** Takes these steps of a sync, one after another. */
    take: async ({ sync_id }: Sync, ...names: ('discover' | 'select-due' | 'sync-tasks' | 'summarise')[]) => {
      for (const name of names) await steps[name]({ account_id, sync_id, attempt: 1 }, soon());
    },
    work: ({ sync_id }: Sync, shard: number) => steps['sync-deliveries']({ account_id, sync_id, attempt: 1, shard }, soon()),
    runStarted: async () => {
      const { sync_id = '' } = api.started.at(-1) ?? {};
      return corp.run(await world.syncs().get(account_id, sync_id));
    },
    account: async () => {
      const event = request({ pathParameters: { account_id } });
      return (await asDescribed('accounts/get-account', read(makeGetAccount(world.accounts())(event, context)))).body;
    },
  };
};

describe('POST /group-messages/sync', () => {
  let api: Awaited<ReturnType<typeof openApi>>;
  beforeAll(async () => {
    api = await openApi({ corp: { members: 2, customers_per_member: 3 } });
    for (const days of [1, 40, 50]) api.create({ age_seconds: days * 86_400, sending: {} });
  });

  it('starts a sync of any period, and says who asked', async () => {
    const { status, body } = await api.startSync({ start_time: '2026-01-01T00:00:00+08:00', end_time: '2026-02-28T00:00:00Z' });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      account_id: api.account_id,
      trigger: 'request',
      requested_by: expect.stringContaining('tester'),
      phase: 'waiting',
      period: { start_time: '2025-12-31T16:00:00.000Z', end_time: '2026-02-28T00:00:00.000Z' },
      members: { done: 0, all: 0 },
      failures: [],
    });
    for (const name of ['started_at', 'finished_at']) expect(body).not.toHaveProperty(name);
    expect(api.started.at(-1)).toEqual({ account_id: api.account_id, sync_id: body.sync_id, attempt: 1 });
    expect(await api.shown(body)).toEqual(body);
    await api.runStarted();
    expect(await api.shown(body)).toMatchObject({
      phase: 'done',
      messages: { found: 2, new: 2, refreshed: 2 },
      deliveries: { written: 12 },
    });
  });

  it('without an end looks until now; without a period, from where the last sync ended', async () => {
    const now = world.now().toISOString();
    expect((await api.startSync({ start_time: ago(3) })).body.period).toEqual({ start_time: ago(3), end_time: now });
    expect((await api.startSync({})).body.period).toEqual({ start_time: ago(28), end_time: now });
    const { period } = await api.runStarted();
    world.pass(3600);
    const { body } = await api.startSync({});
    expect(body.period.start_time).toBe(new Date(Date.parse(period.end_time) - 86_400_000).toISOString());
  });

  it('takes any period, however long, and looks through all of it in months', async () => {
    const before = world.simulator().control.calls(0).counts[lists.messages] ?? 0;
    const { status } = await api.startSync({ start_time: '2016-01-01T00:00:00Z', end_time: ago(0) });
    expect(status).toBe(202);
    await api.runStarted();
    const windows = Math.ceil((world.now().getTime() - Date.UTC(2016, 0)) / (28 * 86_400_000));
    expect((world.simulator().control.calls(0).counts[lists.messages] ?? 0) - before).toBeCloseTo(2 * windows, -1);
  });

  it.each([
    ['an end without a beginning', { end_time: '2026-01-01T00:00:00Z' }, 'start_time'],
    ['a beginning after the end', { start_time: '2026-01-02T00:00:00Z', end_time: '2026-01-01T00:00:00Z' }, 'end_time'],
    ['a period of no length', { start_time: '2026-01-01T00:00:00Z', end_time: '2026-01-01T08:00:00+08:00' }, 'end_time'],
    ['a beginning in the future', { start_time: '2027-01-01T00:00:00Z' }, 'start_time'],
    ['an end in the future', { start_time: '2026-01-01T00:00:00Z', end_time: '2027-01-01T00:00:00Z' }, 'end_time'],
    ['a time before WeChat', { start_time: '1999-12-31T00:00:00Z' }, 'start_time'],
    ['unix time', { start_time: 1_767_225_600 }, 'start_time'],
    ['a day', { start_time: '2026-01-01' }, 'start_time'],
    ['an unknown field', { chat_type: 'single' }, 'chat_type'],
    ['a list', [], ''],
  ])('refuses %s, names the field, and starts nothing', async (_what, body, field) => {
    const before = api.started.length;
    const answer = await api.startSync(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors: [{ in: 'body', field }] } });
    expect(api.started).toHaveLength(before);
  });

  it('refuses no body at all: `{}` is that nothing is asked for', async () => {
    await expect(api.startSync('')).resolves.toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  });
});

describe('GET /syncs/{sync_id}', () => {
  it('shows how far it is, with what each worker has done so far', async () => {
    const { create, start, take, work, shown } = await openApi({ corp: { members: 6, customers_per_member: 4 }, schedule: { shards: 2 } });
    create({ sending: {} });
    const sync = await start();
    expect(await shown(sync)).toMatchObject({ phase: 'waiting', trigger: 'schedule', calls: 0 });
    await take(sync, 'discover');
    expect(await shown(sync)).toMatchObject({ phase: 'discovering', messages: { found: 1, new: 1, refreshed: 0 }, calls: 2 });
    world.pass(2);
    await take(sync, 'select-due', 'sync-tasks');
    expect(await shown(sync)).toMatchObject({ phase: 'reading_deliveries', members: { done: 0, all: 6 }, tasks: { written: 6 }, calls: 3 });
    await work(sync, 0);
    const half = await shown(sync);
    expect(half).toMatchObject({ phase: 'reading_deliveries', members: { all: 6 } });
    expect(half.members.done).toBeGreaterThan(0);
    expect(half.members.done).toBeLessThan(6);
    expect(half.deliveries).toEqual({ read: half.members.done * 4, written: half.members.done * 4 });
    await work(sync, 1);
    expect(await shown(sync)).toMatchObject({ members: { done: 6, all: 6 }, deliveries: { read: 24, written: 24 }, calls: 9 });
    await take(sync, 'summarise', 'select-due');
    const over = await shown(sync);
    expect(over).toMatchObject({
      phase: 'done',
      messages: { refreshed: 1 },
      members: { done: 6, all: 6 },
      deliveries: { written: 24 },
      calls: 9,
    });
    expect(over.finished_at >= over.started_at).toBe(true);
    for (const internal of ['shards', 'round', 'attempt', 'due', 'expires_at', 'progress', 'next_step_at'])
      expect(over).not.toHaveProperty(internal);
  });

  it('tells what failed while workers are at it, and counts what it does not name', async () => {
    const { create, start, take, work, shown } = await openApi({ corp: { members: 25, customers_per_member: 1 }, schedule: { shards: 1 } });
    const msgid = create({ sending: {} });
    const sync = await start();
    await take(sync, 'discover');
    world.pass(2);
    await take(sync, 'select-due', 'sync-tasks');
    control().orderFault({ path: lists.results, times: null, fault: { kind: 'errcode', errcode: 40058 } });
    await work(sync, 0);
    control().clearFaults();
    const { failures, failures_dropped, members } = await shown(sync);
    expect(failures[0]).toMatchObject({ msgid, userid: expect.any(String), errcode: 40058, hint: expect.any(String) });
    expect([failures.length + failures_dropped, members]).toEqual([25, { done: 0, all: 25 }]);
    await take(sync, 'summarise', 'select-due');
    const over = await shown(sync);
    expect({ ...over, phase: 'done' }).toMatchObject({ phase: 'done', failures, failures_dropped });
  });

  it('tells until when WeCom blocks it, and no longer than that', async () => {
    const { start, take, shown } = await openApi();
    const sync = await start();
    control().orderFault({ path: lists.messages, fault: { kind: 'errcode', errcode: 45009 } });
    await take(sync, 'discover');
    const until = new Date(world.now().getTime() + 60_000).toISOString();
    expect(await shown(sync)).toMatchObject({ phase: 'discovering', parked_until: until });
    world.pass(60);
    expect(await shown(sync)).toMatchObject({ parked_until: null });
  });

  it.each([
    ['a sync that there is not', { sync_id: '20260302t080000z-00000000' }, 404, 'SYNC_NOT_FOUND'],
    ['an id that is none', { sync_id: 'x' }, 400, 'INVALID_REQUEST'],
  ])('answers for %s with a problem', async (_what, path, status, code) => {
    const { getSync } = await openApi();
    await expect(getSync(path)).resolves.toMatchObject({ status, body: { code } });
  });

  it("does not know another account's", async () => {
    const [one, other] = [await openApi(), await openApi()];
    const { sync_id } = await one.start();
    await expect(other.getSync({ sync_id })).resolves.toMatchObject({ status: 404, body: { code: 'SYNC_NOT_FOUND' } });
  });
});

describe('GET /v1/accounts/{account_id} of a WeCom account', () => {
  it('shows how its last sync ended, and nothing until one has', async () => {
    const { sync, start, take, account, create } = await openApi({ corp: { members: 1, customers_per_member: 1 } });
    create();
    expect(await account()).not.toHaveProperty('last_sync');
    const first = await sync();
    expect((await account()).last_sync).toEqual({ sync_id: first.sync_id, finished_at: first.finished_at, phase: 'done' });
    await take(await start(), 'discover');
    const running = await account();
    expect(running.last_sync).toMatchObject({ sync_id: first.sync_id });
    for (const internal of ['sync_lease', 'synced_until', 'due_synced_at']) expect(running).not.toHaveProperty(internal);
  });

  it('shows one that failed, and what a person has to do', async () => {
    const { sync, account } = await openApi();
    control().orderFault({ path: lists.messages, fault: { kind: 'errcode', errcode: 60020 } });
    const { sync_id } = await sync();
    expect(await account()).toMatchObject({
      last_sync: { sync_id, phase: 'failed' },
      attention: [{ subject: 'sync', errcode: 60020, hint: expect.any(String) }],
    });
  });
});
