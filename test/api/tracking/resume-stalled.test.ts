import { describe, expect, it } from 'vitest';
import { register } from '../../../shared/domain/follow.ts';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { StaleRowError } from '../../../shared/store/errors.ts';
import type { Execution } from '../../../shared/tracking/executions.ts';
import { makeResumeStalled } from '../../../shared/tracking/resume-stalled.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const deadline = () => secondsAfter(world.now(), 60);

const open = async ({ failing = false } = {}) => {
  const account = await world.openAccount();
  const started: Execution[] = [];
  const executions = {
    async start({ account_id, msg_id, attempt }: Execution) {
      if (failing) throw new Error('ThrottlingException');
      if (account_id === account.account_id) started.push({ account_id, msg_id, attempt });
    },
  };
  const run = makeResumeStalled({ ...account, executions, now: world.now });
  const add = (msg_id: string) =>
    account.messages.create(register({ account_id: account.account_id, msg_id }, world.now(), account.schedule));
  return { ...account, started, run, add, row: (msg_id: string) => account.messages.get(account.account_id, msg_id) };
};

it('leaves alone what is not well past its next step', async () => {
  const { add, run, started } = await open();
  await add('1');
  world.pass(299);
  await run(deadline());
  expect(started).toEqual([]);
});

it('hands a stalled message to a new execution, once', async () => {
  const { add, run, started, account_id } = await open();
  await add('1');
  world.pass(301);
  await Promise.all([run(deadline()), run(deadline()), run(deadline())]);
  expect(started).toEqual([{ account_id, msg_id: '1', attempt: 2 }]);
});

it('the new execution follows the message to its end, and the old one, should it live, ends', async () => {
  const { add, run, appid, takeStep, row } = await open();
  const { msg_id } = world.simulator().control.createMassMessage({ appid, to_all: false, sending_seconds: 0 });
  await add(msg_id);
  world.pass(301);
  await run(deadline());
  await expect(takeStep(msg_id, 1)).resolves.toMatchObject({ settled: true });
  expect((await row(msg_id)).state).toBe('submitted');
  await expect(takeStep(msg_id, 2)).resolves.toMatchObject({ settled: true });
  expect(await row(msg_id)).toMatchObject({ state: 'sent', resumes: 0 });
});

it('brings back a settled message of which not everybody was told', async () => {
  const { appid, add, run, takeStep, started, events, row } = await open();
  const { msg_id } = world.simulator().control.createMassMessage({ appid, to_all: false, sending_seconds: 0 });
  await add(msg_id);
  const publish = events.publish;
  events.publish = async () => Promise.reject(new Error('the bus is down'));
  await expect(takeStep(msg_id)).resolves.toMatchObject({ settled: false });
  events.publish = publish;
  world.pass(361);
  await run(deadline());
  expect(started).toHaveLength(1);
  await takeStep(msg_id, 2);
  expect(await row(msg_id)).not.toHaveProperty('next_step_at');
});

describe('a message that fails attempt after attempt', () => {
  it.each([
    ['executions that end without a word', false],
    ['executions that cannot even be started', true],
  ])('%s: is tried ever more seldom, at most hourly, and raises one alarm', async (_how, failing) => {
    const { add, run, row, published, accounts, account_id } = await open({ failing });
    await add('1');
    const attempts: number[] = [];
    let last = 1;
    for (let minute = 0; minute < 4 * 60; minute++) {
      world.pass(60);
      await run(deadline());
      const { attempt } = await row('1');
      if (attempt > last) attempts.push(minute);
      last = attempt;
    }
    const gaps = attempts.slice(1).map((minute, index) => minute - (attempts[index] ?? 0));
    expect(gaps.slice(0, 5)).toEqual([11, 16, 26, 46, 66]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(66);
    const alarms = published.filter(
      ({ detail }) => 'subject' in detail && detail.subject === 'tracking' && detail.account_id === account_id,
    );
    expect(alarms).toHaveLength(1);
    await expect(accounts.get(account_id)).resolves.toMatchObject({ attention: { tracking: { code: 'TRACKING_STALLS' } } });
  });
});

it('is not kept from the others by rows that cannot be read', async () => {
  const { add, run, started, messages, account_id, schedule } = await open();
  const broken = register({ account_id, msg_id: '1' }, new Date('2020-01-01T00:00:00Z'), schedule);
  await Promise.all(
    Array.from({ length: 120 }, (_, n) => messages.create({ ...broken, msg_id: String(n + 1000), history: 'gone' } as never)),
  );
  await add('1');
  world.pass(301);
  await run(deadline());
  expect(started.map(({ msg_id }) => msg_id)).toEqual(['1']);
});

it('gives up a message whose every step failed until it was due to be given up, and tells so', async () => {
  const { add, run, row, takeStep, published, started } = await open();
  await add('1');
  world.pass(86_400 + 3600 + 1);
  await run(deadline());
  expect(await row('1')).toMatchObject({ state: 'unknown', basis: 'clock' });
  await takeStep('1', started[0]?.attempt);
  expect(published.at(-1)?.detail).toMatchObject({ state: 'unknown', settled: true });
  expect(await row('1')).not.toHaveProperty('next_step_at');
});

it('takes a message that gets on again off the list of what needs attention, and leaves its neighbour on it', async () => {
  const { add, run, row, takeStep, accounts, account_id } = await open();
  for (const id of ['1', '2']) await add(id);
  for (let round = 0; round < 3; round++) {
    world.pass(3600);
    await run(deadline());
  }
  const raised = (await accounts.get(account_id)).attention.tracking?.msg_id;
  const other = raised === '1' ? '2' : '1';
  await takeStep(other, (await row(other)).attempt);
  expect((await accounts.get(account_id)).attention).toMatchObject({ tracking: { msg_id: raised } });
  await takeStep(String(raised), (await row(String(raised))).attempt);
  expect((await accounts.get(account_id)).attention).toEqual({});
});

it('keeps on the list a message that is blocked by the very look that got it on again, and takes it off when it is given up', async () => {
  const { appid, add, run, row, takeStep, accounts, account_id } = await open();
  const { msg_id } = world.simulator().control.createMassMessage({ appid, to_all: false });
  const stall = async () => {
    for (let round = 0; round < 3; round++) {
      world.pass(3600);
      await run(deadline());
    }
  };
  await add(msg_id);
  await stall();
  world.simulator().control.orderFault({ path: '/cgi-bin/message/mass/get', times: 1, fault: { kind: 'errcode', errcode: 48001 } });
  await takeStep(msg_id, (await row(msg_id)).attempt);
  expect((await accounts.get(account_id)).attention).toMatchObject({ api: { errcode: 48001, msg_id } });
  expect((await accounts.get(account_id)).attention).not.toHaveProperty('tracking');
  world.pass(86_400);
  await stall();
  await takeStep(msg_id, (await row(msg_id)).attempt);
  expect(await row(msg_id)).toMatchObject({ state: 'unknown' });
  expect((await accounts.get(account_id)).attention).toEqual({});
});

it('works through more rows than one page holds', async () => {
  const { add, run, started } = await open();
  await Promise.all(Array.from({ length: 230 }, (_, n) => add(String(n + 1))));
  world.pass(301);
  await run(deadline());
  expect(started).toHaveLength(230);
});

it('counts what it brought back on all pages, and goes on past a row that cannot be stored or started', async () => {
  const account = await world.openAccount();
  const rows = ['1', '2', '3', '4', '5'].map((msg_id) =>
    register({ account_id: account.account_id, msg_id }, world.now(), account.schedule),
  );
  const messages = {
    async *overdue() {
      yield rows.slice(0, 3);
      yield rows.slice(3);
    },
    async save({ msg_id }: { msg_id: string }) {
      if (msg_id === '1') throw new Error('ProvisionedThroughputExceededException');
      if (msg_id === '2') throw new StaleRowError('another run was first');
    },
  };
  const started: string[] = [];
  const start = async ({ msg_id }: Execution) => {
    if (msg_id === '4') throw new Error('ThrottlingException');
    started.push(msg_id);
  };
  const run = makeResumeStalled({ ...account, messages, executions: { start }, now: world.now });
  await expect(run(deadline())).resolves.toEqual({ resumed: 2 });
  expect(started).toEqual(['3', '5']);
});

it('stops when its time is up, and the next run goes on', async () => {
  const { add, run, started } = await open();
  await Promise.all(Array.from({ length: 5 }, (_, n) => add(String(n + 1))));
  world.pass(301);
  await run(world.now());
  expect(started).toHaveLength(0);
  await run(deadline());
  expect(started).toHaveLength(5);
});
