import { describe, expect, it } from 'vitest';
import type { SyncExecution } from '../../../shared/sync/executions.ts';
import { makeStartDueSyncs } from '../../../shared/sync/start-due-syncs.ts';
import { makeStartSync } from '../../../shared/sync/start-sync.ts';
import { only } from '../../support/accounts.ts';
import { lists, useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
const soon = () => new Date(world.now().getTime() + 60_000);

const opened = async (...options: Parameters<typeof world.open>) => {
  const corp = await world.open(...options);
  const started: SyncExecution[] = [];
  let failures = 0;
  const executions = {
    start: async (execution: SyncExecution) => {
      if (failures-- > 0) throw new Error('throttled');
      started.push(execution);
    },
  };
  const { schedule, events } = corp.dependencies;
  const stored = world.syncs();
  /** The table as if it held this account's alone. */
  const syncs = {
    create: stored.create.bind(stored),
    takeOver: stored.takeOver.bind(stored),
    async *overdue(before: Date) {
      for await (const page of stored.overdue(before)) yield page.filter(({ account_id }) => account_id === corp.account_id);
    },
  };
  const parts = { syncs, executions, schedule, events, now: world.now };
  const startDue = makeStartDueSyncs({ ...parts, accounts: only(corp.accounts, corp.account_id) });
  return {
    ...corp,
    started,
    failNext: () => {
      failures = 1;
    },
    startDue: () => startDue(soon()),
    startSync: makeStartSync({ ...parts, accounts: corp.accounts }),
    runLast: async () => {
      const last = started.at(-1);
      if (!last) throw new Error('nothing was started');
      return corp.run({ ...(await world.syncs().get(corp.account_id, last.sync_id)), attempt: last.attempt });
    },
  };
};

describe('start-due-syncs', () => {
  it('starts one sync of an account at a time, and the next when the last one is long enough ago', async () => {
    const corp = await opened();
    await expect(corp.startDue()).resolves.toEqual({ started: 1, resumed: 0 });
    await expect(corp.startDue()).resolves.toEqual({ started: 0, resumed: 0 });
    await corp.runLast();
    world.pass(599);
    await expect(corp.startDue()).resolves.toEqual({ started: 0, resumed: 0 });
    world.pass(10);
    await expect(corp.startDue()).resolves.toEqual({ started: 1, resumed: 0 });
    const next = await corp.runLast();
    expect(next.phase).toBe('done');
    // From a day before the end of the one before: 609 s ago, and what it took.
    const seconds = (Date.parse(next.period.end_time) - Date.parse(next.period.start_time)) / 1000;
    expect(seconds).toBeGreaterThan(86_400 + 600);
    expect(seconds).toBeLessThan(86_400 + 700);
  });

  it.each(['official_account', 'wecom_suite'] as const)('leaves %s alone, which has no group messages', async (kind) => {
    const corp = await opened({ row: { kind } });
    await expect(corp.startDue()).resolves.toEqual({ started: 0, resumed: 0 });
  });

  it('starts them however often a period is asked for meanwhile', async () => {
    const corp = await opened();
    let scheduled = 0;
    for (let minute = 0; minute < 60; minute += 5) {
      const { started } = await corp.startDue();
      scheduled += started;
      if (started > 0) await corp.runLast();
      const start_time = new Date(world.now().getTime() - 86_400_000).toISOString();
      await corp.startSync({ account_id: corp.account_id, start_time, caller: 'tester' });
      const { sync_id } = await corp.runLast();
      expect(await corp.accounts.get(corp.account_id)).toMatchObject({ last_sync: { sync_id } });
      world.pass(300);
    }
    // Every ten minutes, or five later.
    expect(scheduled).toBeGreaterThanOrEqual(4);
  });

  it('looks no further back because of one that waited for days', async () => {
    const corp = await opened();
    const early = await corp.start();
    world.pass(3 * 86_400);
    const { period } = await corp.sync();
    expect(await corp.run(early)).toMatchObject({ phase: 'done' });
    expect(await corp.accounts.get(corp.account_id)).toMatchObject({ synced_until: period.end_time });
  });

  it('resumes a sync whose execution is gone, under another attempt, and starts none beside it', async () => {
    const corp = await opened();
    await corp.startDue();
    world.pass(601);
    await expect(corp.startDue()).resolves.toEqual({ started: 0, resumed: 1 });
    expect(corp.started.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(await corp.runLast()).toMatchObject({ phase: 'done', attempt: 2 });
    world.pass(4000);
    await expect(corp.startDue()).resolves.toMatchObject({ resumed: 0 });
  });

  it('resumes one that never got an execution', async () => {
    const corp = await opened();
    corp.failNext();
    await expect(corp.startDue()).resolves.toEqual({ started: 0, resumed: 0 });
    world.pass(601);
    await expect(corp.startDue()).resolves.toEqual({ started: 0, resumed: 1 });
    expect(await corp.runLast()).toMatchObject({ phase: 'done' });
  });

  it('goes on with one whose execution came near the end of its history, under another', async () => {
    const corp = await opened({ corp: { members: 2, customers_per_member: 1 } });
    const msgid = corp.create({ sending: {} });
    await corp.startDue();
    const sync = await world.syncs().get(corp.account_id, corp.started[0]?.sync_id ?? '');
    await world.syncs().save({ ...sync, turns: 1000 });
    expect(await corp.runLast()).toMatchObject({ phase: 'discovering' });
    world.pass(1);
    await expect(corp.startDue()).resolves.toEqual({ started: 0, resumed: 1 });
    expect(await corp.runLast()).toMatchObject({ phase: 'done', attempt: 2 });
    await corp.expectTruth(msgid);
  });

  it('does not take a sync for stalled that is parked for an hour', async () => {
    const corp = await opened({ corp: { members: 1, customers_per_member: 1 } });
    const sync = await corp.start();
    const until = new Date(world.now().getTime() + 3_600_000).toISOString();
    await world.syncs().save({ ...sync, parked: { until, times: 2 }, next_step_at: new Date(Date.parse(until) + 600_000).toISOString() });
    world.pass(3600);
    await expect(corp.startDue()).resolves.toMatchObject({ resumed: 0 });
  });

  it('tries ever more seldom, and says so to a person once', async () => {
    const corp = await opened();
    await corp.startDue();
    for (let minute = 0; minute < 300; minute += 5) {
      world.pass(300);
      await corp.startDue();
    }
    expect(corp.started.filter(({ sync_id }) => sync_id === corp.started[0]?.sync_id).length).toBeLessThan(9);
    const alarms = corp.published.filter(({ type }) => type === 'account.attention');
    expect(alarms).toMatchObject([{ detail: { subject: 'sync', code: 'SYNC_STALLS' } }]);
    world.pass(3600);
    await corp.startDue();
    await corp.runLast();
    expect((await corp.accounts.get(corp.account_id)).attention).toEqual({});
  });
});

describe('a sync on request', () => {
  it('looks through any period, in pieces that WeCom takes, and refreshes all of it, also what was settled', async () => {
    const corp = await opened({ corp: { members: 2, customers_per_member: 2 } });
    const old = corp.create({ age_seconds: 50 * 86_400 });
    const older = corp.create({ age_seconds: 80 * 86_400, sending: {} });
    const outside = corp.create({ age_seconds: 120 * 86_400 });
    const period = { start_time: new Date(world.now().getTime() - 100 * 86_400_000).toISOString() };
    const { sync_id } = await corp.startSync({ account_id: corp.account_id, ...period, caller: 'tester' });
    expect(corp.started).toMatchObject([{ sync_id, attempt: 1 }]);
    expect(await corp.runLast()).toMatchObject({ phase: 'done', requested_by: 'tester', progress: { messages_found: 2, messages_new: 2 } });
    await corp.expectTruth(old);
    await corp.expectTruth(older);
    await expect(corp.message(outside)).rejects.toThrow(outside);
    world.simulator().control.pressSend(old);
    await corp.startSync({ account_id: corp.account_id, ...period, caller: 'tester' });
    expect(await corp.runLast()).toMatchObject({ progress: { messages_refreshed: 2, tasks_written: 2, deliveries_written: 4 } });
    await corp.expectTruth(old);
    expect(await corp.accounts.get(corp.account_id)).not.toHaveProperty('synced_until');
  });

  it('leaves an old message that could not be read to the scheduled ones of the days after', async () => {
    const corp = await opened({ corp: { members: 2, customers_per_member: 1 } });
    const msgid = corp.create({ age_seconds: 50 * 86_400, sending: {} });
    const { control } = world.simulator();
    control.orderFault({ path: lists.tasks, times: 5, fault: { kind: 'errcode', errcode: -1 } });
    const start_time = new Date(world.now().getTime() - 60 * 86_400_000).toISOString();
    await corp.startSync({ account_id: corp.account_id, start_time, caller: 'tester' });
    expect(await corp.runLast()).toMatchObject({ phase: 'done', failures: [{ errcode: -1, msgid }] });
    control.clearFaults();
    world.pass(600);
    expect(await corp.sync()).toMatchObject({ asked: { tasks: 0 } });
    world.pass(86_400);
    await corp.sync();
    await corp.expectTruth(msgid);
    expect(await corp.message(msgid)).not.toHaveProperty('due');
  });

  it('without a period does what a scheduled one does', async () => {
    const corp = await opened({ corp: { members: 1, customers_per_member: 1 } });
    const msgid = corp.create();
    await corp.startSync({ account_id: corp.account_id, caller: 'tester' });
    const sync = await corp.runLast();
    await corp.expectTruth(msgid);
    expect(await corp.accounts.get(corp.account_id)).toMatchObject({ synced_until: sync.period.end_time });
  });

  it('stands even if no execution can be started now', async () => {
    const corp = await opened();
    corp.failNext();
    await corp.startSync({ account_id: corp.account_id, caller: 'tester' });
    world.pass(601);
    await expect(corp.startDue()).resolves.toMatchObject({ resumed: 1 });
  });

  it('ends when the account is removed meanwhile', async () => {
    const corp = await opened();
    const sync = await corp.start();
    const gone = { ...sync, account_id: 'removed' };
    await world.syncs().create(gone);
    await corp.run(gone).catch(() => undefined);
    expect(await world.syncs().get('removed', sync.sync_id)).toMatchObject({ phase: 'failed', failures: [{ code: 'ACCOUNT_NOT_FOUND' }] });
  });
});
