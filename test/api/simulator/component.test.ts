import { describe, expect, it } from 'vitest';
import { elementsOf, open, pushToken } from './receiver.ts';
import { component_appid, runWithPlatform, two } from './running-platform.ts';
import { account } from './running-simulator.ts';

describe('api_component_token', () => {
  it('answers a token for two hours', async () => {
    const { componentToken } = await runWithPlatform();
    expect(await componentToken()).toEqual({ component_access_token: expect.any(String), expires_in: 7200 });
  });

  it('takes a ticket for twelve hours, though newer ones came', async () => {
    const { componentToken, control, pass } = await runWithPlatform();
    const component_verify_ticket = control.issueTicket(component_appid);
    control.issueTicket(component_appid);
    pass(12 * 3600 - 0.001);
    expect(await componentToken({ component_verify_ticket })).toMatchObject({ expires_in: 7200 });
    pass(0.001);
    expect(await componentToken({ component_verify_ticket })).toMatchObject({ errcode: 61005 });
  });

  it.each([
    [{ component_appid: account.appid }, 61011],
    [{ component_appsecret: 'wrong' }, 40125],
    [{ component_verify_ticket: 'ticket@@@made-up' }, 61006],
    [{ component_verify_ticket: null }, 61006],
  ])('refuses %o', async (fields, errcode) => {
    const { componentToken } = await runWithPlatform();
    expect(await componentToken(fields)).toMatchObject({ errcode });
  });

  it('does not take the ticket of another platform', async () => {
    const { componentToken, control } = await runWithPlatform();
    control.putPlatform({ component_appid: 'wx-other', component_appsecret: 's' });
    expect(await componentToken({ component_verify_ticket: control.issueTicket('wx-other') })).toMatchObject({ errcode: 61006 });
  });

  it('refuses an address that is not registered, as every component API does', async () => {
    const { componentToken, call, control, settings } = await runWithPlatform();
    control.putPlatform({ ...settings, ip_allow_list: ['203.0.113.7'] });
    const refused = { errcode: 61004, errmsg: expect.stringContaining('access clientip is not registered') };
    expect(await componentToken()).toMatchObject(refused);
    expect(await call('api_get_authorizer_list')).toMatchObject(refused);
  });
});

describe('the component token', () => {
  it.each(['component_access_token', 'access_token'])('is taken as %s', async (name) => {
    const { component, token } = await runWithPlatform();
    expect(await component('api_get_authorizer_list', { component_appid }, `${name}=${token}`)).toMatchObject({ total_count: 1 });
  });

  it('ends after two hours, or five minutes after the next one', async () => {
    const { call, componentToken, pass, control } = await runWithPlatform();
    await componentToken();
    pass(299.999);
    expect(await call('api_get_authorizer_list')).not.toHaveProperty('errcode');
    pass(0.001);
    expect(await call('api_get_authorizer_list')).toMatchObject({ errcode: 40001 });
    expect(control.revokeComponentTokens(component_appid)).toEqual({ revoked: 1 });
    expect(control.listPlatforms()).toMatchObject([{ component_token_ends_at: null }]);
  });

  it('expires', async () => {
    const { call, pass } = await runWithPlatform();
    pass(7200);
    expect(await call('api_get_authorizer_list')).toMatchObject({ errcode: 42001 });
  });

  it('cannot call for an account, nor can the token of an account call for the platform', async () => {
    const { component, token, mass, authorizerToken, plainToken } = await runWithPlatform();
    expect(await mass('get', { msg_id: '1' }, token)).toMatchObject({ errcode: 61015 });
    for (const other of [await authorizerToken(), await plainToken()])
      expect(await component('api_get_authorizer_list', { component_appid }, `access_token=${other}`)).toMatchObject({ errcode: 61014 });
    expect(await component('api_get_authorizer_list', { component_appid })).toMatchObject({ errcode: 41001 });
  });

  it('is for its own platform only', async () => {
    const { component, token } = await runWithPlatform();
    const body = { component_appid: 'wx-other' };
    expect(await component('api_get_authorizer_list', body, `access_token=${token}`)).toMatchObject({ errcode: 61011 });
  });
});

describe('the authorization', () => {
  it('is described with the refresh token and the permission sets', async () => {
    const { info } = await runWithPlatform();
    expect(await info()).toEqual({
      authorizer_info: expect.objectContaining({ user_name: expect.stringMatching(/^gh_/), service_type_info: { id: 2 } }),
      authorization_info: {
        authorizer_appid: account.appid,
        authorizer_refresh_token: expect.stringMatching(/^refreshtoken@@@/),
        func_info: [{ funcscope_category: { id: 1 } }, { funcscope_category: { id: 7 } }, { funcscope_category: { id: 11 } }],
      },
    });
  });

  it('is listed page by page', async () => {
    const { call, control, refreshToken } = await runWithPlatform();
    await control.authorize({ appid: two.appid });
    expect(await call('api_get_authorizer_list', { offset: 0, count: 1 })).toEqual({
      total_count: 2,
      list: [{ authorizer_appid: account.appid, refresh_token: await refreshToken(), auth_time: 1772416800 }],
    });
    expect(await call('api_get_authorizer_list', { offset: 1, count: 500 })).toMatchObject({ list: [{ authorizer_appid: two.appid }] });
  });

  it('gives a token for two hours, the one before works for five minutes more', async () => {
    const { authorizerToken, refusalOf, pass } = await runWithPlatform();
    const before = await authorizerToken();
    const token = await authorizerToken();
    pass(299.999);
    expect(await refusalOf(before)).toBeUndefined();
    pass(0.001);
    expect(await refusalOf(before)).toBe(40001);
    expect(await refusalOf(token)).toBeUndefined();
    pass(7200 - 300);
    expect(await refusalOf(token)).toBe(42001);
  });

  it.each([
    [{ authorizer_appid: two.appid }, 61003],
    [{ authorizer_refresh_token: 'refreshtoken@@@made-up' }, 61023],
    [{ authorizer_refresh_token: undefined }, 61023],
  ])('gives none for %o', async (fields, errcode) => {
    const { call, refreshToken } = await runWithPlatform();
    const body = { authorizer_appid: account.appid, authorizer_refresh_token: await refreshToken(), ...fields };
    expect(await call('api_authorizer_token', body)).toMatchObject({ errcode });
  });

  it('given anew ends the refresh token before, not the tokens in use; nothing is pushed when the permission sets are the same', async () => {
    const { call, control, refreshToken, authorizerToken, refusalOf, received } = await runWithPlatform();
    const before = await refreshToken();
    const token = await authorizerToken();
    expect(await control.authorize({ appid: account.appid })).toMatchObject({ event: null });
    expect(received).toEqual([]);
    expect(await call('api_authorizer_token', { authorizer_appid: account.appid, authorizer_refresh_token: before })).toMatchObject({
      errcode: 61023,
    });
    expect(await refusalOf(token)).toBeUndefined();
    expect(await refusalOf(await authorizerToken())).toBeUndefined();
  });

  it('that was withdrawn ends everything', async () => {
    const { call, control, refreshToken, authorizerToken, refusalOf } = await runWithPlatform();
    const authorizer_refresh_token = await refreshToken();
    const token = await authorizerToken();
    await control.unauthorize({ appid: account.appid });
    const body = { authorizer_appid: account.appid, authorizer_refresh_token };
    expect(await call('api_authorizer_token', body)).toMatchObject({ errcode: 61003 });
    expect(await call('api_get_authorizer_info', body)).toMatchObject({ errcode: 61003 });
    expect(await refusalOf(token)).toBe(61003);
    await expect(control.unauthorize({ appid: account.appid })).rejects.toThrow(/has not authorized/);
  });

  it('is void after a change of the password, until it is given anew', async () => {
    const { call, control, refreshToken, authorizerToken, refusalOf } = await runWithPlatform();
    const authorizer_refresh_token = await refreshToken();
    const token = await authorizerToken();
    expect(control.changePassword(account.appid)).toEqual({ appid: account.appid, platforms: [component_appid] });
    expect(await refusalOf(token)).toBe(42007);
    expect(await call('api_authorizer_token', { authorizer_appid: account.appid, authorizer_refresh_token })).toMatchObject({
      errcode: 42007,
    });
    await control.authorize({ appid: account.appid });
    expect(await refusalOf(await authorizerToken())).toBeUndefined();
  });
});

describe('a mass message', () => {
  it('is sent, asked for and deleted with the token of the authorization', async () => {
    const { mass, authorizerToken, pass } = await runWithPlatform();
    const token = await authorizerToken();
    const body = { filter: { is_to_all: true }, msgtype: 'mpnews', mpnews: { media_id: 'M' } };
    expect(await mass('sendall', body, token)).toMatchObject({ errcode: 0, msg_id: 3147483331 });
    pass(10);
    expect(await mass('get', { msg_id: '3147483331' }, token)).toMatchObject({ msg_status: 'SEND_SUCCESS' });
    expect(await mass('delete', { msg_id: 3147483331 }, token)).toEqual({ errcode: 0, errmsg: 'ok' });
  });

  it('of an account that did not grant permission set 7 is none of the platform', async () => {
    const { control, authorizerToken, refusalOf } = await runWithPlatform();
    const token = await authorizerToken();
    await control.authorize({ appid: account.appid, func_ids: [1, 11] });
    expect(await refusalOf(token)).toBe(61007);
    await control.authorize({ appid: account.appid, func_ids: [7] });
    expect(await refusalOf(token)).toBeUndefined();
  });

  it('is pushed to the platform, encrypted with its key and naming it inside', async () => {
    const { control, received } = await runWithPlatform();
    const { msg_id } = control.createMassMessage({ appid: account.appid });
    control.createMassMessage({ appid: two.appid });
    await control.pushNow(msg_id);
    expect(received).toMatchObject([{ path: `/messages/${account.appid}`, query: { encrypt_type: 'aes', openid: expect.any(String) } }]);
    const [push] = received;
    if (!push) throw new Error('nothing was received');
    expect(Object.keys(elementsOf(push.body))).toEqual(['ToUserName', 'Encrypt']);
    expect(open(push)).toMatchObject({ id: component_appid, elements: { Event: 'MASSSENDJOBFINISH', MsgID: msg_id } });
  });

  it('is pushed to the server of the account when the platform takes no messages, and after the authorization ended', async () => {
    const { control, received, settings, url } = await runWithPlatform();
    control.putAccount({ ...account, protection: false, push: { url: `${url}/own`, token: pushToken } });
    control.putPlatform({ ...settings, message_url: null });
    await control.pushNow(control.createMassMessage({ appid: account.appid }).msg_id);
    control.putPlatform(settings);
    await control.pushNow(control.createMassMessage({ appid: account.appid }).msg_id);
    await control.unauthorize({ appid: account.appid });
    await control.pushNow(control.createMassMessage({ appid: account.appid }).msg_id);
    expect(received.map(({ path }) => path)).toEqual(['/own', `/messages/${account.appid}`, '/events', '/own']);
  });
});
