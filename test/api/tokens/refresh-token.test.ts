import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { makeRefreshDueTokens } from '../../../shared/tokens/refresh-due-tokens.ts';
import { makeRefreshToken } from '../../../shared/tokens/refresh-token.ts';
import { credentialsOf } from '../../support/secrets.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const deadline = () => secondsAfter(world.now(), 25);

const open = async (options: Parameters<typeof world.openAccount>[0] = {}) => {
  const account = await world.openAccount(options);
  const refresh = makeRefreshToken(account.refreshDependencies);
  return {
    ...account,
    refresh: (refused_version?: string) =>
      refresh({ account_id: account.account_id, ...(refused_version && { refused_version }) }, deadline()),
  };
};

describe('a failed renewal', () => {
  it.each([
    ['an address that is not allowed', { ipAllowList: ['192.0.2.1'] }, 40164, 502],
    ['a frozen secret', { secretFrozen: true }, 40243, 502],
    ['a wrong secret', { secret: 'another' }, 40125, 502],
  ])('explains %s, raises one alarm and asks WeChat ever more seldom', async (_what, settings, errcode, http_status) => {
    const { refresh, appid, account_id, accounts, published, fetches } = await open();
    world.simulator().control.putAccount({ appid, secret: `secret of ${appid}`, protection: true, ...settings });
    const before = fetches();
    const outcome = await refresh();
    expect(outcome).toMatchObject({ renewed: false, failure: { errcode, http_status, blocked: true, hint: expect.any(String) } });
    await refresh();
    world.pass(29);
    await refresh();
    expect(fetches() - before).toBe(1);
    world.pass(2);
    await refresh();
    expect(fetches() - before).toBe(2);
    world.pass(59);
    await refresh();
    expect(fetches() - before).toBe(2);
    world.pass(2);
    await refresh();
    expect(fetches() - before).toBe(3);
    expect(published.map(({ type, detail }) => [type, detail.id])).toEqual([
      ['account.attention', expect.stringContaining(`${account_id}/token/`)],
    ]);
    await expect(accounts.get(account_id)).resolves.toMatchObject({
      attention: { token: { published: true } },
      token_failure: { count: 3 },
    });
  });

  it('is forgotten, and its alarm cleared, once a renewal succeeds', async () => {
    const { refresh, appid, account_id, accounts } = await open();
    world.simulator().control.freezeSecret(appid, true);
    await refresh();
    world.simulator().control.freezeSecret(appid, false);
    world.pass(31);
    await expect(refresh()).resolves.toMatchObject({ renewed: true });
    const row = await accounts.get(account_id);
    expect(row.attention).toEqual({});
    expect(row).not.toHaveProperty('token_failure');
  });

  it('waits as long as WeChat says when an administrator refused the address', async () => {
    const { refresh } = await open();
    world.simulator().control.orderFault({ path: '/cgi-bin/stable_token', fault: { kind: 'errcode', errcode: 89507 } });
    await expect(refresh()).resolves.toMatchObject({ renewed: false, retry_after_s: 3600 });
  });

  it('says what is missing when an operator has written no credentials', async () => {
    const { refreshDependencies, account_id } = await open();
    const refresh = makeRefreshToken({
      ...refreshDependencies,
      credentials: credentialsOf({}),
    });
    await expect(refresh({ account_id }, deadline())).resolves.toMatchObject({ renewed: false, failure: { code: 'CREDENTIALS_UNUSABLE' } });
  });

  it('raises no alarm for a WeChat that is down for a moment', async () => {
    const { refresh, published } = await open();
    world.simulator().control.orderFault({ path: '/cgi-bin/stable_token', times: 4, fault: { kind: 'html' } });
    await expect(refresh()).resolves.toMatchObject({ renewed: false, failure: { code: 'WECHAT_BAD_ANSWER', blocked: false } });
    expect(published).toEqual([]);
    world.pass(3);
    await expect(refresh()).resolves.toMatchObject({ renewed: true });
  });
});

describe('the lease', () => {
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

describe('by force', () => {
  it('counts as done although its answer was lost: the next is 75 minutes away', async () => {
    const { refresh, accounts, account_id, fetches } = await open();
    await refresh();
    const version = (await accounts.get(account_id)).token?.version;
    await refresh(version);
    world.pass(31);
    world.simulator().control.orderFault({ path: '/cgi-bin/stable_token', times: 1, fault: { kind: 'cut' } });
    await refresh(version);
    const { token } = await accounts.get(account_id);
    expect(token).toMatchObject({ version, forced_at: world.now().toISOString() });
    const before = fetches();
    world.pass(74 * 60);
    await refresh(version);
    expect(fetches() - before).toBe(1);
    expect((await accounts.get(account_id)).token).toMatchObject({ version, forced_at: token?.forced_at });
  });
});

it('an operator who mended something need not wait for the end of a pause', async () => {
  const { refresh, refreshDependencies, appid, account_id, accounts, fetches } = await open();
  const prove = () => makeRefreshToken(refreshDependencies)({ account_id, prove: true }, deadline());
  world.simulator().control.freezeSecret(appid, true);
  await refresh();
  await expect(prove()).resolves.toMatchObject({ renewed: false, failure: { errcode: 40243 } });
  world.simulator().control.freezeSecret(appid, false);
  await expect(prove()).resolves.toMatchObject({ renewed: true });
  expect(await accounts.get(account_id)).not.toHaveProperty('token_failure');
  const before = fetches();
  await prove();
  expect(fetches() - before).toBe(1);
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

it('refuses credentials of another account of WeChat', async () => {
  const { account_id, accounts, fetches } = await open();
  const other = await open();
  const before = fetches();
  const mixed = makeRefreshToken({
    ...other.refreshDependencies,
    accounts,
    credentials: { read: () => other.refreshDependencies.credentials.read(other.account_id) },
  });
  await expect(mixed({ account_id }, deadline())).resolves.toMatchObject({
    renewed: false,
    failure: { code: 'CREDENTIALS_UNUSABLE', blocked: true },
  });
  expect(fetches() - before).toBe(0);
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

describe('the scheduled run', () => {
  it('renews in the last minutes, when WeChat hands out a new one, and not before', async () => {
    const { refreshDependencies, accounts, account_id, fetches } = await open();
    const run = makeRefreshDueTokens({ ...refreshDependencies, accounts: only(accounts, account_id) });
    await expect(run(deadline())).resolves.toMatchObject({ accounts: 1, due: 1, renewed: 1 });
    const first = (await accounts.get(account_id)).token?.version;
    const before = fetches();
    world.pass(7200 - 300);
    await expect(run(deadline())).resolves.toMatchObject({ due: 0 });
    expect(fetches() - before).toBe(0);
    world.pass(61);
    await expect(run(deadline())).resolves.toMatchObject({ due: 1, renewed: 1 });
    expect((await accounts.get(account_id)).token?.version).not.toBe(first);
  });

  it('goes on with the other accounts when one is broken', async () => {
    const broken = await open();
    world.simulator().control.freezeSecret(broken.appid, true);
    const whole = await open();
    const rows = await Promise.all([broken, whole].map(({ accounts, account_id }) => accounts.get(account_id)));
    const credentials = { read: (id: string) => (id === whole.account_id ? whole : broken).refreshDependencies.credentials.read(id) };
    const run = makeRefreshDueTokens({
      ...whole.refreshDependencies,
      credentials,
      accounts: { ...bound(whole.accounts), all: async () => rows },
    });
    await expect(run(deadline())).resolves.toMatchObject({ accounts: 2, due: 2, renewed: 1 });
  });

  it('sends an alarm that could not be sent when it was raised', async () => {
    const { refresh, refreshDependencies, appid, accounts, account_id, published } = await open({ failures: 1 });
    world.simulator().control.freezeSecret(appid, true);
    await refresh();
    expect(published).toEqual([]);
    const run = makeRefreshDueTokens({ ...refreshDependencies, accounts: only(accounts, account_id) });
    await run(deadline());
    await run(deadline());
    expect(published).toHaveLength(1);
  });
});

it('no secret and no token is in any failure, in the row or in an event', async () => {
  const { refresh, appid, accounts, account_id, published } = await open();
  world.simulator().control.freezeSecret(appid, true);
  const told = inspect([await refresh(), await accounts.get(account_id), published], { depth: 10 });
  expect(told).not.toContain(`secret of ${appid}`);
});

type Accounts = Awaited<ReturnType<typeof open>>['accounts'];
const bound = (accounts: Accounts) => ({
  get: accounts.get.bind(accounts),
  takeTokenLease: accounts.takeTokenLease.bind(accounts),
  releaseTokenLease: accounts.releaseTokenLease.bind(accounts),
  endTokenLease: accounts.endTokenLease.bind(accounts),
  raiseAttention: accounts.raiseAttention.bind(accounts),
  markAttentionPublished: accounts.markAttentionPublished.bind(accounts),
  clearAttention: accounts.clearAttention.bind(accounts),
});
/** The table as if it held this account alone. */
const only = (accounts: Accounts, accountId: string) => ({ ...bound(accounts), all: async () => [await accounts.get(accountId)] });
