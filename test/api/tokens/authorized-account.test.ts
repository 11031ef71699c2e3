import { beforeEach, describe, expect, it } from 'vitest';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { makeRefreshToken } from '../../../shared/tokens/refresh-token.ts';
import { usePlatforms } from '../../support/platforms.ts';

const world = usePlatforms();
beforeEach(() => void world.stopRefusing());
const [componentToken, lookUp, authorizerToken] = ['api_component_token', 'api_get_authorizer_info', 'api_authorizer_token'];
const from = world.calledFromNow;

describe('the token of an account that authorized a third-party platform', () => {
  it("is asked for with the platform's token, and with a refresh token that WeChat was asked for once", async () => {
    const { refresh, row, platformRow, askWithToken, platform, account, authorizations } = await world.open();
    const called = from();
    await expect(refresh()).resolves.toMatchObject({ renewed: true });
    expect(called()).toEqual([componentToken, lookUp, authorizerToken]);
    await expect(askWithToken()).resolves.toBe('SEND_SUCCESS');
    expect(authorizations.kept.get(account)).toHaveLength(1);
    expect(await row()).toMatchObject({ platform, authorization: { func_ids: [1, 7, 11] }, attention: {} });
    expect(await platformRow()).toMatchObject({ token: { expires_at: secondsAfter(world.now(), 7200).toISOString() } });
    world.pass(7200 - 200);
    const later = from();
    await refresh(await row().then(({ token: held }) => held?.version));
    // Its token has minutes left, and the refresh token was kept: one call.
    expect(later()).toEqual([authorizerToken]);
  });

  it('is asked for once by fifty cold processes, and so is the one of the platform', async () => {
    const { newProcess, account, deadline } = await world.open();
    const called = from();
    const sources = Array.from({ length: 50 }, () => newProcess());
    const tokens = await Promise.all(sources.map((source) => source.withToken(account, deadline(), async (token) => token)));
    expect(new Set(tokens).size).toBe(1);
    expect(called()).toEqual([componentToken, lookUp, authorizerToken]);
  });

  it("is replaced once when it is refused, and the platform's token stays", async () => {
    const { askWithToken, refresh, version } = await world.open();
    await refresh();
    const refused = await version();
    const called = from();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => refresh(refused)));
    expect(new Set(outcomes.map((outcome) => outcome.renewed && outcome.version)).size).toBe(1);
    expect(called()).toEqual([authorizerToken]);
    await expect(askWithToken()).resolves.toBe('SEND_SUCCESS');
  });

  it('is never replaced by force', async () => {
    const { newRenewal, account, deadline, row } = await world.open();
    const forced: boolean[] = [];
    const refresh = makeRefreshToken({
      ...newRenewal(),
      fetchToken: async (_credentials, { force }) => {
        forced.push(force);
        return { access_token: 'always the same', expires_in: 7200 };
      },
    });
    await refresh({ account_id: account }, deadline());
    const refused_version = (await row()).token?.version ?? '';
    for (let time = 0; time < 3; time++) {
      const outcome = await refresh({ account_id: account, refused_version }, deadline());
      expect(outcome).toMatchObject({
        renewed: false,
        failure: { code: 'WECHAT_TOKEN_REFUSED', hint: expect.not.stringContaining('force') },
      });
      world.pass(31);
    }
    expect(forced).toEqual([false, false, false, false]);
  });
});

describe('a refresh token', () => {
  it.each([61023, 40030, 42002, 42007])('that WeChat refuses with %i is looked up once, and the call repeated once', async (errcode) => {
    const { refresh, version } = await world.open();
    await refresh();
    world.refuse(authorizerToken, errcode, 1);
    const called = from();
    await expect(refresh(await version())).resolves.toMatchObject({ renewed: true });
    expect(called()).toEqual([authorizerToken, lookUp, authorizerToken]);
  });

  it('that WeChat refuses again is the error: one alarm, no loop, and ever more seldom asked', async () => {
    const { refresh, version, published, account } = await world.open();
    await refresh();
    const refused = await version();
    world.refuse(authorizerToken, 61023, 99);
    const called = from();
    for (let time = 0; time < 5; time++)
      await expect(refresh(refused)).resolves.toMatchObject({
        renewed: false,
        failure: { errcode: 61023, blocked: true, http_status: 403 },
      });
    expect(called()).toEqual([authorizerToken, lookUp, authorizerToken]);
    expect(published).toHaveLength(1);
    expect(published[0]?.detail).toMatchObject({ account_id: account, subject: 'token', errcode: 61023 });
    world.pass(31);
    await refresh(refused);
    world.pass(31);
    await refresh(refused);
    expect(called()).toHaveLength(6);
  });

  it('that was just looked up is not looked up again when it is refused', async () => {
    const { refresh } = await world.open();
    world.refuse(authorizerToken, 61023, 99);
    const called = from();
    await expect(refresh()).resolves.toMatchObject({ renewed: false, failure: { errcode: 61023 } });
    expect(called()).toEqual([componentToken, lookUp, authorizerToken]);
  });

  it('is not looked up for any other refusal', async () => {
    const { refresh, version } = await world.open();
    await refresh();
    world.refuse(authorizerToken, 45009, 1);
    const called = from();
    await expect(refresh(await version())).resolves.toMatchObject({ renewed: false, failure: { errcode: 45009, blocked: false } });
    expect(called()).toEqual([authorizerToken]);
  });

  it('that WeChat replaces is kept before the token is', async () => {
    const { refresh, account, deadline, version, authorizations, vault, authorize, newRenewal } = await world.open();
    await refresh();
    const before = vault.versions.size;
    await authorize();
    const failing = makeRefreshToken({ ...newRenewal(), vault: { ...vault, write: async () => Promise.reject(new Error('died here')) } });
    await expect(failing({ account_id: account, refused_version: (await version()) ?? '' }, deadline())).rejects.toThrow('died here');
    expect(new Set(authorizations.kept.get(account)).size).toBe(2);
    expect(vault.versions.size).toBe(before);
  });

  it('that stays the same is not written again', async () => {
    const { refresh, version, authorizations, account } = await world.open();
    await refresh();
    await refresh(await version());
    await refresh(await version());
    expect(authorizations.kept.get(account)).toHaveLength(1);
  });

  it('of an account that now names another platform is not used there', async () => {
    const { refresh, version, written, account, appid, tickets, row } = await world.open();
    await refresh();
    const other = await world.open();
    await other.authorize([7], appid);
    written[account] = { kind: 'authorized_official_account', appid, platform: other.platform };
    written[other.platform] = { kind: 'third_party_platform', appid: other.componentAppid, secret: other.secret };
    await tickets.write(other.platform, other.issueTicket());
    const called = from();
    await expect(refresh(await version())).resolves.toMatchObject({ renewed: true });
    expect(called()).toEqual([componentToken, lookUp, authorizerToken]);
    expect(await row()).toMatchObject({ platform: other.platform, authorization: { func_ids: [7] } });
  });
});

describe("the platform's token", () => {
  it.each([40001, 40014, 42001, 61014])('is renewed once when WeChat refuses it with %i', async (errcode) => {
    const { refresh, version } = await world.open();
    await refresh();
    const refused = await version();
    world.refuse(authorizerToken, errcode, 1);
    const called = from();
    await expect(refresh(refused)).resolves.toMatchObject({ renewed: true });
    expect(called()).toEqual([authorizerToken, componentToken, authorizerToken]);
  });

  it('is renewed once and not again when WeChat refuses the new one as well', async () => {
    const { refresh, version } = await world.open();
    await refresh();
    world.refuse(authorizerToken, 40001, 99);
    const called = from();
    await expect(refresh(await version())).resolves.toMatchObject({ renewed: false, failure: { code: 'WECHAT_TOKEN_REFUSED' } });
    expect(called()).toEqual([authorizerToken, componentToken, authorizerToken]);
  });

  it('is found replaced by another process, and then not renewed', async () => {
    const { refreshPlatform, version, platform, newRenewal, account, deadline } = await world.open();
    const process = makeRefreshToken(newRenewal());
    await process({ account_id: account }, deadline());
    await refreshPlatform(await version(platform));
    world.refuse(authorizerToken, 40001);
    const called = from();
    await expect(process({ account_id: account, refused_version: (await version()) ?? '' }, deadline())).resolves.toMatchObject({
      renewed: true,
    });
    expect(called()).toEqual([authorizerToken, authorizerToken]);
  });

  it('that cannot be had is the trouble of the platform: one alarm, and its accounts go on within a minute', async () => {
    const { refresh, prove, published, row, platform, platformRow, written, componentAppid, secret } = await world.open();
    written[platform] = { kind: 'third_party_platform', appid: componentAppid, secret: 'another' };
    await expect(refresh()).resolves.toMatchObject({
      renewed: false,
      failure: { errcode: 40125, detail: expect.stringMatching(/platform has no token/) },
    });
    expect(published.map(({ detail }) => 'account_id' in detail && detail.account_id)).toEqual([platform]);
    expect(await row()).toMatchObject({ attention: {}, token_failure: { errcode: 40125 } });
    for (let time = 0; time < 6; time++) {
      world.pass(61);
      await refresh();
    }
    expect(published).toHaveLength(1);
    written[platform] = { kind: 'third_party_platform', appid: componentAppid, secret };
    await expect(prove(platform)).resolves.toMatchObject({ renewed: true });
    world.pass(61);
    await expect(refresh()).resolves.toMatchObject({ renewed: true });
    expect((await platformRow()).attention).toEqual({});
  });

  it('is not asked of an account that is no platform, whose row stays as it is', async () => {
    const { refresh, written, account, appid } = await world.open();
    const bystander = await world.addAccount();
    written[account] = { kind: 'authorized_official_account', appid, platform: bystander };
    await expect(refresh()).resolves.toMatchObject({ renewed: false, failure: { code: 'CREDENTIALS_UNUSABLE', blocked: true } });
    expect(await world.accounts().get(bystander)).not.toHaveProperty('token_failure');
  });

  it('is not asked of a platform that nobody added', async () => {
    const { refresh, written, account, appid } = await world.open();
    written[account] = { kind: 'authorized_official_account', appid, platform: 'oa-nowhere' };
    await expect(refresh()).resolves.toMatchObject({
      failure: { code: 'CREDENTIALS_UNUSABLE', detail: expect.stringContaining('oa-nowhere') },
    });
  });
});
