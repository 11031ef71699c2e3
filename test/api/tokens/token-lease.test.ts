import { describe, expect, it } from 'vitest';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { makeRefreshToken } from '../../../shared/tokens/refresh-token.ts';
import { bound } from '../../support/accounts.ts';
import { refreshingIn } from '../../support/refreshing.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const { deadline, open } = refreshingIn(world);

describe('the lease', () => {
  it('outlasts the ten seconds that WeChat is given to answer by the time it takes to store, and is taken with no less time left', async () => {
    const { refreshDependencies, accounts, account_id } = await open();
    const seen: unknown[] = [];
    const refresh = makeRefreshToken({
      ...refreshDependencies,
      fetchToken: async (_credentials, { deadline: until }) => {
        seen.push({ until, leased: (await accounts.get(account_id)).token_lease?.expires_at });
        return { access_token: crypto.randomUUID(), expires_in: 7200 };
      },
    });
    await expect(refresh({ account_id }, secondsAfter(world.now(), 15))).resolves.toMatchObject({ renewed: true });
    expect(seen).toEqual([{ until: secondsAfter(world.now(), 10), leased: secondsAfter(world.now(), 15).toISOString() }]);
  });

  it('of a process that died is taken over when it runs out', async () => {
    const { refresh, accounts, account_id, fetches } = await open();
    const before = fetches();
    await accounts.takeTokenLease(account_id, 'a process that died', world.now(), secondsAfter(world.now(), 15));
    const busy = await makeImpatient(account_id);
    expect(busy).toMatchObject({ renewed: false, failure: { code: 'TOKEN_REFRESH_BUSY', http_status: 503 } });
    expect(fetches() - before).toBe(0);
    world.pass(16);
    await expect(refresh()).resolves.toMatchObject({ renewed: true });
  });

  /** A caller that cannot wait at all. */
  const makeImpatient = async (account_id: string) => {
    const account = await world.openAccount();
    return makeRefreshToken(account.refreshDependencies)({ account_id }, world.now());
  };

  it('lost to another, the late result does not become the current token', async () => {
    const { refreshDependencies, account_id, accounts, vault } = await open();
    const slow = makeRefreshToken({
      ...refreshDependencies,
      vault: {
        ...vault,
        write: async (id, token) => {
          // While this one was storing, its lease ran out and another finished.
          world.pass(16);
          await makeRefreshToken(refreshDependencies)({ account_id }, deadline());
          return vault.write(id, token);
        },
      },
    });
    const outcome = await slow({ account_id }, secondsAfter(world.now(), 60));
    const { token } = await accounts.get(account_id);
    expect(outcome).toMatchObject({ renewed: true, version: token?.version });
    expect(vault.versions.size).toBe(2);
  });
});

describe('the lease, taken by one who then finds the work done', () => {
  it('is given back at once: the next caller need not wait for it to run out', async () => {
    const { refreshDependencies, refresh, accounts, account_id, fetches } = await open();
    const before = fetches();
    const stale = await accounts.get(account_id);
    await refresh();
    let reads = 0;
    const late = makeRefreshToken({
      ...refreshDependencies,
      accounts: { ...bound(accounts), get: async (id) => (reads++ === 0 ? stale : accounts.get(id)) },
    });
    await expect(late({ account_id }, deadline())).resolves.toMatchObject({ renewed: true });
    expect(fetches() - before).toBe(1);
    expect(await accounts.get(account_id)).not.toHaveProperty('token_lease');
  });
});

it('begins no renewal for which the time would not do, and notes no failure', async () => {
  const { refreshDependencies, account_id, accounts, fetches } = await open();
  const before = fetches();
  const outcome = await makeRefreshToken({ ...refreshDependencies, sleep: async (ms) => world.pass(ms / 1000) })(
    { account_id },
    secondsAfter(world.now(), 14),
  );
  expect(outcome).toMatchObject({ renewed: false, failure: { code: 'TOKEN_REFRESH_BUSY' } });
  expect(fetches() - before).toBe(0);
  expect(await accounts.get(account_id)).not.toHaveProperty('token_failure');
});

it('a fault of ours gives the lease back, so that the next caller need not wait for its end', async () => {
  const { refreshDependencies, refresh, account_id } = await open();
  const failing = makeRefreshToken({
    ...refreshDependencies,
    vault: { ...refreshDependencies.vault, write: async () => Promise.reject(new Error('no such key')) },
  });
  await expect(failing({ account_id }, deadline())).rejects.toThrow('no such key');
  await expect(refresh()).resolves.toMatchObject({ renewed: true });
});
