import { register } from '../../shared/domain/follow.ts';
import type { useWorld } from './world.ts';

type World = ReturnType<typeof useWorld>;

/** A registered message in that world and its way to the end, step by step. */
export const trackedIn =
  (world: World) =>
  async (
    script: Parameters<ReturnType<World['simulator']>['control']['createMassMessage']>[0] = {},
    options: Parameters<World['openAccount']>[0] = {},
  ) => {
    const account = await world.openAccount(options);
    const { msg_id } = world.simulator().control.createMassMessage({ appid: account.appid, sending_seconds: 300, ...script });
    await account.messages.create(register({ account_id: account.account_id, msg_id }, world.now(), account.schedule));
    const row = () => account.messages.get(account.account_id, msg_id);
    /** Steps until it is settled, as the state machine does, and returns the states on the way. */
    const toTheEnd = async () => {
      for (let steps = 0; steps < 100; steps++) {
        const step = await account.takeStep(msg_id);
        if (step.settled) break;
        world.pass(step.wait_seconds);
      }
      return (await row()).history.map(({ state }) => state);
    };
    return { ...account, msg_id, row, toTheEnd, step: (attempt?: number) => account.takeStep(msg_id, attempt) };
  };
