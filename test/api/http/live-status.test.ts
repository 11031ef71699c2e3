import '../../support/environment.ts';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeHandler } from '../../../functions/official-account/get-live-status.ts';
import { context, read, request } from '../../support/request.ts';
import { useWorld } from '../../support/world.ts';

// A handler's deadline comes from the machine's clock, so this world begins now.
const world = useWorld({ from: new Date() });
const mass = '/cgi-bin/message/mass/get';

const open = async (script: object = {}) => {
  const account = await world.openAccount();
  const { msg_id } = world.simulator().control.createMassMessage({ appid: account.appid, to_all: false, sending_seconds: 0, ...script });
  const handler = makeHandler(account.newProcess(), account.officialAccount);
  const live = (id = msg_id, account_id = account.account_id) =>
    read(handler(request({ pathParameters: { account_id, msg_id: id } }), context));
  return { ...account, msg_id, live };
};

it('asks WeChat now and keeps its words', async () => {
  const { live, msg_id } = await open({ msg_id: '9007199254740993' });
  await expect(live()).resolves.toMatchObject({ status: 200, body: { msg_id, msg_status: 'SEND_SUCCESS' } });
});

it.each([89501, 89502, 89503, 89504, 89505])('takes %i for an answer, not for an error', async (errcode) => {
  const { live } = await open();
  world.simulator().control.orderFault({ path: mass, fault: { kind: 'errcode', errcode } });
  const { status, body } = await live();
  expect(status).toBe(200);
  expect(body).toMatchObject({ msg_status: null, confirmation: 'awaiting', errcode });
});

describe('tells the caller what to do when WeChat', () => {
  it.each([
    ['is busy', { kind: 'errcode', errcode: -1 }, 4, 503, 'WECHAT_TRANSIENT'],
    ['has no quota left', { kind: 'errcode', errcode: 45009 }, 1, 429, 'WECHAT_RATE_LIMITED'],
    ['refuses the address', { kind: 'errcode', errcode: 40164 }, 1, 502, 'WECHAT_NOT_PERMITTED'],
    ['knows no such message', { kind: 'errcode', errcode: 40059 }, 1, 404, 'WECHAT_REFUSED'],
    ['says something new', { kind: 'errcode', errcode: 987654 }, 1, 502, 'WECHAT_UNKNOWN_CODE'],
    ['answers HTML', { kind: 'html' }, 4, 502, 'WECHAT_BAD_ANSWER'],
    ['cuts the connection', { kind: 'cut' }, 4, 502, 'WECHAT_UNREACHABLE'],
  ] as const)('%s', async (_how, fault, times, status, code) => {
    const { live } = await open();
    world.simulator().control.orderFault({ path: mass, times, fault });
    const answer = await live();
    expect(answer).toMatchObject({
      status,
      headers: { 'content-type': 'application/problem+json' },
      body: { code, hint: expect.any(String) },
    });
    if (fault.kind === 'errcode') expect(answer.body).toMatchObject({ errcode: fault.errcode, errmsg: expect.any(String) });
    if (status === 429 || status === 503) expect(answer.headers).toHaveProperty('retry-after', expect.stringMatching(/^\d+$/));
  });

  it('names the request id that WeChat gave, for asking about it', async () => {
    const { live } = await open();
    world
      .simulator()
      .control.orderFault({ path: mass, fault: { kind: 'errcode', errcode: 48001, errmsg: 'api unauthorized rid: 65a0-11-22' } });
    await expect(live()).resolves.toMatchObject({ status: 403, body: { rid: '65a0-11-22' } });
  });

  it("hands out no token: the reason is the token call's", async () => {
    const { live, appid } = await open();
    world.simulator().control.freezeSecret(appid, true);
    await expect(live()).resolves.toMatchObject({ status: 502, body: { errcode: 40243, hint: expect.any(String) } });
  });
});

it('shows no token to anybody, whatever goes wrong', async () => {
  const { live, vault } = await open();
  await live();
  const [token] = [...vault.versions.values()].map((version) => version.token);
  if (!token) throw new Error('no token was stored');
  for (const errcode of [-1, 40001, 45009, 987654]) {
    world.simulator().control.orderFault({ path: mass, times: 4, fault: { kind: 'errcode', errcode, errmsg: `bad ${token}` } });
    const answer = await live();
    world.simulator().control.clearFaults();
    expect(inspect(answer, { depth: 10 })).not.toContain(token);
  }
});

it.each([
  ['an account that does not exist', 'oa-nowhere', '1', 404],
  ['an id that is none', 'oa-main', 'abc', 400],
])('refuses %s without asking WeChat', async (_what, account_id, msg_id, status) => {
  const { live } = await open();
  const before = world.simulator().control.calls().counts;
  await expect(live(msg_id, account_id)).resolves.toMatchObject({ status });
  expect(world.simulator().control.calls().counts).toEqual(before);
});
