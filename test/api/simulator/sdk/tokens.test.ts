import { describe, expect, it } from 'vitest';
import { account, runSimulator } from '../running-simulator.ts';
import { coWechatApi, easyWechat, MemoryCache, massMessageCalls, withCoWechatApi, withEasyWechat } from './clients.ts';

const mass = '/cgi-bin/message/mass/get';
const plain = '/cgi-bin/token';
const stable = '/cgi-bin/stable_token';

const runWithMessage = async () => {
  const simulator = await runSimulator();
  const { control } = simulator;
  const { msg_id } = control.createMassMessage({ to_all: false, sending_seconds: 0 });
  return { ...simulator, msg_id, counts: () => control.calls(0).counts };
};
type Running = Awaited<ReturnType<typeof runWithMessage>>;
const success = { msg_status: 'SEND_SUCCESS' };

type Case = [what: string, errcode: number, make: (simulator: Running) => unknown];

/** A token that ends before its time as the client sees it, which goes by the machine's clock. */
const endings = [
  ['is revoked', 40001, ({ control }) => control.revokeTokens(account.appid)],
  ['grew old', 42001, ({ pass }) => pass(7200)],
] as const satisfies Case[];

describe.each([
  ['co-wechat-api', withCoWechatApi],
  ['node-easywechat', withEasyWechat],
])('%s', (_name, withSdk) => {
  it('fetches one token for many calls', async () => {
    const { url, msg_id, counts } = await runWithMessage();
    const { status } = withSdk(url);
    for (let call = 0; call < 3; call += 1) expect(await status(msg_id)).toMatchObject(success);
    expect(counts()).toEqual({ [plain]: 1, [mass]: 3 });
  });

  it('fetches one for each of the calls that begin together, and all of them work', async () => {
    const { url, msg_id, counts } = await runWithMessage();
    const { status } = withSdk(url);
    const answers = await Promise.all(Array.from({ length: 10 }, () => status(msg_id)));
    for (const answer of answers) expect(answer).toMatchObject(success);
    expect(counts()).toEqual({ [plain]: 10, [mass]: 10 });
  });
});

it.each([
  ['a wrong secret', 40125, ({ control }) => control.putAccount({ ...account, secret: 'another' })],
  ['a frozen secret', 40243, ({ control }) => control.freezeSecret(account.appid)],
  ['an address that is not on the list', 40164, ({ control }) => control.setIpAllowList(account.appid, [])],
] as const satisfies Case[])('both throw what is said to %s', async (_what, errcode, spoil) => {
  const simulator = await runWithMessage();
  const { url, msg_id } = simulator;
  spoil(simulator);
  await expect(coWechatApi(url).getMassMessageStatus(msg_id)).rejects.toMatchObject({ code: errcode });
  const post = massMessageCalls(easyWechat(url));
  await expect(post('get', { msg_id })).rejects.toThrow(`Failed to get access_token: {"errcode":${errcode},`);
});

it('one client ends the plain token of another after five minutes, and never its stable token', async () => {
  const { url, msg_id, pass } = await runWithMessage();
  const ofPlain = massMessageCalls(easyWechat(url));
  const ofStable = massMessageCalls(easyWechat(url, { use_stable_access_token: true }));
  await Promise.all([ofPlain('get', { msg_id }), ofStable('get', { msg_id })]);
  await coWechatApi(url).getMassMessageStatus(msg_id);
  pass(299);
  expect(await ofPlain('get', { msg_id })).toMatchObject(success);
  pass(1);
  expect(await ofPlain('get', { msg_id })).toMatchObject({ errcode: 40001 });
  expect(await ofStable('get', { msg_id })).toMatchObject(success);
});

describe('co-wechat-api', () => {
  it.each(endings)('renews by itself a token that %s and repeats the call', async (_what, _errcode, end) => {
    const simulator = await runWithMessage();
    const { url, msg_id, counts } = simulator;
    const api = coWechatApi(url);
    await api.getMassMessageStatus(msg_id);
    end(simulator);
    expect(await api.getMassMessageStatus(msg_id)).toMatchObject(success);
    expect(counts()).toEqual({ [plain]: 2, [mass]: 3 });
  });

  it('gives up when the third new token is refused as well', async () => {
    const { url, msg_id, counts, control } = await runWithMessage();
    control.orderFault({ path: mass, times: null, fault: { kind: 'wrong_token' } });
    await expect(coWechatApi(url).getMassMessageStatus(msg_id)).rejects.toMatchObject({ code: 40001 });
    expect(counts()).toEqual({ [plain]: 4, [mass]: 4 });
  });

  it.each([
    ['that WeChat could not have issued', 'made-up', false, 40014],
    ['that somebody else keeps', 'a'.repeat(136), true, 40001],
  ])('does not renew a token %s', async (_what, accessToken, isFinal, code) => {
    const { url, msg_id, counts } = await runWithMessage();
    const api = coWechatApi(url, { load: async () => ({ accessToken, expireTime: Number.POSITIVE_INFINITY }), isFinal });
    await expect(api.getMassMessageStatus(msg_id)).rejects.toMatchObject({ code });
    expect(counts()).toEqual({ [mass]: 1 });
  });
});

describe('node-easywechat', () => {
  it.each(endings)('goes on with a token that %s until its cache is emptied', async (_what, errcode, end) => {
    const simulator = await runWithMessage();
    const { url, msg_id, counts } = simulator;
    const cache = new MemoryCache();
    const post = massMessageCalls(easyWechat(url, { http: { baseURL: url, retry: { retries: 3 } } }).setCache(cache));
    await post('get', { msg_id });
    end(simulator);
    expect(await post('get', { msg_id })).toMatchObject({ errcode });
    expect(await post('get', { msg_id })).toMatchObject({ errcode });
    expect(counts()).toEqual({ [plain]: 1, [mass]: 3 });
    cache.clear();
    expect(await post('get', { msg_id })).toMatchObject(success);
    expect(counts()).toMatchObject({ [plain]: 2 });
  });

  it('gets the same stable token for all the calls that begin together, and again when its cache is emptied', async () => {
    const { url, msg_id, counts, control } = await runWithMessage();
    const cache = new MemoryCache();
    const app = easyWechat(url, { use_stable_access_token: true }).setCache(cache);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => app.getAccessToken().getToken()));
    cache.clear();
    expect(new Set([...tokens, await app.getAccessToken().getToken()]).size).toBe(1);
    expect(await massMessageCalls(app)('get', { msg_id })).toMatchObject(success);
    expect(counts()).toEqual({ [stable]: 11, [mass]: 1 });
    control.revokeTokens(account.appid);
    cache.clear();
    expect(tokens).not.toContain(await app.getAccessToken().getToken());
    expect(await massMessageCalls(app)('get', { msg_id })).toMatchObject(success);
  });
});
