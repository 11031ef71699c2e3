import { beforeEach, describe, expect, it } from 'vitest';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { makeAuthorizationChanged } from '../../../shared/tokens/platform-pushes.ts';
import { makeRefreshToken } from '../../../shared/tokens/refresh-token.ts';
import { usePlatforms } from '../../support/platforms.ts';

const world = usePlatforms();
beforeEach(() => void world.stopRefusing());
const [componentToken, lookUp, authorizerToken] = ['api_component_token', 'api_get_authorizer_info', 'api_authorizer_token'];
const from = world.calledFromNow;

describe('what an owner authorized', () => {
  it('is asked again at the next run after a push, and not before', async () => {
    const { runSchedule, change, row, authorize } = await world.open();
    await runSchedule();
    const quiet = from();
    await expect(runSchedule()).resolves.toMatchObject({ due: 0 });
    expect(quiet()).toEqual([]);
    world.pass(60);
    await authorize([1, 7, 8]);
    await expect(change('updateauthorized')).resolves.toBe(1);
    expect((await row()).authorization).toEqual({ changed_at: world.now().toISOString() });
    const called = from();
    await expect(runSchedule()).resolves.toMatchObject({ due: 1, renewed: 1 });
    expect(called()).toEqual([lookUp, authorizerToken]);
    expect((await row()).authorization).toEqual({ changed_at: world.now().toISOString(), func_ids: [1, 7, 8] });
    await expect(runSchedule()).resolves.toMatchObject({ due: 0 });
  });

  it('without the permission set for mass messages is an alarm, once, and over when it is there', async () => {
    const { runSchedule, change, row, published, account, refresh, version, authorize } = await world.open({ funcIds: [1, 11] });
    await runSchedule();
    expect(published).toMatchObject([{ detail: { account_id: account, subject: 'authorization', code: 'PERMISSION_SET_MISSING' } }]);
    // It serves what it serves.
    expect((await row()).token).toBeDefined();
    await refresh(await version());
    expect(published).toHaveLength(1);
    await authorize([1, 7]);
    await change('updateauthorized');
    await runSchedule();
    expect((await row()).attention).toEqual({});
  });

  it('without that set is told by a later renewal, should the process that found it have died', async () => {
    const { refresh, version, row, accounts, account, published } = await world.open({ funcIds: [1] });
    await refresh();
    await accounts.clearAttention(account, 'authorization');
    await refresh(await version());
    expect((await row()).attention).toMatchObject({ authorization: { code: 'PERMISSION_SET_MISSING' } });
    expect(published).toHaveLength(2);
  });

  it('is nothing any more: a person has to see to it', async () => {
    const { refresh, unauthorize, published } = await world.open();
    await unauthorize();
    const failure = { errcode: 61003, blocked: true, http_status: 403 };
    await expect(refresh()).resolves.toMatchObject({ renewed: false, failure });
    expect(published).toHaveLength(1);
  });

  it('is no API at all, for which there is no refresh token: a person has to see to it', async () => {
    const { newRenewal, component, account, deadline, published } = await world.open();
    const getAuthorization = async () => ({ refreshToken: undefined, funcIds: [] });
    const refresh = makeRefreshToken(newRenewal({ component: { ...component, getAuthorization } }));
    const failure = { code: 'NOTHING_AUTHORIZED', blocked: true, http_status: 403 };
    await expect(refresh({ account_id: account }, deadline())).resolves.toMatchObject({ renewed: false, failure });
    expect(published).toHaveLength(1);
  });

  it('is asked again when a push comes while WeChat is asked', async () => {
    const { refresh, authorizations, row, change, authorize } = await world.open();
    const { write } = authorizations;
    authorizations.write = async (...kept) => {
      authorizations.write = write;
      await authorize([7]);
      await change('updateauthorized');
      return write(...kept);
    };
    const called = from();
    await expect(refresh()).resolves.toMatchObject({ renewed: true });
    expect((await row()).authorization).toEqual({ func_ids: [7], changed_at: world.now().toISOString() });
    expect(called()).toEqual([componentToken, lookUp, authorizerToken, lookUp, authorizerToken]);
  });
});

describe('an authorization that was withdrawn', () => {
  it('ends the token at once, is told, and WeChat is not asked until it is given again', async () => {
    const { runSchedule, refresh, change, row, published, newProcess, account, deadline, askWithToken, authorize, unauthorize } =
      await world.open();
    await runSchedule();
    await unauthorize();
    world.pass(5);
    await change('unauthorized');
    expect(await row()).not.toHaveProperty('token');
    expect(await row()).toMatchObject({ authorization: { lapsed: true }, attention: { authorization: { code: 'AUTHORIZATION_LAPSED' } } });
    const called = world.calledFromNow();
    await expect(runSchedule()).resolves.toMatchObject({ due: 0 });
    await expect(refresh()).resolves.toMatchObject({
      renewed: false,
      failure: { code: 'AUTHORIZATION_LAPSED', http_status: 403, blocked: true },
    });
    await expect(newProcess().withToken(account, deadline(), async () => 'served')).rejects.toMatchObject({ code: 'AUTHORIZATION_LAPSED' });
    world.pass(6 * 3600);
    await refresh();
    expect(called()).toEqual([]);
    await authorize();
    await change('authorized');
    expect(await row()).toMatchObject({ attention: {} });
    await runSchedule();
    await expect(askWithToken()).resolves.toBe('SEND_SUCCESS');
    expect(published.map(({ detail }) => 'code' in detail && detail.code)).toEqual(['AUTHORIZATION_LAPSED']);
  });

  it('takes the lease from whoever renews right then: its token does not count', async () => {
    const { newRenewal, account, deadline, row, change } = await world.open();
    const base = newRenewal();
    const refresh = makeRefreshToken({
      ...base,
      vault: {
        ...base.vault,
        write: async (id, token) => {
          if (id === account) await change('unauthorized');
          return base.vault.write(id, token);
        },
      },
    });
    await expect(refresh({ account_id: account }, deadline())).resolves.toMatchObject({
      renewed: false,
      failure: { code: 'AUTHORIZATION_LAPSED' },
    });
    expect(await row()).not.toHaveProperty('token');
  });

  it('is one alarm though WeChat says it three times', async () => {
    const { change, published } = await world.open();
    const createdAt = world.now();
    for (let time = 0; time < 3; time++) {
      await change('unauthorized', createdAt);
      world.pass(5);
    }
    expect(published).toHaveLength(1);
  });

  it('takes the place of an alarm about a permission set', async () => {
    const { runSchedule, change, row, published } = await world.open({ funcIds: [1] });
    await runSchedule();
    await change('unauthorized');
    expect((await row()).attention).toMatchObject({ authorization: { code: 'AUTHORIZATION_LAPSED' } });
    expect(published).toHaveLength(2);
  });

  it('that arrives after the owner gave it again changes nothing', async () => {
    const { runSchedule, change, row } = await world.open();
    await runSchedule();
    const withdrawn = world.now();
    await change('authorized', secondsAfter(withdrawn, 60));
    world.pass(120);
    await change('unauthorized', withdrawn);
    expect(await row()).toMatchObject({ authorization: { changed_at: secondsAfter(withdrawn, 60).toISOString() }, attention: {} });
    expect((await row()).authorization).not.toHaveProperty('lapsed');
  });

  it('and given again without a push that arrived is found by an operator who asks', async () => {
    const { runSchedule, change, row, prove, askWithToken } = await world.open();
    await runSchedule();
    await change('unauthorized');
    await expect(prove()).resolves.toMatchObject({ renewed: true });
    expect(await row()).toMatchObject({ attention: {}, authorization: { func_ids: [1, 7, 11] } });
    expect((await row()).authorization).not.toHaveProperty('lapsed');
    await expect(askWithToken()).resolves.toBe('SEND_SUCCESS');
  });

  it('ends a pause and the alarm of a failure when it is given again', async () => {
    const { refresh, version, change, row } = await world.open();
    await refresh();
    world.refuse('api_authorizer_token', 61023, 2);
    await refresh(await version());
    expect((await row()).attention).toHaveProperty('token');
    await change('authorized');
    expect(await row()).not.toHaveProperty('token_failure');
    expect((await row()).attention).toEqual({});
    await expect(refresh(await version())).resolves.toMatchObject({ renewed: true });
  });
});

it('a push about an account that nobody added is no failure, and touches no other account', async () => {
  const { platform, accounts } = await world.open();
  const other = await world.open({ row: { platform: 'another-platform' } });
  const changed = makeAuthorizationChanged({ accounts, events: { publish: async () => {} } });
  const push = { platform: await accounts.get(platform), change: 'unauthorized' as const, now: world.now() };
  await expect(changed({ ...push, authorizerAppid: 'wxnobody' })).resolves.toBe(0);
  // The other platform's account, pushed by this one.
  await expect(changed({ ...push, authorizerAppid: other.appid })).resolves.toBe(0);
  expect(await other.row()).not.toHaveProperty('authorization');
});
