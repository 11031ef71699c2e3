import { describe, expect, it } from 'vitest';
import { secondsAfter } from '../../../shared/domain/time.ts';
import type { Credentials } from '../../../shared/tokens/credentials.ts';
import { makeRefreshDueTokens } from '../../../shared/tokens/refresh-due-tokens.ts';
import { makeRefreshToken } from '../../../shared/tokens/refresh-token.ts';
import { only } from '../../support/accounts.ts';
import { credentialsOf } from '../../support/secrets.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();

/** An account whose token another system keeps, and that system's pen. */
const open = async () => {
  const opened = await world.openAccount({ row: { kind: 'official_account_external_token' } });
  const { account_id, appid, accounts, published } = opened;
  const written: Record<string, Credentials> = {};
  const write = (access_token: string, seconds: number) => {
    const expires_at = secondsAfter(world.now(), seconds).toISOString().replace('Z', '+00:00');
    written[account_id] = { kind: 'official_account_external_token', appid, access_token, expires_at };
  };
  const dependencies = { ...opened.refreshDependencies, credentials: credentialsOf(written) };
  const refresh = async (refused_version?: string) =>
    makeRefreshToken(dependencies)({ account_id, ...(refused_version && { refused_version }) }, secondsAfter(world.now(), 25));
  const prove = async () => makeRefreshToken(dependencies)({ account_id, prove: true }, secondsAfter(world.now(), 25));
  const row = () => accounts.get(account_id);
  const runSchedule = () => makeRefreshDueTokens({ ...dependencies, accounts: only(accounts, account_id) })(secondsAfter(world.now(), 25));
  write('first', 7200);
  return { ...opened, published, write, refresh, prove, row, runSchedule };
};
const stale = (account_id: string) => ({
  code: 'EXTERNAL_TOKEN_STALE',
  blocked: true,
  http_status: 502,
  hint: expect.stringContaining(`waybill/test/credentials/${account_id}`),
});

describe('a token that another system keeps', () => {
  it('is copied for as long as that system says, and WeChat is never asked for one', async () => {
    const { refresh, row, vault, account_id, fetches } = await open();
    const before = fetches();
    await expect(refresh()).resolves.toMatchObject({ renewed: true, expires_at: secondsAfter(world.now(), 7200).toISOString() });
    await expect(vault.read(account_id, (await row()).token?.version ?? '')).resolves.toBe('first');
    expect(fetches() - before).toBe(0);
  });

  it('is replaced by what that system wrote since, when WeChat refuses it', async () => {
    const { refresh, row, write, vault, account_id } = await open();
    await refresh();
    write('second', 7200);
    await expect(refresh((await row()).token?.version)).resolves.toMatchObject({ renewed: true });
    await expect(vault.read(account_id, (await row()).token?.version ?? '')).resolves.toBe('second');
  });

  it('and is refused, with no newer one there, is the error: one alarm that names the secret, never force', async () => {
    const { refresh, row, account_id, published, write, fetches } = await open();
    const before = fetches();
    await refresh();
    const refused = (await row()).token?.version;
    for (let time = 0; time < 3; time++) {
      await expect(refresh(refused)).resolves.toMatchObject({ renewed: false, failure: stale(account_id) });
      world.pass(61);
    }
    expect(published).toMatchObject([{ detail: { subject: 'token', code: 'EXTERNAL_TOKEN_STALE' } }]);
    expect(fetches() - before).toBe(0);
    write('second', 7200);
    await expect(refresh(refused)).resolves.toMatchObject({ renewed: true });
    expect((await row()).attention).toEqual({});
  });

  it('and was refused stays refused when it is tried or due, with the one alarm, until there is another', async () => {
    const { refresh, prove, row, runSchedule, published, write, account_id } = await open();
    await refresh();
    await refresh((await row()).token?.version);
    const { attention, token: refused } = await row();
    for (let time = 0; time < 2; time++) {
      const failure = { ...stale(account_id), detail: expect.stringContaining(`was refused by WeChat at ${refused?.refused_at}`) };
      await expect(prove()).resolves.toMatchObject({ renewed: false, failure });
      world.pass(61);
    }
    world.pass(7200 - 350);
    await expect(runSchedule()).resolves.toMatchObject({ due: 1, renewed: 0 });
    expect(await row()).toMatchObject({ attention, token: refused, token_failure: { code: 'EXTERNAL_TOKEN_STALE', count: 4 } });
    expect(published).toHaveLength(1);
    write('second', 7200);
    await expect(prove()).resolves.toMatchObject({ renewed: true });
    const mended = await row();
    expect(mended.attention).toEqual({});
    expect(mended.token_failure).toBeUndefined();
  });

  it('and has not been written yet is the error, in words and not as a time', async () => {
    const { refresh, write, account_id } = await open();
    write('stands for none', -world.now().getTime() / 1000);
    const detail = `the token in the secret waybill/test/credentials/${account_id} has not been written yet`;
    await expect(refresh()).resolves.toMatchObject({ renewed: false, failure: { ...stale(account_id), detail } });
  });

  it('and has ended is the error, and is noticed within a minute of being replaced, however long that took', async () => {
    const { refresh, account_id, write } = await open();
    await refresh();
    world.pass(7200 - 59);
    await expect(refresh()).resolves.toMatchObject({ renewed: false, failure: stale(account_id) });
    for (let time = 0; time < 10; time++) {
      world.pass(61);
      await refresh();
    }
    write('second', 7200);
    world.pass(61);
    await expect(refresh()).resolves.toMatchObject({ renewed: true });
  });

  it('is looked for in its last minutes, and the old one serves until there is another', async () => {
    const { runSchedule, row, write, published } = await open();
    await runSchedule();
    const first = (await row()).token;
    world.pass(7200 - 200);
    await expect(runSchedule()).resolves.toMatchObject({ due: 1, renewed: 1 });
    expect((await row()).token).toMatchObject({ version: first?.version, expires_at: first?.expires_at });
    write('second', 7200);
    await runSchedule();
    expect((await row()).token?.version).not.toBe(first?.version);
    expect(published).toEqual([]);
  });
});

it('credentials of another kind than the account are refused', async () => {
  const { refreshDependencies, account_id, appid } = await open();
  const credentials = credentialsOf({ [account_id]: { kind: 'official_account', appid, secret: `secret of ${appid}` } });
  const refresh = makeRefreshToken({ ...refreshDependencies, credentials });
  await expect(refresh({ account_id }, secondsAfter(world.now(), 25))).resolves.toMatchObject({
    renewed: false,
    failure: { code: 'CREDENTIALS_UNUSABLE', detail: expect.stringContaining('official_account_external_token') },
  });
});
