import { StateMachine } from 'aws-local-stepfunctions';
import { expect, it } from 'vitest';
import { register } from '../../shared/domain/follow.ts';
import { execution } from '../../shared/tracking/executions.ts';
import { useWorld } from '../support/world.ts';
import { definition } from './definition.ts';

const world = useWorld();
const hour = 3600;

/** The definition as deployed with the step as deployed, on a clock that every Wait moves on. */
const followed = async (script: Parameters<ReturnType<typeof world.simulator>['control']['createMassMessage']>[0]) => {
  const account = await world.openAccount();
  const begin = world.now().getTime();
  const { msg_id } = world.simulator().control.createMassMessage({ appid: account.appid, ...script });
  await account.messages.create(register({ account_id: account.account_id, msg_id }, world.now(), account.schedule));
  let looks = 0;
  const observe = async (input: unknown) => {
    const { Payload } = input as { Payload: unknown };
    looks++;
    const step = await account.takeStep(execution.parse(Payload).msg_id);
    // The Wait that follows, on the test's clock.
    if (!step.settled) world.pass(step.wait_seconds);
    return { Payload: { ...step } };
  };
  const overrides = {
    taskResourceLocalHandlers: { Observe: observe },
    waitTimeOverrides: { Wait: 0 },
    retryIntervalOverrides: { Observe: 0 },
  };
  await new StateMachine(definition).run({ account_id: account.account_id, msg_id, attempt: 1 }, { overrides }).result;
  const row = await account.messages.get(account.account_id, msg_id);
  return { row, looks, hours: (world.now().getTime() - begin) / 1000 / hour };
};

it('follows a message that takes a day to send, in fewer than sixty looks', async () => {
  const { row, looks, hours } = await followed({ to_all: false, sending_seconds: 23.5 * hour });
  expect(row).toMatchObject({ state: 'sent', basis: 'observed' });
  expect(looks).toBeLessThan(60);
  expect(hours).toBeGreaterThan(23);
});

it('gives up after a day of which nothing came', async () => {
  const { row, looks, hours } = await followed({ to_all: false, sending_seconds: 100 * hour });
  expect(row).toMatchObject({ state: 'unknown', basis: 'clock' });
  expect(looks).toBeLessThan(60);
  expect(hours).toBeCloseTo(24, 1);
});

it('sees the window of the administrator through, in fifteen looks at most', async () => {
  const { row, looks, hours } = await followed({ administrator: { action: 'sleep' } });
  expect(row).toMatchObject({ state: 'confirmation_expired', basis: 'inferred' });
  expect(looks).toBeLessThanOrEqual(15);
  expect(hours).toBeLessThan(0.6);
});
