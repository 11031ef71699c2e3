import { expect, it } from 'vitest';
import { account, runSimulator } from './running-simulator.ts';

/** The simulator of these tests begins at 10:00 in Beijing. */
const untilMidnight = 14 * 3600;

const runWithLimits = async (limits: object) => {
  const simulator = await runSimulator({
    accounts: [
      { ...account, protection: false, limits },
      { ...account, appid: 'wx-two' },
    ],
  });
  const { access_token } = await simulator.stableToken();
  const call = (operation: 'get' | 'delete' | 'sendall', body: object = { msg_id: '1' }) => simulator.mass(operation, body, access_token);
  const clear = (appid = account.appid) => simulator.json('POST', `/cgi-bin/clear_quota?access_token=${access_token}`, { appid });
  return { ...simulator, call, clear };
};

const send = (content: string) => ({ filter: { is_to_all: false, tag_id: 1 }, msgtype: 'text', text: { content } });

it('lets an account delete ten times a day, whatever comes of it, and begins anew at midnight in Beijing', async () => {
  const { call, mass, pass, stableToken } = await runWithLimits({});
  for (let count = 0; count < 10; count += 1) expect(await call('delete')).toMatchObject({ errcode: 40059 });
  expect(await call('delete')).toMatchObject({ errcode: 45009 });
  expect(await call('get')).toMatchObject({ errcode: 40059 });
  pass(untilMidnight - 0.001);
  const { access_token } = await stableToken();
  expect(await mass('delete', { msg_id: '1' }, access_token)).toMatchObject({ errcode: 45009 });
  pass(0.001);
  expect(await mass('delete', { msg_id: '1' }, access_token)).toMatchObject({ errcode: 40059 });
});

it('does not delete what is asked for beyond the quota', async () => {
  const { call, control } = await runWithLimits({ deletePerDay: 0 });
  const { msg_id } = control.createMassMessage({ appid: account.appid, sending_seconds: 0 });
  expect(await call('delete', { msg_id })).toMatchObject({ errcode: 45009 });
  expect(control.truth(msg_id)).toBe('sent');
});

it('counts each account by itself', async () => {
  const { call, mass, json } = await runWithLimits({ deletePerDay: 1 });
  await call('delete');
  expect(await call('delete')).toMatchObject({ errcode: 45009 });
  const other = await json('POST', '/cgi-bin/stable_token', { grant_type: 'client_credential', appid: 'wx-two', secret: account.secret });
  expect(await mass('delete', { msg_id: '1' }, String(other['access_token']))).toMatchObject({ errcode: 40059 });
});

it.each([
  ['delete', { deletePerDay: 1 }, { msg_id: '1' }, 45009],
  ['get', { massGetPerDay: 1 }, { msg_id: '1' }, 45009],
  ['sendall', { massSendPerDay: 1 }, send('a'), 45009],
  ['sendall', { massSendPerMinute: 1 }, send('a'), 45011],
] as const)('limits %s by %o', async (operation, limits, body, errcode) => {
  const { call } = await runWithLimits(limits);
  expect(await call(operation, body)).not.toMatchObject({ errcode });
  expect(await call(operation, body)).toMatchObject({ errcode });
});

it('takes sixty sends a minute and a hundred a day by itself', async () => {
  const { call, pass } = await runWithLimits({});
  for (let count = 0; count < 60; count += 1) expect(await call('sendall', send(`${count}`))).toMatchObject({ errcode: 0 });
  expect(await call('sendall', send('60'))).toMatchObject({ errcode: 45011 });
  pass(60);
  for (let count = 60; count < 100; count += 1) expect(await call('sendall', send(`${count}`))).toMatchObject({ errcode: 0 });
  expect(await call('sendall', send('100'))).toMatchObject({ errcode: 45009 });
});

it('begins anew by order, for one account', async () => {
  const { call, control, json } = await runWithLimits({ deletePerDay: 1 });
  await call('delete');
  control.clearQuotas('wx-two');
  expect(await call('delete')).toMatchObject({ errcode: 45009 });
  expect(await json('POST', '/_simulator/accounts/wx-one/clear-quotas')).toMatchObject({ appid: account.appid });
  expect(await call('delete')).toMatchObject({ errcode: 40059 });
});

it('begins anew by clear_quota, so many times a month', async () => {
  const { call, clear, json, pass, stableToken } = await runWithLimits({ deletePerDay: 1, clearQuotaPerMonth: 1 });
  await call('delete');
  expect(await clear('wx-two')).toMatchObject({ errcode: 40013 });
  expect(await clear()).toEqual({ errcode: 0, errmsg: 'ok' });
  expect(await call('delete')).toMatchObject({ errcode: 40059 });
  expect(await clear()).toMatchObject({ errcode: 48006 });
  expect(await call('delete')).toMatchObject({ errcode: 45009 });
  pass(untilMidnight + 29 * 24 * 3600 - 0.001); // to the last moment of 31 March in Beijing
  const { access_token } = await stableToken();
  const clearLater = () => json('POST', `/cgi-bin/clear_quota?access_token=${access_token}`, { appid: account.appid });
  expect(await clearLater()).toMatchObject({ errcode: 48006 });
  pass(0.001);
  expect(await clearLater()).toMatchObject({ errcode: 0 });
});

it('takes the limits of an account over HTTP', async () => {
  const { json, call } = await runWithLimits({});
  await json('POST', '/_simulator/accounts', { ...account, limits: { delete_per_day: 0, mass_send_per_day: 0, mass_get_per_day: 0 } });
  for (const operation of ['delete', 'get', 'sendall'] as const) expect(await call(operation)).toMatchObject({ errcode: 45009 });
});
