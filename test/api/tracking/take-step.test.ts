import { describe, expect, it } from 'vitest';
import { register } from '../../../shared/domain/follow.ts';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { AccountNotFoundError } from '../../../shared/store/errors.ts';
import { makeTakeStep } from '../../../shared/tracking/take-step.ts';
import { trackedIn } from '../../support/tracked.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const tracked = trackedIn(world);

const alarmsOf = (events: Awaited<ReturnType<typeof world.openAccount>>['published']) =>
  events.flatMap((event) => (event.type === 'account.attention' ? [event.detail] : []));

describe('a message is followed to its end', () => {
  it.each([
    ['confirmed', { administrator: { action: 'confirm', after_seconds: 400 } }, ['submitted', 'awaiting_confirmation', 'sending', 'sent']],
    [
      'refused',
      { administrator: { action: 'refuse', after_seconds: 400 } },
      ['submitted', 'awaiting_confirmation', 'confirmation_refused'],
    ],
    ['never confirmed', {}, ['submitted', 'awaiting_confirmation', 'confirmation_expired']],
    ['not visible at first', { to_all: false, not_visible_seconds: 90 }, ['submitted', 'sending', 'sent']],
    ['failed', { to_all: false, result: 'failed' }, ['submitted', 'sending', 'failed']],
  ] as const)('that is %s', async (_how, script, states) => {
    const { toTheEnd, row, published: events } = await tracked(script);
    expect(await toTheEnd()).toEqual(states);
    const settled = await row();
    expect(settled).not.toHaveProperty('next_step_at');
    expect(events.map(({ detail }) => 'state' in detail && detail.state)).toEqual(states);
    expect(events.at(-1)?.detail).toMatchObject({ settled: true, previous_state: states.at(-2) });
  });
});

it('keeps an id beyond 2^53 unchanged through WeChat and the table', async () => {
  const { msg_id, toTheEnd, row, published: events } = await tracked({ msg_id: '9007199254740993', to_all: false, sending_seconds: 0 });
  await toTheEnd();
  expect(await row()).toMatchObject({
    msg_id: '9007199254740993',
    state: 'sent',
    last_observation: { upstream: { msg_id: '9007199254740993' } },
  });
  expect(events.at(-1)?.detail).toMatchObject({ msg_id });
});

describe('WeChat on a bad day', () => {
  const mass = '/cgi-bin/message/mass/get';
  it.each([
    ['busy', { kind: 'errcode', errcode: -1 }, 15],
    ['answering HTML', { kind: 'html' }, 15],
    ['answering 502', { kind: 'http', status: 502, body: 'bad gateway' }, 15],
    ['cutting connections', { kind: 'cut' }, 15],
    ['cutting its answers short', { kind: 'truncated' }, 15],
    ['out of quota for today', { kind: 'errcode', errcode: 45009 }, 3600],
    ['refusing the address', { kind: 'errcode', errcode: 40164 }, 1800],
    ['withholding the permission', { kind: 'errcode', errcode: 48001 }, 1800],
    ['saying something new', { kind: 'errcode', errcode: 987654 }, 1800],
  ] as const)('%s: the message is kept alive', async (_how, fault, wait) => {
    const { step, toTheEnd, account_id, accounts, published: events } = await tracked({ to_all: false });
    world.simulator().control.orderFault({ path: mass, times: null, fault });
    const first = await step();
    world.simulator().control.clearFaults();
    expect(first).toMatchObject({ settled: false });
    expect(first).toHaveProperty('wait_seconds', expect.any(Number));
    if (!first.settled) expect(Math.abs(first.wait_seconds - wait)).toBeLessThanOrEqual(8);
    expect(alarmsOf(events)).toHaveLength(wait === 1800 ? 1 : 0);
    if (!first.settled) world.pass(first.wait_seconds);
    expect((await toTheEnd()).at(-1)).toBe('sent');
    expect((await accounts.get(account_id)).attention).toEqual({});
  });

  it('raises one alarm for one trouble, however many messages meet it and however often', async () => {
    const { step, account_id, messages, takeStep, schedule, published: events } = await tracked({ to_all: false });
    world.simulator().control.orderFault({ path: mass, times: null, fault: { kind: 'errcode', errcode: 48001 } });
    await messages.create(register({ account_id, msg_id: '77' }, world.now(), schedule));
    await step();
    await takeStep('77');
    await step();
    world.simulator().control.clearFaults();
    expect(alarmsOf(events)).toEqual([expect.objectContaining({ code: 'WECHAT_NOT_PERMITTED', errcode: 48001 })]);
  });

  it('does not take the success of one message for the end of the trouble of another', async () => {
    const { step, account_id, accounts, messages, takeStep, schedule, published: events } = await tracked({ to_all: false });
    await messages.create(register({ account_id, msg_id: '77' }, world.now(), schedule));
    for (let round = 0; round < 4; round++) {
      world.simulator().control.orderFault({ path: mass, times: 1, fault: { kind: 'errcode', errcode: 987654 } });
      await takeStep('77');
      await step();
    }
    expect(alarmsOf(events)).toHaveLength(1);
    expect((await accounts.get(account_id)).attention).toMatchObject({ api: { msg_id: '77' } });
  });

  it('raises it anew for a message that is still refused, once the one that was named got on', async () => {
    const { step, msg_id, account_id, accounts, messages, takeStep, schedule, published: events } = await tracked({ to_all: false });
    await messages.create(register({ account_id, msg_id: '77' }, world.now(), schedule));
    const refuse = () => world.simulator().control.orderFault({ path: mass, times: 1, fault: { kind: 'errcode', errcode: 48001 } });
    const named = async () => (await accounts.get(account_id)).attention.api?.msg_id;
    refuse();
    await step();
    refuse();
    await takeStep('77');
    expect(await named()).toBe(msg_id);
    await step();
    expect(await named()).toBeUndefined();
    world.pass(1800);
    refuse();
    await takeStep('77');
    expect(await named()).toBe('77');
    expect(alarmsOf(events).map((alarm) => alarm.msg_id)).toEqual([msg_id, '77']);
  });

  it('does not tell two troubles of two messages by turns', async () => {
    const { step, account_id, messages, takeStep, schedule, published: events } = await tracked({ to_all: false });
    await messages.create(register({ account_id, msg_id: '77' }, world.now(), schedule));
    for (let round = 0; round < 3; round++) {
      world.simulator().control.orderFault({ path: mass, times: 1, fault: { kind: 'errcode', errcode: 48001 } });
      await step();
      world.simulator().control.orderFault({ path: mass, times: 1, fault: { kind: 'errcode', errcode: 987654 } });
      await takeStep('77');
      world.pass(1800);
    }
    expect(alarmsOf(events).map(({ errcode }) => errcode)).toEqual([48001]);
  });

  it('ends it for a message that something else than a look has settled', async () => {
    const { step, row, account_id, accounts, messages } = await tracked({ to_all: false });
    world.simulator().control.orderFault({ path: mass, times: 1, fault: { kind: 'errcode', errcode: 48001 } });
    await step();
    expect((await accounts.get(account_id)).attention).toHaveProperty('api');
    const blocked = await row();
    await messages.save({ ...blocked, state: 'deleted', basis: 'observed', rev: blocked.rev + 1 });
    await step();
    expect((await accounts.get(account_id)).attention).toEqual({});
    expect(await row()).not.toHaveProperty('blocked_by');
  });

  it('notes another trouble of the same message, and none once it is given up', async () => {
    const { step, row, account_id, accounts, published: events } = await tracked({ to_all: false });
    for (const errcode of [48001, 987654]) {
      world.simulator().control.orderFault({ path: mass, times: 1, fault: { kind: 'errcode', errcode } });
      await step();
    }
    expect(alarmsOf(events).map(({ errcode }) => errcode)).toEqual([48001, 987654]);
    world.pass(86_401);
    world.simulator().control.orderFault({ path: mass, times: 1, fault: { kind: 'errcode', errcode: 987654 } });
    await step();
    expect(await row()).toMatchObject({ state: 'unknown' });
    expect((await accounts.get(account_id)).attention).toEqual({});
  });

  it('keeps the alarm while nothing is learned, and clears it with the first answer, also with one that is an errcode', async () => {
    const { step, account_id, accounts } = await tracked();
    const alarms = async () => Object.keys((await accounts.get(account_id)).attention);
    for (const errcode of [48001, 45009]) {
      world.simulator().control.orderFault({ path: mass, times: 1, fault: { kind: 'errcode', errcode } });
      await step();
      expect(await alarms()).toEqual(['api']);
    }
    await step();
    expect(await alarms()).toEqual([]);
  });

  it('89503 is about the call and says nothing of the message', async () => {
    const { step, row } = await tracked({ to_all: false });
    world.simulator().control.orderFault({ path: mass, times: 1, fault: { kind: 'errcode', errcode: 89503 } });
    await step();
    expect(await row()).toMatchObject({ state: 'submitted', last_observation: { upstream: { errcode: 89503 } } });
  });
});

describe('a step that dies and is repeated', () => {
  it('between looking and storing: nothing happened', async () => {
    const { takeStep: _, ...parts } = await tracked({ to_all: false, sending_seconds: 0 });
    const dying = makeTakeStep({
      ...parts,
      now: world.now,
      messages: { get: parts.messages.get.bind(parts.messages), save: async () => Promise.reject(new Error('killed')) },
    });
    const execution = { account_id: parts.account_id, msg_id: parts.msg_id, attempt: 1 };
    await expect(dying(execution, new Date(world.now().getTime() + 50_000))).rejects.toThrow('killed');
    expect(await parts.row()).toMatchObject({ state: 'submitted', rev: 0 });
    expect(await parts.toTheEnd()).toEqual(['submitted', 'sent']);
  });

  it('between publishing and marking: the event comes twice, under one id', async () => {
    const parts = await tracked({ to_all: false, sending_seconds: 0 });
    let saves = 0;
    const save = async (next: Parameters<typeof parts.messages.save>[0]) => {
      if (++saves === 2) throw new Error('killed');
      await parts.messages.save(next);
    };
    const dying = makeTakeStep({ ...parts, now: world.now, messages: { get: parts.messages.get.bind(parts.messages), save } });
    const execution = { account_id: parts.account_id, msg_id: parts.msg_id, attempt: 1 };
    await expect(dying(execution, new Date(world.now().getTime() + 50_000))).rejects.toThrow('killed');
    await parts.toTheEnd();
    const ids = parts.published.map(({ detail }) => detail.id);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(2);
    expect(await parts.row()).not.toHaveProperty('next_step_at');
  });

  it('with the bus down: the looking goes on, and nothing is lost', async () => {
    const { toTheEnd, published: events } = await tracked({ to_all: false }, { failures: 2 });
    await toTheEnd();
    expect(events.map(({ detail }) => ('state' in detail ? detail.state : undefined))).toEqual(['submitted', 'sending', 'sent']);
  });

  it('with the bus down at the end: the next step is for its sake, until everybody is told', async () => {
    const { step, row, published: events } = await tracked({ to_all: false, sending_seconds: 0 }, { failures: 1 });
    await expect(step()).resolves.toMatchObject({ settled: false, wait_seconds: 60 });
    expect(await row()).toMatchObject({ state: 'sent', next_step_at: new Date(world.now().getTime() + 60_000).toISOString() });
    world.pass(60);
    await expect(step()).resolves.toMatchObject({ settled: true });
    expect(events).toHaveLength(2);
  });
});

it('writes the row once when there is nothing new to tell', async () => {
  const { step, row } = await tracked({ to_all: false });
  await step();
  const before = await row();
  world.pass(15);
  await step();
  expect(await row()).toMatchObject({ state: 'sending', rev: before.rev + 1 });
});

it('has nothing to follow when the row is gone', async () => {
  const { takeStep } = await world.openAccount();
  await expect(takeStep('404')).resolves.toMatchObject({ settled: true });
});

it('leaves room for storing what it sees: a look gets the time of the step but for fifteen seconds', async () => {
  const account = await world.openAccount();
  await account.messages.create(register({ account_id: account.account_id, msg_id: '1' }, world.now(), account.schedule));
  const given: Date[] = [];
  const look: typeof account.look = async (_account, _message, deadline) => {
    given.push(deadline);
    return { observation: { seen: 'nothing_yet', upstream: {} } };
  };
  const deadline = secondsAfter(world.now(), 59);
  await makeTakeStep({ ...account, look, now: world.now })({ account_id: account.account_id, msg_id: '1', attempt: 1 }, deadline);
  expect(given).toEqual([secondsAfter(deadline, -15)]);
});

it('stores whatever WeChat answers, also what DynamoDB would refuse', async () => {
  const nested = Array.from({ length: 60 }).reduce<unknown>((inner) => ({ inner }), 'x');
  const account = await world.openAccount();
  await account.messages.create(register({ account_id: account.account_id, msg_id: '1' }, world.now(), account.schedule));
  for (const upstream of [{ number: 1e200 }, { nested }, { text: '界'.repeat(3000) }, undefined, null]) {
    const look: typeof account.look = async () => ({ observation: { seen: 'status', status: 'SENDING', upstream } });
    const step = makeTakeStep({ ...account, look, now: world.now })(
      { account_id: account.account_id, msg_id: '1', attempt: 1 },
      world.now(),
    );
    await expect(step).resolves.toMatchObject({ settled: false });
  }
});

it('fails, to be tried again, when the account is gone', async () => {
  const account = await world.openAccount();
  await account.messages.create(register({ account_id: 'gone', msg_id: '1' }, world.now(), account.schedule));
  const takeStep = makeTakeStep({ ...account, now: world.now });
  const execution = { account_id: 'gone', msg_id: '1', attempt: 1 };
  await expect(takeStep(execution, new Date(world.now().getTime() + 1000))).rejects.toThrow(AccountNotFoundError);
});
