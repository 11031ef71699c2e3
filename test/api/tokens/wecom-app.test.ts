import { describe, expect, it } from 'vitest';
import { useWecomAccounts } from '../../support/wecom-accounts.ts';

const world = useWecomAccounts();
const listPath = '/cgi-bin/externalcontact/get_groupmsg_list_v2';

describe('the token of an app of its own', () => {
  it('is had with its secret, and serves', async () => {
    const { refresh, list, row } = await world.openCorp();
    await expect(refresh()).resolves.toMatchObject({ renewed: true });
    await expect(list()).resolves.toMatchObject({ messages: [] });
    expect(await row()).toMatchObject({ token: { expires_at: new Date(world.now().getTime() + 7_200_000).toISOString() }, attention: {} });
  });

  it('is not that of another app of the same corp', async () => {
    const { list, tokenOf, account, other } = await world.openCorp();
    await Promise.all([list(account), list(other)]);
    expect(await tokenOf(account)).not.toBe(await tokenOf(other));
  });

  it('is used to its very end, since WeCom has no other before, and one question gets the next', async () => {
    const { list, row } = await world.openCorp();
    await list();
    const asked = world.askedFromNow();
    const first = (await row()).token?.version;
    world.pass(7199);
    await list();
    expect(asked()).toEqual([]);
    world.pass(1);
    await list();
    expect(asked()).toEqual(['gettoken']);
    expect((await row()).token?.version).not.toBe(first);
  });

  it('is renewed by the schedule when it has ended and not before: until then WeCom would hand out the same', async () => {
    const { runSchedule } = await world.openCorp();
    await expect(runSchedule()).resolves.toEqual({ accounts: 2, due: 2, renewed: 2 });
    world.pass(7199);
    await expect(runSchedule()).resolves.toMatchObject({ due: 0 });
    world.pass(1);
    await expect(runSchedule()).resolves.toMatchObject({ due: 2, renewed: 2 });
  });

  it('that WeCom ended early is replaced once, and the call repeated', async () => {
    const { list, corpid, row } = await world.openCorp();
    await list();
    const first = (await row()).token?.version;
    world.control().revokeWecomTokens(corpid);
    const asked = world.askedFromNow();
    await expect(list()).resolves.toMatchObject({ messages: [] });
    expect(asked()).toEqual(['gettoken']);
    expect((await row()).token?.version).not.toBe(first);
  });

  it.each([40014, 42001])('that is refused (%i) and handed out again is an error and an alarm, at once and once', async (errcode) => {
    const { list, newProcess, row, published, account } = await world.openCorp();
    await list();
    world.refuse(listPath, errcode, 3);
    const asked = world.askedFromNow();
    const refused = { code: 'WECHAT_TOKEN_REFUSED', failure: { hint: expect.stringContaining('console') } };
    await expect(list()).rejects.toMatchObject(refused);
    await expect(list(account, newProcess())).rejects.toMatchObject(refused);
    expect(asked()).toEqual(['gettoken']);
    expect(await row()).toMatchObject({ attention: { token: { code: 'WECHAT_TOKEN_REFUSED' } }, token_failure: { count: 1 } });
    expect(published).toHaveLength(1);
    world.control().clearFaults();
    world.pass(31);
    await expect(list(account, newProcess())).resolves.toMatchObject({ messages: [] });
  });

  it('is never asked for by force, which WeCom does not know', async () => {
    const { refresh, row } = await world.openCorp();
    await refresh();
    for (let time = 0; time < 3; time++) {
      world.pass(3600 / 2);
      await refresh({ refused_version: (await row()).token?.version });
    }
    expect((await row()).token).not.toHaveProperty('forced_at');
  });
});

describe('a wrong secret', () => {
  it('is tried less and less, never often enough for WeCom to ban the address, and a person is told at once', async () => {
    const { refresh, written, account, corpid, row, published } = await world.openCorp({ corp: { limits: { wrong_secrets: 8 } } });
    written[account] = { kind: 'wecom_app', corpid, secret: 'old' };
    const asked = world.askedFromNow();
    for (let minute = 0; minute < 60; minute++) {
      await expect(refresh()).resolves.toMatchObject({ renewed: false, failure: { errcode: 40001, blocked: true, http_status: 502 } });
      world.pass(60);
    }
    expect(asked().length).toBeLessThan(7);
    expect(published).toHaveLength(1);
    expect((await row()).attention.token).toMatchObject({ errcode: 40001, hint: expect.stringContaining('secret') });
  });

  it('that was corrected is proven at once, whatever the pause', async () => {
    const { refresh, written, account, corpid, secret, row } = await world.openCorp();
    written[account] = { kind: 'wecom_app', corpid, secret: 'old' };
    await refresh();
    written[account] = { kind: 'wecom_app', corpid, secret };
    await expect(refresh()).resolves.toMatchObject({ renewed: false, retry_after_s: 600 });
    await expect(refresh({ prove: true })).resolves.toMatchObject({ renewed: true });
    expect((await row()).attention).toEqual({});
  });

  it('that got the address banned is told as that, and waits for the hour', async () => {
    const { refresh } = await world.openCorp();
    world.refuse('/cgi-bin/gettoken', 45009);
    await expect(refresh()).resolves.toMatchObject({
      renewed: false,
      retry_after_s: 3600,
      failure: { errcode: 45009, blocked: true, http_status: 503, hint: expect.stringContaining('secret') },
    });
  });
});

it("refuses credentials of another corp: its messages would be taken for this account's", async () => {
  const { refresh, written, account, secret } = await world.openCorp();
  written[account] = { kind: 'wecom_app', corpid: 'wwanother', secret };
  const asked = world.askedFromNow();
  await expect(refresh()).resolves.toMatchObject({ renewed: false, failure: { code: 'CREDENTIALS_UNUSABLE', blocked: true } });
  expect(asked()).toEqual([]);
});

describe('a token that another system keeps', () => {
  const open = async () => {
    const corp = await world.openCorp({ row: { kind: 'wecom_external_token' } });
    const { written, account, corpid, secret, wecom, deadline } = corp;
    const keep = async () => {
      const { access_token, expires_in } = await wecom.getToken({ corpid, secret, deadline: deadline() });
      const expires_at = new Date(world.now().getTime() + expires_in * 1000).toISOString();
      written[account] = { kind: 'wecom_external_token', corpid, access_token, expires_at };
    };
    await keep();
    return { ...corp, keep };
  };

  it('is taken from where it is written, and never asked of WeCom', async () => {
    const { list } = await open();
    const asked = world.askedFromNow();
    await expect(list()).resolves.toMatchObject({ messages: [] });
    expect(asked()).toEqual([]);
  });

  it('may follow a little after the one before has ended: there is none to be had earlier, and no alarm', async () => {
    const { list, keep, published, refresh } = await open();
    await list();
    world.pass(7200);
    await expect(list()).rejects.toMatchObject({ code: 'EXTERNAL_TOKEN_STALE' });
    world.pass(31);
    await expect(refresh()).resolves.toMatchObject({ renewed: false, retry_after_s: 30, failure: { blocked: false } });
    await keep();
    world.pass(31);
    await expect(list()).resolves.toMatchObject({ messages: [] });
    expect(published).toEqual([]);
  });

  it('that does not follow is an alarm', async () => {
    const { refresh, published } = await open();
    await refresh();
    world.pass(7200);
    for (let time = 0; time < 3; time++) {
      await refresh();
      world.pass(31);
    }
    expect(published).toHaveLength(1);
  });

  it('that WeCom refuses is an alarm at once, and whoever keeps it is named', async () => {
    const { list, published } = await open();
    await list();
    world.refuse(listPath, 40014, 2);
    await expect(list()).rejects.toMatchObject({
      code: 'EXTERNAL_TOKEN_STALE',
      failure: { hint: expect.stringContaining('credentials/') },
    });
    expect(published).toHaveLength(1);
    world.control().clearFaults();
  });
});
