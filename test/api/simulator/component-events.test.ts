import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../../local/simulator/simulator.ts';
import { elementsOf, open, pushKey, pushToken } from './receiver.ts';
import { accounts, component_appid, platform, runWithPlatform, two } from './running-platform.ts';
import { account, runSimulator } from './running-simulator.ts';

describe('the events of the platform', () => {
  const events = async (simulator: Awaited<ReturnType<typeof runWithPlatform>>) => {
    await simulator.control.deliverPushes();
    return simulator.received.map((push) => open(push).elements);
  };

  it('are encrypted beside the AppID and name the platform inside', async () => {
    const { control, received } = await runWithPlatform();
    expect(await control.pushTicket(component_appid)).toMatchObject({ event: 'component_verify_ticket', state: 'delivered', msg_id: null });
    const [push] = received;
    if (!push) throw new Error('nothing was received');
    expect(push).toMatchObject({ method: 'POST', path: '/events', query: { encrypt_type: 'aes' } });
    expect(push.query).not.toHaveProperty('openid');
    expect(elementsOf(push.body)).toEqual({ AppId: component_appid, Encrypt: expect.any(String) });
    expect(open(push)).toMatchObject({
      id: component_appid,
      elements: { AppId: component_appid, CreateTime: '1772416800', InfoType: 'component_verify_ticket' },
    });
  });

  it('bring a ticket that works every ten minutes', async () => {
    const simulator = await runWithPlatform();
    simulator.control.advanceClock(599.999);
    expect(await events(simulator)).toEqual([]);
    simulator.control.advanceClock(0.001);
    expect(await events(simulator)).toHaveLength(1);
    simulator.control.advanceClock(3000);
    const tickets = await events(simulator);
    expect(tickets.map(({ CreateTime }) => Number(CreateTime) - 1772416800)).toEqual([600, 1200, 1800, 2400, 3000, 3600]);
    const component_verify_ticket = tickets[0]?.['ComponentVerifyTicket'];
    expect(await simulator.componentToken({ component_verify_ticket })).toMatchObject({ expires_in: 7200 });
  });

  it('do not bring tickets that are dead already after a leap of the clock', async () => {
    const simulator = await runWithPlatform();
    simulator.control.advanceClock(30 * 24 * 3600);
    expect(await events(simulator)).toHaveLength(72);
  });

  it('bring a code with the authorization that is good once, for ten minutes', async () => {
    const simulator = await runWithPlatform();
    const { control, call, received, pass } = simulator;
    expect(await control.authorize({ appid: two.appid, func_ids: [1, 7] })).toMatchObject({
      event: { state: 'delivered', event: 'authorized' },
      authorizers: [{ appid: account.appid }, { appid: two.appid, func_ids: [1, 7] }],
    });
    const [event] = await events(simulator);
    expect(event).toMatchObject({
      AuthorizerAppid: two.appid,
      AuthorizationCodeExpiredTime: '1772417400',
      PreAuthCode: expect.any(String),
    });
    const authorization_code = event?.['AuthorizationCode'];
    expect(await call('api_query_auth', { authorization_code })).toEqual({
      authorization_info: {
        authorizer_appid: two.appid,
        authorizer_access_token: expect.any(String),
        expires_in: 7200,
        authorizer_refresh_token: expect.any(String),
        func_info: [{ funcscope_category: { id: 1 } }, { funcscope_category: { id: 7 } }],
      },
    });
    expect(await call('api_query_auth', { authorization_code })).toMatchObject({ errcode: 61009 });
    await control.authorize({ appid: two.appid, func_ids: [7] });
    const [, updated] = received.map((push) => open(push).elements);
    expect(updated).toMatchObject({ InfoType: 'updateauthorized' });
    pass(600);
    expect(await call('api_query_auth', { authorization_code: updated?.['AuthorizationCode'] })).toMatchObject({ errcode: 61010 });
  });

  it('bring a code that is of no use to another platform', async () => {
    const simulator = await runWithPlatform();
    const { control, component, componentToken } = simulator;
    const other = { component_appid: 'wx-other', component_appsecret: 'secret-other' };
    control.putPlatform(other);
    const token = await componentToken({ ...other, component_verify_ticket: control.issueTicket('wx-other') });
    await control.authorize({ component_appid, appid: two.appid });
    const [event] = await events(simulator);
    const body = { component_appid: 'wx-other', authorization_code: event?.['AuthorizationCode'] };
    expect(await component('api_query_auth', body, `access_token=${token['component_access_token']}`)).toMatchObject({ errcode: 61009 });
  });

  it('tell of an authorization that ended, without a code', async () => {
    const simulator = await runWithPlatform();
    await simulator.control.unauthorize({ component_appid, appid: account.appid });
    expect(await events(simulator)).toEqual([
      { AppId: component_appid, CreateTime: '1772416800', InfoType: 'unauthorized', AuthorizerAppid: account.appid },
    ]);
  });

  it('are held back and lost by order', async () => {
    const { control, received } = await runWithPlatform();
    await control.orderPushes(component_appid, 'hold');
    expect(await control.pushTicket(component_appid)).toMatchObject({ state: 'held' });
    await control.orderPushes(component_appid, 'drop');
    expect(await control.pushTicket(component_appid)).toMatchObject({ state: 'dropped' });
    await control.orderPushes(component_appid, 'deliver');
    expect(control.listPushes()).toMatchObject([{ state: 'delivered' }, { state: 'dropped' }]);
    expect(received).toHaveLength(1);
  });

  it('go nowhere when the platform has no server', async () => {
    const { control } = await runSimulator({ accounts, platforms: [platform] });
    expect(await control.authorize({ appid: two.appid })).toMatchObject({ event: null });
    await expect(control.pushTicket(component_appid)).rejects.toThrow(/no push settings/);
    control.advanceClock(3600);
    expect(await control.deliverPushes()).toEqual([]);
  });
});

it('does over HTTP what the handle does in process', async () => {
  const { json, request, control, token, settings } = await runWithPlatform();
  expect(await json('POST', '/_simulator/platforms', { ...platform, component_appid: 'wx-new', authorizers: [two.appid] })).toMatchObject({
    component_appid: 'wx-new',
    push: null,
    authorizers: [{ appid: two.appid, func_ids: [1, 7, 11] }],
  });
  const path = `/_simulator/platforms/${component_appid}`;
  expect(await json('POST', `${path}/ticket`)).toMatchObject({ state: 'delivered' });
  expect(await json('POST', `${path}/authorize`, { appid: two.appid, func_ids: [7] })).toMatchObject({ event: { event: 'authorized' } });
  expect(await json('POST', `${path}/unauthorize`, { appid: two.appid })).toMatchObject({ event: { event: 'unauthorized' } });
  expect(await json('POST', `${path}/revoke-tokens`)).toEqual({ revoked: 1 });
  expect(await json('POST', `/_simulator/accounts/${account.appid}/change-password`)).toEqual({
    appid: account.appid,
    platforms: [component_appid],
  });
  expect(await json('GET', '/_simulator')).toEqual(control.overview());
  expect(await request('POST', `${path}/authorize`, { appid: 'wx-none' })).toMatchObject({ status: 404 });
  expect(await request('POST', '/_simulator/platforms', { ...settings, message_url: 'http://x/none' })).toMatchObject({ status: 400 });
  expect(await request('POST', '/_simulator/platforms/wx-none/ticket')).toMatchObject({ status: 404 });
  const { text } = await request('GET', '/_simulator');
  for (const secret of [token, platform.component_appsecret, pushKey, pushToken, 'ticket@@@', 'refreshtoken@@@', 'queryauthcode@@@'])
    expect(text).not.toContain(secret);
});

it('is back at its start after a reset', async () => {
  const { control, call, refusalOf, authorizerToken, received } = await runWithPlatform();
  const before = control.listPlatforms().map(({ authorizers, ...rest }) => ({ ...rest, component_token_ends_at: null, authorizers }));
  const token = await authorizerToken();
  await control.unauthorize({ appid: account.appid });
  control.putPlatform({ component_appid: 'wx-new', component_appsecret: 's' });
  await control.authorize({ component_appid, appid: two.appid });
  control.advanceClock(3600);
  await control.deliverPushes();
  control.reset();
  received.length = 0;
  control.advanceClock(600);
  await control.deliverPushes();
  expect(received).toHaveLength(1);
  control.reset();
  expect(control.listPlatforms()).toEqual(before);
  expect(await refusalOf(token)).toBe(40001);
  expect(await call('api_get_authorizer_list')).toMatchObject({ errcode: 40001 });
});

it('asks for the platform only when there are several', async () => {
  const { control } = await runWithPlatform();
  control.putPlatform({ component_appid: 'wx-new', component_appsecret: 's' });
  await expect(control.authorize({ appid: two.appid })).rejects.toThrow(/component_appid is needed.*wx-platform.*wx-new/);
});

it('does not start with an authorizer that is not there', async () => {
  await expect(startSimulator({ platforms: [{ ...platform, authorizers: ['wx-none'] }] })).rejects.toThrow(/no account "wx-none"/);
});
