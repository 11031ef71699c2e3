import { describe, expect, it } from 'vitest';
import { account, runSimulator } from './running-simulator.ts';

const toAll = { filter: { is_to_all: true }, msgtype: 'text', text: { content: 'hello' } };
const toTag = { filter: { is_to_all: false, tag_id: 2 }, msgtype: 'text', text: { content: 'hello' } };

describe('sendall', () => {
  it('answers the id of the job, beyond 32 bits, and a msg_data_id for articles only', async () => {
    const { mass } = await runSimulator();
    expect(await mass('sendall', toTag)).toEqual({ errcode: 0, errmsg: 'send job submission success', msg_id: 3147483331 });
    const articles = { ...toTag, msgtype: 'mpnews', mpnews: { media_id: 'M' } };
    expect(await mass('sendall', articles)).toMatchObject({ errcode: 0, msg_id: 3147483332, msg_data_id: expect.any(Number) });
  });

  it('makes only a send to all wait, and only with protection on', async () => {
    const { mass, control } = await runSimulator({ accounts: [account, { ...account, appid: 'wx-two', protection: false }] });
    await mass('sendall', toAll);
    await mass('sendall', toTag);
    expect(control.listMassMessages().map(({ truth }) => truth)).toEqual(['awaiting_confirmation', 'sending']);
    control.putAccount({ ...account, protection: false });
    await mass('sendall', { ...toAll, text: { content: 'other' } });
    expect(control.truth('3147483333')).toBe('sending');
  });

  it('refuses a clientmsgid for 24 hours and names the message that has it', async () => {
    const { mass, pass } = await runSimulator();
    await mass('sendall', { ...toTag, clientmsgid: 'job-1' });
    pass(24 * 3600 - 0.001);
    const refused = await mass('sendall', { ...toTag, text: { content: 'something else' }, clientmsgid: 'job-1' });
    expect(refused).toMatchObject({ errcode: 45065, msg_id: 3147483331 });
    expect(refused).not.toHaveProperty('msg_data_id');
    pass(0.001);
    expect(await mass('sendall', { ...toTag, clientmsgid: 'job-1' })).toMatchObject({ errcode: 0, msg_id: 3147483332 });
  });

  it('takes the same content for the same audience as the same message when there is no clientmsgid', async () => {
    const { mass } = await runSimulator();
    await mass('sendall', toTag);
    expect(await mass('sendall', toTag)).toMatchObject({ errcode: 45065, msg_id: 3147483331 });
    expect(await mass('sendall', { ...toTag, filter: { is_to_all: false, tag_id: 3 } })).toMatchObject({ errcode: 0 });
  });

  it.each([
    ['an unknown msgtype', { msgtype: 'carrier-pigeon' }, 40008],
    ['no msgtype', { msgtype: undefined }, 40008],
    ['articles without material', { msgtype: 'mpnews', mpnews: {} }, 40007],
    ['pictures without material', { msgtype: 'image', images: { media_ids: [] } }, 40007],
    ['empty text', { text: { content: '' } }, 44004],
    ['a card', { msgtype: 'wxcard', wxcard: { card_id: 'C' } }, 45113],
    ['no audience', { filter: undefined }, 40035],
    ['neither all nor a tag', { filter: { is_to_all: false } }, 40152],
    ['a clientmsgid of 65 bytes', { clientmsgid: 'x'.repeat(65) }, 45067],
  ])('refuses %s and creates nothing', async (_what, fields, errcode) => {
    const { mass, control } = await runSimulator();
    expect(await mass('sendall', { ...toTag, ...fields })).toMatchObject({ errcode });
    expect(control.listMassMessages()).toEqual([]);
  });
});

describe('mass/get', () => {
  it('takes and gives an id beyond 2^53 without losing a digit, as text and as a number', async () => {
    const { request, plainToken, control } = await runSimulator();
    control.createMassMessage({ msg_id: '9007199254740993', to_all: false });
    control.createMassMessage({ msg_id: '9007199254740992', to_all: false, result: 'failed', sending_seconds: 0 });
    const path = `/cgi-bin/message/mass/get?access_token=${await plainToken()}`;
    for (const body of ['{"msg_id":"9007199254740993"}', '{"msg_id":9007199254740993}'])
      expect((await request('POST', path, body)).text).toBe('{"msg_id":9007199254740993,"msg_status":"SENDING"}');
  });

  it('writes its media type as WeChat does', async () => {
    const { request } = await runSimulator();
    expect(await request('POST', '/cgi-bin/message/mass/get', {})).toMatchObject({ status: 200, type: 'application/json; encoding=utf-8' });
  });

  it.each([
    ['sent', 'SEND_SUCCESS'],
    ['failed', 'SEND_FAIL'],
    ['rejected', 'SEND_FAIL'],
  ] as const)('says SENDING until the send is over, and then what came of it: %s', async (result, msg_status) => {
    const { mass, pass, control } = await runSimulator({ sendingSeconds: 60 });
    const { msg_id } = control.createMassMessage({ to_all: false, result });
    pass(59.999);
    expect(await mass('get', { msg_id })).toMatchObject({ msg_status: 'SENDING' });
    pass(0.001);
    expect(await mass('get', { msg_id })).toEqual({ msg_id: Number(msg_id), msg_status });
    expect(control.truth(msg_id)).toBe(result);
  });

  it('says 89505 in the first minute of waiting and 89504 after that', async () => {
    const { mass, pass } = await runSimulator();
    await mass('sendall', toAll);
    pass(59.999);
    expect(await mass('get', { msg_id: '3147483331' })).toMatchObject({ errcode: 89505 });
    pass(0.001);
    const later = await mass('get', { msg_id: '3147483331' });
    expect(later).toMatchObject({ errcode: 89504 });
    expect(later).not.toHaveProperty('msg_status');
  });

  it.each([
    ['unknown', '1'],
    ['missing', undefined],
    ['no number', 'abc'],
    ['a fraction', 3147483331.5],
  ])('answers 40059 to an id that is %s', async (_what, msg_id) => {
    const { mass, control } = await runSimulator();
    control.createMassMessage();
    expect(await mass('get', { msg_id })).toMatchObject({ errcode: 40059 });
  });

  it('does not know a message right after its submission, if told so, nor the message of another account', async () => {
    const { mass, pass, control } = await runSimulator({ notVisibleSeconds: 5, accounts: [account, { ...account, appid: 'wx-two' }] });
    const { msg_id } = control.createMassMessage({ appid: account.appid, to_all: false });
    control.createMassMessage({ appid: 'wx-two', msg_id: '42', not_visible_seconds: 0 });
    pass(4.999);
    expect(await mass('get', { msg_id })).toMatchObject({ errcode: 40059 });
    pass(0.001);
    expect(await mass('get', { msg_id })).toMatchObject({ msg_status: 'SENDING' });
    expect(await mass('get', { msg_id: '42' })).toMatchObject({ errcode: 40059 });
  });

  it.each([
    ['no body', '', 44002],
    ['broken JSON', '{', 47001],
  ])('refuses %s', async (_what, body, errcode) => {
    const { mass } = await runSimulator();
    expect(await mass('get', body)).toMatchObject({ errcode });
  });
});

describe('the administrator', () => {
  it('lets the send begin when he confirms, at the last moment too', async () => {
    const { mass, pass, control } = await runSimulator();
    await mass('sendall', toAll);
    pass(1799.999);
    expect(control.tellAdministrator('3147483331', { action: 'confirm' }).truth).toBe('sending');
    pass(10);
    expect(await mass('get', { msg_id: '3147483331' })).toMatchObject({ msg_status: 'SEND_SUCCESS' });
  });

  it('ends the send when he refuses; mass/get does not tell why', async () => {
    const { mass, control } = await runSimulator();
    await mass('sendall', toAll);
    expect(control.tellAdministrator(3147483331, { action: 'refuse' }).truth).toBe('confirmation_refused');
    expect(await mass('get', { msg_id: '3147483331' })).toMatchObject({ msg_status: 'SEND_FAIL' });
  });

  it('has 30 minutes: at the deadline the send has failed and he can say nothing more', async () => {
    const { mass, pass, control } = await runSimulator();
    await mass('sendall', toAll);
    pass(1799.999);
    expect(await mass('get', { msg_id: '3147483331' })).toMatchObject({ errcode: 89504 });
    pass(0.001);
    expect(await mass('get', { msg_id: '3147483331' })).toMatchObject({ msg_status: 'SEND_FAIL' });
    expect(control.truth('3147483331')).toBe('confirmation_expired');
    expect(() => control.tellAdministrator('3147483331', { action: 'confirm' })).toThrow(/"confirmation_expired"/);
  });

  it.each([
    ['confirm', 20, 'sending'],
    ['refuse', 20, 'confirmation_refused'],
    ['confirm', 1800, 'awaiting_confirmation'],
    ['sleep', 0, 'awaiting_confirmation'],
  ] as const)('does by himself what the account says: %s after %i s', async (action, afterSeconds, truth) => {
    const { mass, pass, control } = await runSimulator({ accounts: [{ ...account, administrator: { action, afterSeconds } }] });
    await mass('sendall', toAll);
    pass(19.999);
    expect(control.truth('3147483331')).toBe('awaiting_confirmation');
    pass(0.001);
    expect(control.truth('3147483331')).toBe(truth);
    pass(1780);
    if (truth === 'awaiting_confirmation') expect(control.truth('3147483331')).toBe('confirmation_expired');
  });

  it('can be told to sleep before he does what he was going to do', async () => {
    const { pass, control } = await runSimulator({ confirmationWindowSeconds: 60 });
    const { msg_id } = control.createMassMessage({ administrator: { action: 'confirm', after_seconds: 30 } });
    control.tellAdministrator(msg_id, { action: 'sleep' });
    pass(60);
    expect(control.truth(msg_id)).toBe('confirmation_expired');
  });
});
