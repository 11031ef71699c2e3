import { decrypt, getSignature } from '@wecom/crypto';
import { OpenPlatform } from 'node-easywechat';
import { describe, expect, it } from 'vitest';
import WXBizMsgCrypt from 'wechat-crypto';
import { elementsOf, pushKey, pushToken, receive } from '../receiver.ts';
import { account, runSimulator } from '../running-simulator.ts';
import { coWechatApi, MemoryCache, massMessageCalls } from './clients.ts';
import { serveEasyWechat } from './easywechat-server.ts';

const component = { component_appid: 'wx-platform', component_appsecret: 'secret-platform' };
const { component_appid } = component;
const { appid } = account;
const success = { msg_status: 'SEND_SUCCESS' };
const refusal = (errcode: number) => new RegExp(`"errcode":${errcode},`);

/** A platform whose server and calls are node-easywechat's. It has its ticket, and `wx-one` has authorized it while it listened. */
const runPlatform = async ({ func_ids = [1, 7] } = {}) => {
  const cache = new MemoryCache();
  const messages: Record<string, unknown>[] = [];
  const serverUrl: string = await serveEasyWechat((request, path) => {
    const app = path === '/events' ? platform() : platform().getOfficialAccountWithAccessToken(path.slice(1), 'unused');
    return app
      .setRequest(request)
      .getServer()
      .with((message, next) => {
        messages.push(message.toObject());
        return next?.(message);
      })
      .serve();
  });
  const push = { url: `${serverUrl}/events`, token: pushToken, encoding_aes_key: pushKey };
  const simulator = await runSimulator({ platforms: [{ ...component, push, message_url: `${serverUrl}/$APPID$` }] });
  const { control, url } = simulator;
  const platform = () =>
    new OpenPlatform({
      app_id: component_appid,
      secret: component.component_appsecret,
      token: pushToken,
      aes_key: pushKey,
      http: { baseURL: url },
    }).setCache(cache);

  await control.pushTicket(component_appid);
  const { event } = await control.authorize({ appid, func_ids });
  const app = platform();
  const authorization = await app.getAuthorization(String(messages[1]?.['AuthorizationCode']));
  const { msg_id } = control.createMassMessage({ to_all: false, sending_seconds: 0 });
  const call = async (name: string, body: object = {}) =>
    (await app.getClient().postJson(`cgi-bin/component/${name}`, { component_appid, ...body })).toObject();
  return { ...simulator, cache, messages, app, event, authorization, refreshToken: authorization.getRefreshToken(), msg_id, call };
};

describe('node-easywechat', () => {
  it('takes the ticket and the authorization, and acts for the account', async () => {
    const { control, event, authorization, messages, app, refreshToken, msg_id } = await runPlatform();
    expect(event).toMatchObject({ event: 'authorized', state: 'delivered', attempts: [{ status: 200, answer: 'success' }] });
    expect(messages).toMatchObject([
      { InfoType: 'component_verify_ticket', AppId: component_appid },
      { InfoType: 'authorized', AuthorizerAppid: appid },
    ]);
    expect(authorization.getAppId()).toBe(appid);
    const mass = massMessageCalls(await app.getOfficialAccountWithRefreshToken(appid, refreshToken));
    expect(await mass('get', { msg_id })).toMatchObject(success);
    expect(await mass('delete', { msg_id })).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(control.truth(msg_id)).toBe('deleted');
  });

  it('fetches one token for the platform and one for the account', async () => {
    const { control, app, authorization, refreshToken, msg_id } = await runPlatform();
    const tokens = new Set([authorization.getAccessToken().toString()]);
    for (let time = 0; time < 3; time += 1) tokens.add(await app.getAuthorizerAccessToken(appid, refreshToken));
    expect(tokens.size).toBe(2); // the one that came with the authorization, and the one that the refresh token fetched
    for (const token of tokens) {
      const mass = massMessageCalls(app.getOfficialAccountWithAccessToken(appid, token));
      expect(await mass('get', { msg_id })).toMatchObject(success);
    }
    const { counts } = control.calls(0);
    expect(counts['/cgi-bin/component/api_component_token']).toBe(1);
    expect(counts['/cgi-bin/component/api_authorizer_token']).toBe(1);
  });

  it('finds out about the account and its permission sets', async () => {
    const { call, refreshToken } = await runPlatform({ func_ids: [1, 7, 11] });
    expect(await call('api_get_authorizer_info', { authorizer_appid: appid })).toMatchObject({
      authorization_info: {
        authorizer_appid: appid,
        authorizer_refresh_token: refreshToken,
        func_info: [1, 7, 11].map((id) => ({ funcscope_category: { id } })),
      },
    });
    expect(await call('api_get_authorizer_list', { offset: 0, count: 100 })).toMatchObject({ total_count: 1 });
  });

  it('does not renew the token of the platform that is refused, until its cache is emptied', async () => {
    const { control, app, refreshToken, cache } = await runPlatform();
    control.revokeComponentTokens(component_appid);
    await expect(app.refreshAuthorizerToken(appid, refreshToken)).rejects.toThrow(refusal(40001));
    await expect(app.refreshAuthorizerToken(appid, refreshToken)).rejects.toThrow(refusal(40001));
    cache.clear();
    await expect(app.refreshAuthorizerToken(appid, refreshToken)).rejects.toThrow('No component_verify_ticket found');
    await control.pushTicket(component_appid);
    expect(await app.refreshAuthorizerToken(appid, refreshToken)).toMatchObject({ authorizer_refresh_token: refreshToken });
  });

  it('is told that its refresh token is dead when the account has authorized anew', async () => {
    const { control, messages, app, refreshToken, msg_id } = await runPlatform();
    await control.authorize({ appid, func_ids: [1, 7, 11] });
    await expect(app.getAuthorizerAccessToken(appid, refreshToken)).rejects.toThrow(refusal(61023));
    const { InfoType, AuthorizationCode } = messages[2] ?? {};
    expect(InfoType).toBe('updateauthorized');
    const renewed = await app.getAuthorization(String(AuthorizationCode));
    const mass = massMessageCalls(await app.getOfficialAccountWithRefreshToken(appid, renewed.getRefreshToken()));
    expect(await mass('get', { msg_id })).toMatchObject(success);
  });

  it('is told when the authorization ends, and can do nothing any more', async () => {
    const { control, messages, app, authorization, refreshToken, msg_id } = await runPlatform();
    await control.unauthorize({ appid });
    expect(messages[2]).toMatchObject({ InfoType: 'unauthorized', AuthorizerAppid: appid });
    await expect(app.refreshAuthorizerToken(appid, refreshToken)).rejects.toThrow(refusal(61003));
    const mass = massMessageCalls(app.getOfficialAccount(authorization.getAccessToken()));
    expect(await mass('get', { msg_id })).toMatchObject({ errcode: 61003 });
  });

  it('hands over that permission set 7 is missing', async () => {
    const { app, authorization, msg_id } = await runPlatform({ func_ids: [1, 11] });
    const mass = massMessageCalls(app.getOfficialAccount(authorization.getAccessToken()));
    expect(await mass('get', { msg_id })).toMatchObject({ errcode: 61007 });
  });

  it('opens the messages of its accounts with the key of the platform', async () => {
    const { control, messages, msg_id } = await runPlatform();
    expect(await control.deliverPushes()).toMatchObject([{}, {}, { event: 'MASSSENDJOBFINISH', state: 'delivered' }]);
    expect(messages[2]).toMatchObject({ Event: 'MASSSENDJOBFINISH', MsgID: msg_id, Status: 'send success' });
  });
});

it('co-wechat-api, which knows no platforms, calls with a token of the authorization and leaves its renewal to others', async () => {
  const { control, url, authorization, msg_id } = await runPlatform();
  const accessToken = authorization.getAccessToken().toString();
  const api = coWechatApi(url, { load: async () => ({ accessToken, expireTime: Number.POSITIVE_INFINITY }), isFinal: true });
  expect(await api.getMassMessageStatus(msg_id)).toMatchObject(success);
  control.revokeTokens(appid);
  await expect(api.getMassMessageStatus(msg_id)).rejects.toMatchObject({ code: 40001 });
  expect(control.calls(0).counts).not.toHaveProperty('/cgi-bin/token');
});

it('wechat-crypto and @wecom/crypto open the ticket and find the platform inside', async () => {
  const { url, received } = await receive();
  const push = { url, token: pushToken, encoding_aes_key: pushKey };
  const { control } = await runSimulator({ platforms: [{ ...component, push }] });
  await control.pushTicket(component_appid);
  const [event] = received;
  const Encrypt = String(elementsOf(event?.body ?? '')['Encrypt']);
  const { timestamp = '', nonce = '', msg_signature } = event?.query ?? {};
  const crypt = new WXBizMsgCrypt(pushToken, pushKey, component_appid);
  expect(crypt.getSignature(timestamp, nonce, Encrypt)).toBe(msg_signature);
  expect(getSignature(pushToken, timestamp, nonce, Encrypt)).toBe(msg_signature);
  for (const { message, id } of [crypt.decrypt(Encrypt), decrypt(pushKey, Encrypt)]) {
    expect(id).toBe(component_appid);
    expect(elementsOf(message)).toMatchObject({ InfoType: 'component_verify_ticket', ComponentVerifyTicket: expect.any(String) });
  }
});
