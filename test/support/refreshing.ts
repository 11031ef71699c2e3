import { secondsAfter } from '../../shared/domain/time.ts';
import { makeRefreshToken } from '../../shared/tokens/refresh-token.ts';
import type { useWorld } from './world.ts';

type World = ReturnType<typeof useWorld>;

/** Accounts whose tokens are renewed as refresh-token does it, for a caller who can wait for 25 s. */
export const refreshingIn = (world: World) => {
  const deadline = () => secondsAfter(world.now(), 25);
  const open = async (options: Parameters<World['openAccount']>[0] = {}) => {
    const account = await world.openAccount(options);
    const refresh = makeRefreshToken(account.refreshDependencies);
    return {
      ...account,
      refresh: (refused_version?: string) =>
        refresh({ account_id: account.account_id, ...(refused_version && { refused_version }) }, deadline()),
    };
  };
  return { deadline, open };
};
