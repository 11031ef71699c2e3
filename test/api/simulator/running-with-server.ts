import type { PushSettings, SimulatorOptions } from '../../../local/simulator/simulator.ts';
import { pushKey, pushToken, type Received, receive } from './receiver.ts';
import { account, runSimulator } from './running-simulator.ts';

/** A simulator whose one account has a server, in mode safe unless `settings` say otherwise. */
export const runWithServer = async (
  settings: Partial<PushSettings> = {},
  { answers = [], ...options }: SimulatorOptions & { answers?: Parameters<typeof receive> } = {},
) => {
  const server = await receive(...answers);
  const push = { url: `${server.url}/callback?from=console`, token: pushToken, encoding_aes_key: pushKey, ...settings };
  const simulator = await runSimulator({ accounts: [{ ...account, protection: false, push }], ...options });
  return { ...simulator, ...server, push, state: () => simulator.control.listPushes().map(({ state }) => state) };
};

/** Throws when nothing was received. */
export const first = (received: readonly Received[]) => {
  const [one] = received;
  if (!one) throw new Error('nothing was received');
  return one;
};
