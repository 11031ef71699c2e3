import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { TokenSecretUnusableError } from '../../../shared/tokens/errors.ts';
import { makeRefreshToken } from '../../../shared/tokens/refresh-token.ts';
import { refreshingIn } from '../../support/refreshing.ts';
import { credentialsOf } from '../../support/secrets.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const { deadline, open } = refreshingIn(world);

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
      attention: { token: { errcode, published: true } },
      token_failure: { count: 3 },
    });
  });

  it('is told anew when its cause is another, and one that may pass by itself takes nothing’s place', async () => {
    const { refresh, account_id, accounts, published } = await open();
    const fail = async (errcode: number) => {
      world.simulator().control.orderFault({ path: '/cgi-bin/stable_token', times: null, fault: { kind: 'errcode', errcode } });
      for (let time = 0; time < 4; time++) {
        await refresh();
        world.pass(3600);
      }
      world.simulator().control.clearFaults();
    };
    for (const errcode of [40164, 40243, -1]) await fail(errcode);
    expect(published.map(({ detail }) => 'errcode' in detail && detail.errcode)).toEqual([40164, 40243]);
    expect((await accounts.get(account_id)).attention).toMatchObject({ token: { errcode: 40243 } });
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

describe('a failure that passes by itself', () => {
  it('raises an alarm when it comes a third time in a row', async () => {
    const { refresh, published } = await open();
    world.simulator().control.orderFault({ path: '/cgi-bin/stable_token', times: null, fault: { kind: 'html' } });
    const alarms: number[] = [];
    for (let time = 0; time < 4; time++) {
      await refresh();
      alarms.push(published.length);
      world.pass(61);
    }
    world.simulator().control.clearFaults();
    expect(alarms).toEqual([0, 0, 1, 1]);
    expect(published[0]?.detail).toMatchObject({ subject: 'token', code: 'WECHAT_BAD_ANSWER' });
  });
});

describe('when WeChat hands out the token that is already there', () => {
  it('and nobody refused it, it goes on under its version, for as long as WeChat now says', async () => {
    const { refreshDependencies, account_id, accounts, vault } = await open();
    const fetchToken = async () => ({ access_token: 'the same', expires_in: 7200 });
    const refresh = makeRefreshToken({ ...refreshDependencies, fetchToken });
    await refresh({ account_id }, deadline());
    const first = (await accounts.get(account_id)).token;
    world.pass(7200);
    const expires_at = secondsAfter(world.now(), 7200).toISOString();
    await expect(refresh({ account_id }, deadline())).resolves.toEqual({ renewed: true, version: first?.version, expires_at });
    expect((await accounts.get(account_id)).token).toEqual({ ...first, expires_at });
    expect(vault.versions.size).toBe(1);
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

it('remembers when a token was last replaced by force, through every renewal after it', async () => {
  const { refreshDependencies, account_id, accounts } = await open();
  const forced: boolean[] = [];
  let token = 'first';
  const fetchToken: typeof refreshDependencies.fetchToken = async (_credentials, { force }) => {
    forced.push(force);
    if (force) token = 'by force';
    return { access_token: token, expires_in: 7200 };
  };
  const refresh = makeRefreshToken({ ...refreshDependencies, fetchToken });
  const version = async () => (await accounts.get(account_id)).token?.version ?? '';
  /** Refused, asked again in vain, and after the pause by force if that may be. */
  const refuseTwice = async () => {
    const outcome = await refresh({ account_id, refused_version: await version() }, deadline());
    // WeChat demands 30 s between two replacements by force.
    expect(outcome).toMatchObject({ renewed: false, failure: { code: 'WECHAT_TOKEN_REFUSED' }, retry_after_s: 30 });
    world.pass(30);
    await refresh({ account_id, refused_version: await version() }, deadline());
  };
  await refresh({ account_id }, deadline());
  await refuseTwice();
  expect(forced).toEqual([false, false, true]);
  const { forced_at } = (await accounts.get(account_id)).token ?? {};
  token = 'second';
  await refresh({ account_id, refused_version: await version() }, deadline());
  expect((await accounts.get(account_id)).token).toMatchObject({ forced_at });
  await refuseTwice();
  expect(forced.slice(3)).toEqual([false, false, false]);
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

it('refuses credentials of another account of WeChat', async () => {
  const { account_id, accounts, fetches } = await open();
  const other = await open();
  const before = fetches();
  const mixed = makeRefreshToken({
    ...other.refreshDependencies,
    accounts,
    credentials: { nameOf: String, read: () => other.refreshDependencies.credentials.read(other.account_id) },
  });
  await expect(mixed({ account_id }, deadline())).resolves.toMatchObject({
    renewed: false,
    failure: { code: 'CREDENTIALS_UNUSABLE', blocked: true },
  });
  expect(fetches() - before).toBe(0);
});

it('no secret and no token is in any failure, in the row or in an event', async () => {
  const { refresh, appid, accounts, account_id, published } = await open();
  world.simulator().control.freezeSecret(appid, true);
  const told = inspect([await refresh(), await accounts.get(account_id), published], { depth: 10 });
  expect(told).not.toContain(`secret of ${appid}`);
});

it('remembers and tells that the secret for tokens cannot be written, and does not ask WeChat again and again', async () => {
  const { refreshDependencies, account_id, accounts, fetches, published } = await open();
  const write = async () => Promise.reject(new TokenSecretUnusableError('the secret is scheduled for deletion'));
  const failing = makeRefreshToken({ ...refreshDependencies, vault: { ...refreshDependencies.vault, write } });
  const before = fetches();
  for (let call = 0; call < 5; call++)
    await expect(failing({ account_id }, deadline())).resolves.toMatchObject({
      renewed: false,
      failure: { code: 'TOKEN_SECRET_UNUSABLE' },
    });
  expect(fetches() - before).toBe(1);
  expect(published).toHaveLength(1);
  await expect(accounts.get(account_id)).resolves.toMatchObject({ attention: { token: { code: 'TOKEN_SECRET_UNUSABLE' } } });
});
