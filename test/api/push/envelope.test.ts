import { describe, expect, it, vi } from 'vitest';
import { logger } from '../../../shared/logger.ts';
import { AwsFault, secretsManager, useAws } from '../../support/aws-stub.ts';
import { agreedSecret, callbacksIn } from '../../support/callbacks.ts';
import { aesKey, massSendXml, plainPush, pushToken, safePush, signed } from '../../support/envelopes.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const manager = secretsManager();
const aws = useAws(manager.actions);
const open = callbacksIn(world, manager, aws);
const plainSecret = JSON.stringify({ token: pushToken });
const text = 'text/plain; charset=utf-8';
const reads = () => aws.requests.filter(({ action }) => action === 'secretsmanager.GetSecretValue').length;

describe('verification of the address', () => {
  const query = (echostr = '4375120948345356249') => {
    const { query: signedQuery } = plainPush('', world.now());
    return { ...signedQuery, echostr };
  };
  it('answers echostr as it came, as plain text', async () => {
    const { verify } = await open();
    await expect(verify(query())).resolves.toEqual({ status: 200, body: '4375120948345356249', type: text });
  });
  it.each([
    ['another token', { ...query(), signature: signed('x') }],
    ['nothing', {}],
  ])('refuses %s', async (_what, given) => {
    const { verify } = await open();
    await expect(verify(given)).resolves.toEqual({ status: 403, body: 'refused', type: text });
  });
  it('answers no query at all with the same', async () => {
    const { send } = await open();
    await expect(send({}, undefined, undefined, 'GET')).resolves.toMatchObject({ status: 403 });
  });
});

describe('takes a push', () => {
  it('in clear, of an account without a key', async () => {
    const { plain, row } = await open({ secret: plainSecret });
    await expect(plain(massSendXml())).resolves.toEqual({ status: 200, body: 'success', type: text });
    expect(await row()).toMatchObject({ state: 'sent' });
  });
  it('in safe mode, in Base64 as API Gateway hands on what it does not know', async () => {
    const { send, appid, row } = await open();
    const { query, body } = safePush(massSendXml(), world.now(), appid);
    await expect(send({ queryStringParameters: query, body: btoa(body), isBase64Encoded: true })).resolves.toMatchObject({ status: 200 });
    expect(await row()).toMatchObject({ state: 'sent' });
  });
  it.each([
    ['an ordinary message', '<xml><MsgType>text</MsgType><Content><![CDATA[<!DOCTYPE x>]]></Content><MsgId>1</MsgId></xml>'],
    ['an event that is not for us', '<xml><MsgType>event</MsgType><Event>subscribe</Event></xml>'],
    ['an event by the name of what objects have', '<xml><MsgType>event</MsgType><Event>__proto__</Event></xml>'],
    ['nothing at all', '<xml/>'],
    ['what WeChat encrypted and nobody can read', 'not XML'],
    ['a finished message without an id', massSendXml({ msg_id: '' })],
  ])('and says so, but stores nothing of it: %s', async (_what, xml) => {
    const stored = vi.fn(() => Promise.reject(new Error('nothing is to be stored')));
    const { push } = await open({ messages: { create: stored, save: stored, get: stored } });
    await expect(push(xml)).resolves.toMatchObject({ status: 200, body: 'success' });
    expect(stored).not.toHaveBeenCalled();
  });
  it('and hands it to whoever is for its InfoType, with where it came from', async () => {
    const received: unknown[] = [];
    const { push, account_id, post, appid } = await open({
      handlers: {
        authorized: async (what) => void received.push({ by: 'authorized', ...what }),
        Event1: async (what) => void received.push({ by: 'Event1', ...what }),
      },
    });
    await push('<xml><InfoType>authorized</InfoType><Event>Event1</Event></xml>');
    await post(safePush('<xml><Event>Event1</Event></xml>', world.now(), appid), { account_id, appid: 'wx42' });
    expect(received).toMatchObject([
      { by: 'authorized', account: { account_id }, fields: { InfoType: 'authorized' }, receivedAt: world.now() },
      { by: 'Event1', account: { account_id }, appid: 'wx42', fields: { Event: 'Event1' } },
    ]);
    expect(received[0]).toMatchObject({ appid: undefined });
  });
});

describe('refuses, outside in one and the same way', () => {
  const now = () => world.now();
  const earlier = () => new Date(now().getTime() - 301_000);
  it.each<[string, string, (appid: string) => { query: object; body: string }, string]>([
    [
      'a push with another token',
      agreedSecret,
      (appid) => safePush(massSendXml(), now(), appid, { token: 'AnotherToken' }),
      'does not match',
    ],
    ['a push in clear where a key was agreed', agreedSecret, () => plainPush(massSendXml(), now()), 'not encrypted'],
    ['a push for another AppID', agreedSecret, () => safePush(massSendXml(), now(), 'wx9999999999999999'), 'another AppID'],
    ['a push with another key', agreedSecret, (appid) => safePush(massSendXml(), now(), appid, { key: 'Z'.repeat(43) }), 'padding'],
    ['a push of some minutes ago', agreedSecret, (appid) => safePush(massSendXml(), earlier(), appid), 'five minutes'],
    ['a push in clear of some minutes ago', plainSecret, () => plainPush(massSendXml(), earlier()), 'five minutes'],
    ['a push in clear that laughs', plainSecret, () => plainPush('<!DOCTYPE xml [<!ENTITY a "a">]><xml>&a;</xml>', now()), 'declaration'],
    ['a body that is no XML', agreedSecret, () => plainPush('{"Encrypt":"x"}', now()), 'not well-formed'],
    ['an empty body', agreedSecret, () => plainPush('', now()), 'not well-formed'],
  ])('%s', async (_what, secret, make, reason) => {
    const warn = vi.spyOn(logger, 'warn');
    const { post, appid, row } = await open({ secret });
    await expect(post(make(appid))).resolves.toEqual({ status: 403, body: 'refused', type: text });
    await expect(row()).rejects.toThrow('never registered');
    const told = JSON.stringify(warn.mock.calls);
    expect(told).toContain(reason);
    expect(told).not.toMatch(new RegExp(`${pushToken}|${aesKey}|3147490001|send success`));
    warn.mockRestore();
  });
});

describe('has a size', () => {
  const padded = (bytes: number) => plainPush(`<xml>${' '.repeat(bytes - 11)}</xml>`, world.now());
  it.each([
    ['64 KiB', 65_536, 200],
    ['one byte more', 65_537, 413],
    ['10 MB', 10_000_000, 413],
  ])('%s', async (_what, bytes, status) => {
    const { send } = await open({ secret: plainSecret });
    const { query, body } = padded(bytes);
    await expect(send({ queryStringParameters: query, body })).resolves.toMatchObject({ status });
    await expect(send({ queryStringParameters: query, body: btoa(body), isBase64Encoded: true })).resolves.toMatchObject({ status });
  });
});

describe('knows no such address, and does not say why', () => {
  it.each<[string, object | undefined]>([
    ['an account without a secret', undefined],
    ['an account that does not exist', { account_id: 'oa-nowhere' }],
    ['a name that no account can have', { account_id: '../tokens/oa' }],
    ['an AppID that is none', { account_id: 'oa', appid: 'a/b' }],
    ['nothing', {}],
  ])('%s', async (_what, path) => {
    const { post, verify, appid } = await open(path ? {} : { secret: '' });
    const push = safePush(massSendXml(), world.now(), appid);
    await expect(post(push, path)).resolves.toEqual({ status: 404, body: 'not found', type: text });
    await expect(verify(push.query, path)).resolves.toMatchObject({ status: 404, body: 'not found' });
  });
  it('although there is a secret, where the account is gone', async () => {
    const { post, appid } = await open();
    manager.actions['secretsmanager.CreateSecret']({
      Name: 'waybill/test/push/oa-gone',
      SecretString: agreedSecret,
      ClientRequestToken: 'x',
    });
    await expect(post(safePush(massSendXml(), world.now(), appid), { account_id: 'oa-gone' })).resolves.toMatchObject({ status: 404 });
  });
});

describe('keeps the secret in memory', () => {
  it('for five minutes', async () => {
    const { push } = await open();
    const before = reads();
    await push(massSendXml());
    world.pass(299);
    await push(massSendXml());
    expect(reads() - before).toBe(1);
    world.pass(1);
    await push(massSendXml());
    expect(reads() - before).toBe(2);
  });

  it.each([
    ['token', { token: 'NewToken4567', key: aesKey }],
    ['key', { token: pushToken, key: 'Q'.repeat(43) }],
  ])('and takes a push with the new %s at once after it was replaced', async (_what, next) => {
    const { push, post, appid, writeSecret } = await open();
    await push(massSendXml());
    writeSecret(JSON.stringify({ token: next.token, encoding_aes_key: next.key }));
    await expect(post(safePush(massSendXml({ msg_id: '8' }), world.now(), appid, next))).resolves.toMatchObject({ status: 200 });
    await expect(push(massSendXml({ msg_id: '9' }))).resolves.toMatchObject({ status: 403 });
  });

  it('and asks for another one at most every 30 s, however much comes that does not fit', async () => {
    const { push, post, appid, writeSecret } = await open();
    await push(massSendXml());
    const before = reads();
    const forged = () => post(safePush(massSendXml(), world.now(), appid, { token: 'AnotherToken' }));
    for (let n = 0; n < 20; n++) await expect(forged()).resolves.toMatchObject({ status: 403 });
    expect(reads() - before).toBe(1);
    world.pass(29);
    await forged();
    expect(reads() - before).toBe(1);
    writeSecret(JSON.stringify({ token: 'AnotherToken', encoding_aes_key: aesKey }));
    world.pass(1);
    await expect(forged()).resolves.toMatchObject({ status: 200 });
    expect(reads() - before).toBe(2);
  });

  it('and, for half a minute, that there is none', async () => {
    const { push, writeSecret } = await open({ secret: '' });
    const before = reads();
    await push(massSendXml());
    writeSecret(agreedSecret);
    await expect(push(massSendXml())).resolves.toMatchObject({ status: 404 });
    expect(reads() - before).toBe(1);
    world.pass(30);
    await expect(push(massSendXml())).resolves.toMatchObject({ status: 200 });
  });
});

describe('cannot go on, and has WeChat send again', () => {
  it.each([
    ['is no JSON', '{"token": "PushToken123"'],
    ['has no token', '{}'],
    ['has a key of 42 characters', JSON.stringify({ token: pushToken, encoding_aes_key: 'A'.repeat(42) })],
    ['has a token of two', '{"token":"ab"}'],
    ['has a field too many', JSON.stringify({ token: pushToken, aes_key: aesKey })],
  ])('because the secret %s', async (_what, secret) => {
    const error = vi.spyOn(logger, 'error');
    const { push, account_id } = await open({ secret });
    await expect(push(massSendXml())).resolves.toEqual({ status: 500, body: 'failed', type: text });
    const told = error.mock.calls.map((call) => String(call[1])).join();
    expect(told).toContain(`waybill/test/push/${account_id}`);
    expect(told).not.toMatch(new RegExp(`${pushToken}|${aesKey}|A{42}`));
    error.mockRestore();
  });

  it.each([
    ['AccessDeniedException', 400, 500],
    ['InternalServiceError', 500, 500],
    ['InvalidRequestException', 400, 404],
  ])('because Secrets Manager says %s', async (type, status, answered) => {
    const { push } = await open();
    aws.answers({
      'secretsmanager.GetSecretValue': () => {
        throw new AwsFault(type, type, status);
      },
    });
    await expect(push(massSendXml())).resolves.toMatchObject({ status: answered });
  });

  it('because it takes too long, while WeChat still listens', async () => {
    const { push } = await open({ messages: { get: () => new Promise(() => {}) }, within: 20 });
    await expect(push(massSendXml())).resolves.toEqual({ status: 500, body: 'failed', type: text });
  });
});
