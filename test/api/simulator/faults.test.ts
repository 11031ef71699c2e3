import { describe, expect, it, vi } from 'vitest';
import { account, runSimulator } from './running-simulator.ts';

const get = '/cgi-bin/message/mass/get';

const runWithMessage = async () => {
  const simulator = await runSimulator();
  const { msg_id } = simulator.control.createMassMessage({ to_all: false, sending_seconds: 0 });
  const token = await simulator.plainToken();
  const ask = () => simulator.mass('get', { msg_id }, token);
  return { ...simulator, msg_id, token, ask, path: `${get}?access_token=${token}` };
};

it('meets the next calls in the order of the orders, and is then used up', async () => {
  const { ask, control } = await runWithMessage();
  control.orderFault({ times: 2, fault: { kind: 'errcode', errcode: -1 } });
  control.orderFault({ fault: { kind: 'errcode', errcode: 45011, errmsg: 'slower' } });
  const answers = [await ask(), await ask(), await ask(), await ask()];
  expect(answers.map(({ errcode }) => errcode)).toEqual([-1, -1, 45011, undefined]);
  expect(answers[0]).toMatchObject({ errmsg: expect.stringMatching(/^system error, rid: /) });
  expect(answers[2]).toMatchObject({ errmsg: expect.stringMatching(/^slower, rid: /) });
  expect(control.listFaults()).toEqual([]);
});

it('meets only the paths it was ordered for, a whole path or the beginning of one', async () => {
  const { ask, stable, plain, control } = await runWithMessage();
  control.orderFault({ path: '/cgi-bin/stable_token', fault: { kind: 'errcode', errcode: -1 } });
  control.orderFault({ path: '/cgi-bin/message/', fault: { kind: 'errcode', errcode: 45009 } });
  expect(await plain()).not.toHaveProperty('errcode');
  expect(await ask()).toMatchObject({ errcode: 45009 });
  expect(await stable()).toMatchObject({ errcode: -1 });
});

it('stays until it is cleared when it was ordered for always', async () => {
  const { ask, control } = await runWithMessage();
  control.orderFault({ times: null, fault: { kind: 'wrong_token' } });
  for (let count = 0; count < 5; count += 1) expect(await ask()).toMatchObject({ errcode: 40001 });
  control.clearFaults();
  expect(await ask()).toMatchObject({ msg_status: 'SEND_SUCCESS' });
});

it('lets no fault meet the control API', async () => {
  const { json, control } = await runWithMessage();
  control.orderFault({ times: null, fault: { kind: 'cut' } });
  expect(await json('GET', '/_simulator/faults')).toMatchObject({ faults: [{ path: '/cgi-bin/', times: null }] });
});

describe('the answer', () => {
  it('can be an HTTP error', async () => {
    const { request, control, path } = await runWithMessage();
    control.orderFault({ fault: { kind: 'http', status: 503, body: 'busy' } });
    expect(await request('POST', path, {})).toMatchObject({ status: 503, text: 'busy' });
  });

  it('can be a page of HTML with status 200', async () => {
    const { request, control, path } = await runWithMessage();
    control.orderFault({ fault: { kind: 'html' } });
    expect(await request('POST', path, {})).toMatchObject({ status: 200, type: 'text/html', text: expect.stringContaining('<html>') });
  });

  it('can break off in the middle of the JSON', async () => {
    const { request, control, path, msg_id } = await runWithMessage();
    control.orderFault({ fault: { kind: 'truncated' } });
    const { status, text } = await request('POST', path, { msg_id });
    expect(status).toBe(200);
    expect(text).toMatch(/^\{"msg_id":/);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it('can be a reset of the connection, after which the next call is answered', async () => {
    const { ask, control } = await runWithMessage();
    control.orderFault({ fault: { kind: 'cut' } });
    await expect(ask()).rejects.toThrow('fetch failed');
    expect(await ask()).toMatchObject({ msg_status: 'SEND_SUCCESS' });
  });

  it('can come late, and is then as it would have been', async () => {
    const { ask, control } = await runWithMessage();
    control.orderFault({ fault: { kind: 'delay', ms: 1 } });
    expect(await ask()).toMatchObject({ msg_status: 'SEND_SUCCESS' });
  });

  it.each([{ kind: 'silence' }, { kind: 'delay', ms: 2_147_483_647 }] as const)(
    'can keep the caller waiting, but not the simulator from closing: %o',
    async (fault) => {
      const { ask, control, close } = await runWithMessage();
      control.orderFault({ fault });
      const answer = expect(ask()).rejects.toThrow('fetch failed');
      await vi.waitFor(() => expect(control.listFaults()).toEqual([])); // the call has arrived
      await close();
      await answer;
      await vi.waitFor(() => expect(control.calls(1).calls).toMatchObject([{ fault: fault.kind }])); // nothing is left waiting
    },
  );
});

it.each([{ kind: 'cut', after_effect: true }, { kind: 'html', after_effect: true }, { kind: 'truncated' }] as const)(
  'can lose the answer of a delete that was done: %o',
  async (fault) => {
    const { request, control, token, msg_id } = await runWithMessage();
    control.orderFault({ fault });
    await request('POST', `/cgi-bin/message/mass/delete?access_token=${token}`, { msg_id }).catch(() => {});
    expect(control.truth(msg_id)).toBe('deleted');
  },
);

it.each(['cut', 'html'] as const)('loses the call together with the answer otherwise: %s', async (kind) => {
  const { request, control, token, msg_id } = await runWithMessage();
  control.orderFault({ fault: { kind } });
  await request('POST', `/cgi-bin/message/mass/delete?access_token=${token}`, { msg_id }).catch(() => {});
  expect(control.truth(msg_id)).toBe('sent');
});

describe('the journal', () => {
  it('tells what was called and what was answered', async () => {
    const { ask, mass, token, request, control } = await runWithMessage();
    control.orderFault({ fault: { kind: 'cut' } });
    await ask().catch(() => {});
    await ask();
    await mass('get', { msg_id: '1' }, token);
    await request('GET', '/cgi-bin/no-such-thing');
    expect(control.calls()).toEqual({
      counts: { '/cgi-bin/token': 1, [get]: 3, '/cgi-bin/no-such-thing': 1 },
      calls: [
        { at: '2026-03-02T02:00:00.000Z', method: 'GET', path: '/cgi-bin/token', status: 200, errcode: null },
        { at: '2026-03-02T02:00:00.000Z', method: 'POST', path: get, status: null, errcode: null, fault: 'cut' },
        { at: '2026-03-02T02:00:00.000Z', method: 'POST', path: get, status: 200, errcode: null },
        { at: '2026-03-02T02:00:00.000Z', method: 'POST', path: get, status: 200, errcode: 40059 },
        { at: '2026-03-02T02:00:00.000Z', method: 'GET', path: '/cgi-bin/no-such-thing', status: 404, errcode: null },
      ],
    });
    expect(control.calls(1).calls).toHaveLength(1);
  });

  it('holds no token and no secret, nor does anything else that the control API answers', async () => {
    const { stable, stableToken, plainToken, request, mass, control } = await runSimulator();
    const tokens = [await plainToken(), (await stableToken()).access_token];
    await stable({ secret: 'a-wrong-secret' });
    await mass('get', { msg_id: '1' }, tokens[1]);
    control.createMassMessage();
    const answers = await Promise.all(
      ['', '/calls', '/faults', '/mass-messages/3147483331'].map((path) => request('GET', `/_simulator${path}`)),
    );
    const put = await request('POST', '/_simulator/accounts', account);
    for (const { text, status } of [...answers, put]) {
      expect(status).toBe(200);
      for (const secret of [...tokens, account.secret, 'a-wrong-secret']) expect(text).not.toContain(secret);
    }
  });
});
