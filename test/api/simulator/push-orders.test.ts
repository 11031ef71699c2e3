import { expect, it, vi } from 'vitest';
import { startSimulator } from '../../../local/simulator/simulator.ts';
import { elementsOf, isSigned, open, pushKey, pushToken, type Received, say } from './receiver.ts';
import { account } from './running-simulator.ts';
import { first, runWithServer } from './running-with-server.ts';

it('by order a push comes before mass/get knows, and then not again', async () => {
  const { control, mass, received } = await runWithServer();
  const { msg_id } = control.createMassMessage({ result: 'failed' });
  expect(await control.pushNow(msg_id)).toMatchObject({ state: 'delivered', msg_id });
  expect(open(first(received)).elements).toMatchObject({ Status: 'send fail', CreateTime: '1772416800' });
  expect(await mass('get', { msg_id })).toMatchObject({ msg_status: 'SENDING' });
  control.advanceClock(10);
  await control.deliverPushes();
  expect(received).toHaveLength(1);
  await expect(control.pushNow(msg_id)).rejects.toThrow(/pushed already/);
});

it('by order a push comes again, the same inside and with another signature', async () => {
  const { control, received } = await runWithServer();
  const { msg_id } = control.createMassMessage({ sending_seconds: 0 });
  await expect(control.pushAgain(msg_id)).rejects.toThrow(/not pushed yet/);
  await control.deliverPushes();
  control.advanceClock(60);
  expect((await control.pushAgain(msg_id)).attempts).toHaveLength(2);
  const [one, two] = received.map((push) => open(push).message);
  expect(two).toBe(one);
  expect(received[1]?.query['timestamp']).toBe('1772416860');
});

it('does not push a second time what the administrator decides after the push', async () => {
  const { control, received } = await runWithServer();
  const { msg_id } = control.createMassMessage({ awaiting_confirmation: true });
  await control.pushNow(msg_id);
  control.tellAdministrator(msg_id, { action: 'confirm' });
  control.advanceClock(1800);
  await control.deliverPushes();
  expect(received).toHaveLength(1);
});

it('by order a push is lost', async () => {
  const { control, received, state } = await runWithServer();
  control.createMassMessage({ push: 'drop' });
  const { msg_id } = control.createMassMessage();
  await control.orderPush(msg_id, 'drop');
  control.advanceClock(10);
  await control.deliverPushes();
  expect(state()).toEqual(['dropped', 'dropped']);
  expect(received).toEqual([]);
});

it('by order a push is held back and comes late', async () => {
  const { control, received, state } = await runWithServer();
  const { msg_id } = control.createMassMessage({ push: 'hold' });
  control.createMassMessage();
  control.advanceClock(10);
  await control.deliverPushes();
  expect(state()).toEqual(['held', 'delivered']);
  await expect(control.pushAgain(msg_id)).rejects.toThrow(/not pushed yet/);
  control.advanceClock(3600);
  await control.orderPush(msg_id, 'deliver');
  expect(state()).toEqual(['delivered', 'delivered']);
  expect(received[1]?.query['timestamp']).toBe('1772420410');
  expect(received[1] && open(received[1]).elements['CreateTime']).toBe('1772416810');
});

it('by order all pushes of an account are held back, and those of one message are not', async () => {
  const { control, state } = await runWithServer();
  await control.orderPushes(account.appid, 'hold');
  control.createMassMessage();
  control.createMassMessage({ push: 'deliver' });
  control.advanceClock(10);
  await control.deliverPushes();
  expect(state()).toEqual(['held', 'delivered']);
  await control.orderPushes(account.appid, 'deliver');
  expect(state()).toEqual(['delivered', 'delivered']);
});

it.each([
  [{ wrong_signature: true }, (push: Received) => expect(() => open(push)).toThrow('msg_signature')],
  [{ wrong_signature: true, unencrypted: true }, (push: Received) => expect(isSigned(push)).toBe(false)],
  [{ timestamp_offset_seconds: -600 }, ({ query }: Received) => expect(query['timestamp']).toBe('1772416200')],
  [{ receiveid: 'wx-other' }, (push: Received) => expect(open(push).id).toBe('wx-other')],
  [{ truncated: true }, ({ body }: Received) => expect(body).not.toContain('</xml>')],
  [{ unencrypted: true }, ({ body }: Received) => expect(elementsOf(body)).toMatchObject({ MsgID: '3147483331' })],
  [
    { msg_id: '77', status: 'err(20431)' },
    (push: Received) => expect(open(push).elements).toMatchObject({ MsgID: '77', Status: 'err(20431)' }),
  ],
  [{ xml: '<xml><MsgType>text</MsgType></xml>' }, (push: Received) => expect(open(push).elements).toEqual({ MsgType: 'text' })],
] as const)('a push is another than WeChat would make: %o', async (order, check) => {
  const { control, received } = await runWithServer({}, { answers: [say('', 403)] });
  expect(await control.sendPush(order)).toMatchObject({ state: 'lost', attempts: [{ status: 403 }] });
  check(first(received));
});

it('by order the address is verified as the console does it', async () => {
  const { control, received } = await runWithServer(
    {},
    {
      answers: [(response, { query }) => response.end(query['echostr']), say('success')],
    },
  );
  expect(await control.verifyUrl(account.appid)).toEqual({
    verified: true,
    status: 200,
    answer: received[0]?.query['echostr'],
    error: null,
  });
  expect(first(received)).toMatchObject({ method: 'GET', query: { from: 'console', echostr: expect.stringMatching(/^\d+$/) } });
  expect(isSigned(first(received))).toBe(true);
  expect(await control.verifyUrl(account.appid)).toMatchObject({ verified: false, answer: 'success' });
});

it('does over HTTP what the handle does in process', async () => {
  const { json, request, control, received } = await runWithServer();
  const { msg_id } = control.createMassMessage();
  expect(await json('POST', `/_simulator/mass-messages/${msg_id}/push`, { order: 'hold' })).toEqual({ msg_id, order: 'hold' });
  expect(await json('POST', `/_simulator/mass-messages/${msg_id}/push-now`)).toMatchObject({ state: 'delivered' });
  expect(await json('POST', `/_simulator/mass-messages/${msg_id}/push-again`)).toMatchObject({ attempts: [{}, {}] });
  expect(await json('POST', '/_simulator/pushes', { status: 'send fail' })).toMatchObject({ push_id: 2, state: 'delivered' });
  expect(await json('POST', `/_simulator/pushes/${account.appid}`, { order: 'drop' })).toEqual({ appid: account.appid, order: 'drop' });
  control.createMassMessage({ sending_seconds: 0 });
  expect(await json('POST', '/_simulator/pushes/deliver')).toMatchObject({ pushes: [{}, {}, { state: 'dropped' }] });
  expect(await json('POST', `/_simulator/accounts/${account.appid}/verify-url`)).toMatchObject({ verified: false });
  expect(await json('GET', '/_simulator/pushes')).toEqual({ pushes: control.listPushes() });
  expect(received).toHaveLength(4);
  expect(await request('POST', `/_simulator/mass-messages/${msg_id}/push-now`)).toMatchObject({ status: 409 });
  expect(await request('POST', '/_simulator/pushes/wx-none', { order: 'drop' })).toMatchObject({ status: 404 });
});

it.each([
  ['/accounts', { ...account, push: { url: 'ftp://x', token: pushToken } }, /url/],
  ['/accounts', { ...account, push: { url: 'http://x', token: 'a-b' } }, /token/],
  ['/accounts', { ...account, push: { url: 'http://x', token: pushToken, encoding_aes_key: 'short' } }, /43/],
  ['/accounts', { ...account, push: { url: 'http://x', token: pushToken, mode: 'safe' } }, /needed in modes/],
  ['/pushes', { sstatus: 'send success' }, /sstatus/],
  ['/mass-messages', { push: 'later' }, /push/],
])('POST %s with %o is a 400 that says what is wrong', async (path, body, message) => {
  const { request } = await runWithServer();
  const { status, text: answer } = await request('POST', `/_simulator${path}`, body);
  expect(status).toBe(400);
  expect(JSON.parse(answer).error).toMatch(message);
});

it('refuses to start with push settings that the console would not take', async () => {
  const push = { url: 'http://x', token: pushToken, encoding_aes_key: 'short' };
  await expect(startSimulator({ accounts: [{ ...account, push }] })).rejects.toThrow(/43/);
});

it('forgets pushes and orders on a reset, and what was under way is cut', async () => {
  const { control, received } = await runWithServer({}, { answers: [() => {}, say('success')] });
  await control.orderPushes(account.appid, 'deliver');
  control.createMassMessage({ sending_seconds: 0 });
  control.createMassMessage({ sending_seconds: 60 });
  const settled = control.deliverPushes();
  await vi.waitFor(() => expect(received).toHaveLength(1));
  control.reset();
  await settled;
  expect(control.listPushes()).toEqual([]);
  control.advanceClock(60);
  expect(await control.deliverPushes()).toEqual([]);
  expect(received).toHaveLength(1);
});

it('shows neither the token nor the key', async () => {
  const { request, control } = await runWithServer();
  control.createMassMessage({ sending_seconds: 0 });
  await control.deliverPushes();
  for (const path of ['', '/pushes']) {
    const { text: answer } = await request('GET', `/_simulator${path}`);
    expect(answer).not.toContain(pushToken);
    expect(answer).not.toContain(pushKey);
  }
});
