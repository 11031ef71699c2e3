import { describe, expect, it } from 'vitest';
import { raiseAttention } from '../../../shared/events/attention.ts';
import { makeRefreshDueTokens } from '../../../shared/tokens/refresh-due-tokens.ts';
import { only } from '../../support/accounts.ts';
import { refreshingIn } from '../../support/refreshing.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const { deadline, open } = refreshingIn(world);

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
    const credentials = {
      nameOf: String,
      read: (id: string) => (id === whole.account_id ? whole : broken).refreshDependencies.credentials.read(id),
    };
    const run = makeRefreshDueTokens({
      ...whole.refreshDependencies,
      credentials,
      accounts: only(whole.accounts, broken.account_id, whole.account_id),
    });
    await expect(run(deadline())).resolves.toMatchObject({ accounts: 2, due: 2, renewed: 1 });
  });

  it('asks for five accounts at once and no more: they share an address', async () => {
    const { refreshDependencies, accounts } = await open();
    const ids = await Promise.all(Array.from({ length: 12 }, () => world.addAccount({ upstream_id: 'wx' })));
    const begun = new Set<string>();
    let asking = 0;
    let begunByThen = 0;
    let enough = () => {};
    const five = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const run = makeRefreshDueTokens({
      ...refreshDependencies,
      credentials: { nameOf: String, read: async () => ({ kind: 'official_account', appid: 'wx', secret: 's' }) },
      fetchToken: async () => {
        if (++asking === 5) {
          begunByThen = begun.size;
          enough();
        }
        await five;
        return { access_token: crypto.randomUUID(), expires_in: 7200 };
      },
      accounts: {
        ...only(accounts, ...ids),
        get: async (id) => {
          begun.add(id);
          return accounts.get(id);
        },
      },
    });
    await expect(run(deadline())).resolves.toEqual({ accounts: 12, due: 12, renewed: 12 });
    expect(begunByThen).toBe(5);
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

  it('sends every alarm that was over, or gave way to another, before the bus was up again, and each once', async () => {
    const { refreshDependencies, accounts, events, account_id, published } = await open({ failures: 5 });
    const raise = (subject: 'api' | 'tracking', code: string) => {
      world.pass(1);
      return raiseAttention({ accounts, events }, account_id, subject, { code, hint: 'do this' }, world.now());
    };
    await raise('tracking', 'A');
    await accounts.clearAttention(account_id, 'tracking');
    await raise('tracking', 'B');
    await raise('tracking', 'C');
    await raise('api', 'D');
    await accounts.clearAttention(account_id, 'api');
    expect(published).toEqual([]);
    const run = makeRefreshDueTokens({ ...refreshDependencies, accounts: only(accounts, account_id) });
    // One of the four does not get out the first time either.
    await run(deadline());
    expect(published).toHaveLength(3);
    await run(deadline());
    await run(deadline());
    expect(published.map(({ detail }) => 'code' in detail && detail.code).sort()).toEqual(['A', 'B', 'C', 'D']);
    expect(await accounts.get(account_id)).toMatchObject({ attention: { tracking: { code: 'C', published: true } }, untold: [] });
  });

  it('sends such an alarm whatever it is about', async () => {
    const { refreshDependencies, accounts, account_id, published } = await open();
    const attention = { code: 'X', hint: 'do this', since: world.now().toISOString(), published: false };
    for (const subject of ['api', 'tracking'] as const) await accounts.raiseAttention(account_id, subject, attention);
    await makeRefreshDueTokens({ ...refreshDependencies, accounts: only(accounts, account_id) })(deadline());
    expect(published.map(({ detail }) => 'subject' in detail && detail.subject)).toEqual(['api', 'tracking']);
    expect((await accounts.get(account_id)).attention).toMatchObject({ api: { published: true }, tracking: { published: true } });
  });
});
