import { expect, it } from 'vitest';
import { account, runSimulator } from './running-simulator.ts';

const awaiting = { msg_id: '77', awaiting_confirmation: true };

it.each([
  ['/accounts', { ...account, protecton: true }, /protecton/],
  ['/accounts', { appid: 'wx-new', secret: 's' }, /protection/],
  ['/accounts/wx-one/ip-allow-list', { addresses: ['everywhere'] }, /addresses\[0\]/],
  ['/accounts/wx-one/secret', { frozen: 'yes' }, /frozen/],
  ['/mass-messages', { msgid: '1' }, /msgid/],
  ['/mass-messages', { msg_id: '9223372036854775808' }, /64-bit/],
  ['/mass-messages', { msg_id: '-1' }, /64-bit/],
  ['/mass-messages', { result: 'perhaps' }, /result/],
  ['/mass-messages/77/administrator', { action: 'agree' }, /action/],
  ['/faults', { fault: { kind: 'flood' } }, /kind/],
  ['/faults', { fault: { kind: 'cut', ms: 1 } }, /ms/],
  ['/faults', { path: '/_simulator', fault: { kind: 'cut' } }, /path/],
  ['/faults', { times: 0, fault: { kind: 'cut' } }, /times/],
  ['/clock', { advance_seconds: -1 }, /advance_seconds/],
  ['/clock', {}, /advance_seconds/],
  ['/clock', '{', /not JSON/],
])('POST %s with %o is a 400 that says what is wrong', async (path, body, message) => {
  const { request, control } = await runSimulator();
  control.createMassMessage(awaiting);
  const { status, text } = await request('POST', `/_simulator${path}`, body);
  expect(status).toBe(400);
  expect(JSON.parse(text).error).toMatch(message);
});

it.each([
  ['GET', '/nothing', 404, /there is no \/_simulator\/nothing/],
  ['POST', '/accounts/wx-none/revoke-tokens', 404, /wx-none.*wx-one/],
  ['GET', '/mass-messages/1', 404, /mass message 1$/],
  ['GET', '/mass-messages/1/truth', 404, /mass message 1$/],
  ['DELETE', '/calls', 405, /takes GET, not DELETE/],
  ['GET', '/mass-messages/%zz', 400, /percent/],
  ['GET', '/calls?last=x', 400, /number/],
])('%s %s is a %i that says why', async (method, path, expected, message) => {
  const { request } = await runSimulator();
  const { status, text } = await request(method, `/_simulator${path}`);
  expect(status).toBe(expected);
  expect(JSON.parse(text).error).toMatch(message);
});

it('does over HTTP what the handle does in process', async () => {
  const { json, control, pass } = await runSimulator();
  expect(await json('POST', '/_simulator/mass-messages', '{"msg_id":9007199254740993,"sending_seconds":60}')).toMatchObject({
    msg_id: '9007199254740993',
    truth: 'awaiting_confirmation',
    confirmation_deadline: '2026-03-02T02:30:00.000Z',
  });
  const message = '/_simulator/mass-messages/9007199254740993';
  expect(await json('POST', `${message}/administrator`, { action: 'confirm', after_seconds: 5 })).toMatchObject({
    truth: 'awaiting_confirmation',
  });
  pass(5);
  expect(await json('GET', `${message}/truth`)).toEqual({ msg_id: '9007199254740993', truth: 'sending' });
  expect(await json('GET', message)).toEqual(control.getMassMessage('9007199254740993'));
  expect(await json('GET', '/_simulator')).toEqual(control.overview());
});

it('adds an account that works at once, and takes over new settings of one that exists', async () => {
  const { json, plain, control } = await runSimulator();
  const two = { appid: 'wx-two', secret: 'secret-two' };
  await json('POST', '/_simulator/accounts', { ...two, protection: false, limits: { token_per_day: 1 } });
  expect(await plain(two)).not.toHaveProperty('errcode');
  expect(await plain(two)).toMatchObject({ errcode: 45009 });
  await json('POST', '/_simulator/accounts', { ...two, protection: true, secret_frozen: true, administrator: { action: 'refuse' } });
  expect(await plain(two)).toMatchObject({ errcode: 40243 });
  expect(control.listAccounts()).toMatchObject([{ appid: 'wx-one' }, { appid: 'wx-two', protection: true, secret_frozen: true }]);
});

it('freezes, limits and revokes over HTTP', async () => {
  const { json, plain, plainToken, refusalOf } = await runSimulator();
  const token = await plainToken();
  expect(await json('POST', '/_simulator/accounts/wx-one/revoke-tokens')).toEqual({ revoked: 1 });
  expect(await refusalOf(token)).toBe(40001);
  await json('POST', '/_simulator/accounts/wx-one/secret', { frozen: true });
  expect(await plain()).toMatchObject({ errcode: 40243 });
  await json('POST', '/_simulator/accounts/wx-one/secret', { frozen: false });
  await json('POST', '/_simulator/accounts/wx-one/ip-allow-list', { addresses: [] });
  expect(await plain()).toMatchObject({ errcode: 40164 });
  await json('POST', '/_simulator/accounts/wx-one/ip-allow-list', { addresses: null });
  expect(await plain()).not.toHaveProperty('errcode');
});

it('asks for the appid only when there are several accounts', async () => {
  const { control } = await runSimulator();
  expect(control.createMassMessage().appid).toBe('wx-one');
  control.putAccount({ ...account, appid: 'wx-two' });
  expect(() => control.createMassMessage()).toThrow(/appid is needed.*wx-one.*wx-two/);
});

it('gives an id once', async () => {
  const { control, request } = await runSimulator();
  control.createMassMessage({ msg_id: '3147483331' });
  expect(control.createMassMessage().msg_id).toBe('3147483332');
  expect(await request('POST', '/_simulator/mass-messages', { msg_id: '3147483332' })).toMatchObject({ status: 409 });
});

it('numbers what was sent by hand as the console does', async () => {
  const { control } = await runSimulator();
  expect(control.createMassMessage({ by_api: false })).toMatchObject({ msg_id: '1000000001', by_api: false });
  expect(control.createMassMessage().msg_id).toBe('3147483331');
});

it('cannot have a message confirmed that does not wait', async () => {
  const { control, request } = await runSimulator();
  const { msg_id } = control.createMassMessage({ to_all: false });
  expect(await request('POST', `/_simulator/mass-messages/${msg_id}/administrator`, { action: 'confirm' })).toMatchObject({
    status: 409,
    text: expect.stringContaining('sending'),
  });
});

it('moves its own clock on, with everything that follows from it', async () => {
  const { json, control, stableToken, refusalOf } = await runSimulator();
  const { msg_id } = control.createMassMessage();
  const { access_token } = await stableToken();
  expect(await json('POST', '/_simulator/clock', { advance_seconds: 7200 })).toEqual({ now: '2026-03-02T04:00:00.000Z' });
  expect(control.truth(msg_id)).toBe('confirmation_expired');
  expect(await refusalOf(access_token)).toBe(42001);
});

it('forgets everything on a reset but the accounts it was started with', async () => {
  const { json, control, plainToken, refusalOf } = await runSimulator();
  const token = await plainToken();
  const fresh = { ...control.overview(), accounts: [{ ...control.listAccounts()[0], token_ends_at: null }] };
  control.putAccount({ ...account, appid: 'wx-two' });
  control.freezeSecret(account.appid);
  control.createMassMessage({ appid: 'wx-one' });
  control.orderFault({ fault: { kind: 'cut' } });
  control.advanceClock(100);
  await json('POST', '/_simulator/reset');
  expect(control.overview()).toEqual(fresh);
  expect(control.calls()).toEqual({ counts: {}, calls: [] });
  expect(await refusalOf(token)).toBe(40001);
});

it.each(['/', '//', '/cgi-bin/%zz', '/_simulatored', '/cgi-bin/message/mass/speed/get'])(
  'answers 404 to any other path: %s',
  async (path) => {
    const { request } = await runSimulator();
    expect(await request('POST', path, {})).toMatchObject({ status: 404 });
  },
);
