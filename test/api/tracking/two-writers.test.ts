import { describe, expect, it } from 'vitest';
import type { MassMessage } from '../../../shared/domain/mass-message.ts';
import { StaleRowError } from '../../../shared/store/errors.ts';
import { makeTakeStep } from '../../../shared/tracking/take-step.ts';
import { trackedIn } from '../../support/tracked.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const tracked = trackedIn(world);

describe('two writers of one message', () => {
  it('a push that settles it first: the next step asks WeChat nothing and ends', async () => {
    const { step, row, messages } = await tracked({ to_all: false });
    await step();
    const before = await row();
    await messages.save({ ...before, state: 'sent', basis: 'pushed', rev: before.rev + 1 });
    const asked = world.simulator().control.calls().counts['/cgi-bin/message/mass/get'];
    await expect(step()).resolves.toMatchObject({ settled: true });
    expect(world.simulator().control.calls().counts['/cgi-bin/message/mass/get']).toBe(asked);
  });

  it('a push that comes between looking and storing: the step decides again on the row as it is', async () => {
    const parts = await tracked({ to_all: false });
    let pushed = false;
    const save = async (next: Parameters<typeof parts.messages.save>[0]) => {
      if (!pushed) {
        pushed = true;
        const current = await parts.row();
        await parts.messages.save({ ...current, state: 'failed', basis: 'pushed', rev: current.rev + 1 });
      }
      await parts.messages.save(next);
    };
    const racing = makeTakeStep({ ...parts, now: world.now, messages: { get: parts.messages.get.bind(parts.messages), save } });
    await racing({ account_id: parts.account_id, msg_id: parts.msg_id, attempt: 1 }, new Date(world.now().getTime() + 50_000));
    expect(await parts.row()).toMatchObject({ state: 'failed', basis: 'pushed' });
  });

  it('an execution that was replaced ends at its next step and changes nothing', async () => {
    const { step, row, messages } = await tracked({ to_all: false });
    const before = await row();
    await messages.save({ ...before, attempt: 2, rev: before.rev + 1 });
    const asked = world.simulator().control.calls().counts['/cgi-bin/message/mass/get'];
    await expect(step(1)).resolves.toEqual({ account_id: before.account_id, msg_id: before.msg_id, attempt: 1, settled: true });
    expect(world.simulator().control.calls().counts['/cgi-bin/message/mass/get']).toBe(asked);
    expect(await row()).toMatchObject({ state: 'submitted', rev: before.rev + 1 });
    await expect(step(2)).resolves.toMatchObject({ settled: false });
  });
});

describe('a row that changes between looking and storing', () => {
  /** A step before each of whose saves somebody else writes. */
  const meeting = async (other: (current: MassMessage) => Partial<MassMessage>, times: number) => {
    const parts = await tracked({ to_all: false });
    let saves = 0;
    const save = async (next: MassMessage) => {
      const current = await parts.row();
      if (++saves <= times) await parts.messages.save({ ...current, ...other(current), rev: current.rev + 1 });
      await parts.messages.save(next);
    };
    const takeStep = makeTakeStep({ ...parts, now: world.now, messages: { get: parts.messages.get.bind(parts.messages), save } });
    const step = () =>
      takeStep({ account_id: parts.account_id, msg_id: parts.msg_id, attempt: 1 }, new Date(world.now().getTime() + 50_000));
    return { ...parts, step, saves: () => saves };
  };

  it('because a newer execution took it: the older one leaves it alone, tells nobody, and ends', async () => {
    const { step, row, published: events } = await meeting(({ attempt }) => ({ attempt: attempt + 1 }), 1);
    await expect(step()).resolves.toMatchObject({ settled: true });
    expect(await row()).toMatchObject({ state: 'submitted', attempt: 2, rev: 1 });
    expect(events).toEqual([]);
  });

  it('because a push settled it and told everybody: it stays as the push left it', async () => {
    const told = ({ history }: MassMessage) => history.map((entry) => ({ ...entry, published: true }));
    const { step, row } = await meeting(
      (current) => ({ state: 'sent', basis: 'pushed', history: told(current), next_step_at: undefined, due: undefined }),
      1,
    );
    await expect(step()).resolves.toMatchObject({ settled: true });
    const left = await row();
    expect(left).toMatchObject({ state: 'sent', rev: 1 });
    expect(left).not.toHaveProperty('next_step_at');
  });

  it('five times: the sixth time is stored', async () => {
    const { step, row } = await meeting(() => ({}), 5);
    await expect(step()).resolves.toMatchObject({ settled: false });
    expect(await row()).toMatchObject({ state: 'sending' });
  });

  it('again and again is a fault, and not a loop', async () => {
    const { step, saves } = await meeting(() => ({}), 50);
    await expect(step()).rejects.toThrow(StaleRowError);
    expect(saves()).toBe(21);
  });
});

it('goes on for an entry that a push adds while the one before is being told', async () => {
  const parts = await tracked({ to_all: false, sending_seconds: 0 });
  let saves = 0;
  const save = async (next: MassMessage) => {
    if (++saves === 2) {
      const current = await parts.row();
      const entry = { n: 2, at: world.now().toISOString(), state: 'deleted' as const, basis: 'pushed' as const, published: false };
      await parts.messages.save({ ...current, state: 'deleted', history: [...current.history, entry], rev: current.rev + 1 });
    }
    await parts.messages.save(next);
  };
  const takeStep = makeTakeStep({ ...parts, now: world.now, messages: { get: parts.messages.get.bind(parts.messages), save } });
  const execution = { account_id: parts.account_id, msg_id: parts.msg_id, attempt: 1 };
  await expect(takeStep(execution, new Date(world.now().getTime() + 50_000))).resolves.toMatchObject({ settled: false });
  await expect(parts.step()).resolves.toMatchObject({ settled: true });
  expect(parts.published.map(({ detail }) => 'state' in detail && detail.state)).toEqual(['submitted', 'sent', 'deleted']);
});
