import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answerVerification, openPush } from '../../../shared/wechat/push/open-push.ts';
import { PushRefusedError, PushUnreadableError } from '../../../shared/wechat/push/push-refused.ts';
import { aesKey, encryptedBy, massSendXml, plainPush, pushToken, safePush, signed } from '../../support/envelopes.ts';

const now = new Date('2026-03-02T08:00:00.000Z');
const appid = 'wx0123456789abcdef';
const secret = { token: pushToken, encoding_aes_key: aesKey };

const opened = ({ query, body }: { readonly query: object; readonly body: string }, parts: Partial<Parameters<typeof openPush>[0]> = {}) =>
  openPush({ query, body: Buffer.from(body), secret, receiveId: appid, now, ...parts });

describe('opens a push', () => {
  const xml = massSendXml();
  it('in clear, of an account without a key', () => {
    expect(opened(plainPush(xml, now), { secret: { token: pushToken } })).toMatchObject({ MsgID: '3147490001', TotalCount: '1000' });
  });
  it('in safe mode', () => {
    expect(opened(safePush(xml, now, appid))).toMatchObject({ MsgID: '3147490001', TotalCount: '1000' });
  });
  it('in compatibility mode, and believes what is encrypted alone', () => {
    const clear = '<MsgType>event</MsgType><MsgID>666</MsgID>';
    expect(opened(safePush(xml, now, appid, { clear }))).toMatchObject({ MsgID: '3147490001' });
  });
  it('in compatibility mode, of an account without a key, by its clear half', () => {
    const clear = '<MsgType>event</MsgType><MsgID>7</MsgID>';
    expect(opened(safePush(xml, now, appid, { clear }), { secret: { token: pushToken } })).toMatchObject({ MsgID: '7' });
  });
  it('whether or not it comes with a signature for the half in clear, which proves nothing', () => {
    const { query, body } = safePush(xml, now, appid);
    expect(opened({ query: { ...query, signature: 'f'.repeat(40) }, body })).toMatchObject({ MsgID: '3147490001' });
  });
  it.each([-300, 300])('%i s away from our clock', (seconds) => {
    expect(opened(safePush(xml, new Date(now.getTime() + seconds * 1000), appid))).toMatchObject({ MsgID: '3147490001' });
  });
});

describe('refuses a push', () => {
  const xml = massSendXml();
  const safe = safePush(xml, now, appid);
  const plain = plainPush(xml, now);
  const tokenOnly = { secret: { token: pushToken } };
  const without = (name: string, query: object) => Object.fromEntries(Object.entries(query).filter(([other]) => other !== name));
  it.each<[string, () => unknown, string]>([
    ['in clear where a key was agreed: a downgrade', () => opened(plain), 'is not encrypted'],
    ['in clear with the signatures of a safe one', () => opened({ query: safe.query, body: xml }), 'is not encrypted'],
    ['that is encrypted where no key was agreed', () => opened(safe, tokenOnly), 'no encoding_aes_key'],
    ['with another token', () => opened(safePush(xml, now, appid, { token: 'AnotherToken' })), 'msg_signature does not match'],
    ['in clear with another token', () => opened(plainPush(xml, now, 'AnotherToken'), tokenOnly), 'the signature does not match'],
    ['without its msg_signature', () => opened({ ...safe, query: without('msg_signature', safe.query) }), 'no msg_signature'],
    ['without its signature', () => opened({ ...plain, query: without('signature', plain.query) }, tokenOnly), 'no signature'],
    ['without its nonce', () => opened({ ...safe, query: without('nonce', safe.query) }), 'nonce'],
    ['without its timestamp', () => opened({ ...safe, query: without('timestamp', safe.query) }), 'timestamp'],
    ['with an empty signature', () => opened({ ...plain, query: { ...plain.query, signature: '' } }, tokenOnly), 'does not match'],
    [
      'with a signature in capitals',
      () => opened({ ...plain, query: { ...plain.query, signature: plain.query.signature.toUpperCase() } }, tokenOnly),
      'does not match',
    ],
    [
      'with a signature for another ciphertext',
      () => opened({ ...safe, body: safePush(massSendXml({ msg_id: '8' }), now, appid).body }),
      'does not match',
    ],
    ['with another nonce', () => opened({ ...safe, query: { ...safe.query, nonce: '1' } }), 'does not match'],
    ['for another AppID', () => opened(safePush(xml, now, 'wx9999999999999999')), 'another AppID'],
    [
      'with two ciphertexts',
      () => opened({ ...safe, body: safe.body.replace('</xml>', '<Encrypt>eA==</Encrypt></xml>') }),
      'is not encrypted',
    ],
    ['signed 301 s ago', () => opened(safePush(xml, new Date(now.getTime() - 301_000), appid)), 'five minutes'],
    ['signed 301 s ahead', () => opened(safePush(xml, new Date(now.getTime() + 301_000), appid)), 'five minutes'],
    ['with a timestamp that is none', () => opened({ ...plain, query: { ...plain.query, timestamp: 'NaN' } }, tokenOnly), 'timestamp'],
  ])('%s', (_what, open, reason) => {
    expect(open).toThrow(PushRefusedError);
    expect(open).toThrow(reason);
  });

  it('and names neither the token, nor the key, nor the message', () => {
    const thrown = [safePush(xml, now, 'wx9999999999999999'), safePush(xml, now, appid, { token: 'AnotherToken' }), plain].map((push) => {
      try {
        return opened(push);
      } catch (error) {
        return String(error);
      }
    });
    for (const text of thrown) expect(text).not.toMatch(new RegExp(`${pushToken}|${aesKey}|3147490001|${signed(pushToken)}`));
  });
});

it('tells apart what WeChat encrypted and what can be read: sent again, it would be no better', () => {
  expect(() => opened(safePush('{"MsgType":"event"}', now, appid))).toThrow(PushUnreadableError);
});

describe('verification of the address', () => {
  const query = (echostr: string, names: 'signature' | 'msg_signature', ...more: string[]) => {
    const { timestamp, nonce } = plainPush('', now).query;
    return { timestamp, nonce, echostr, [names]: signed(pushToken, timestamp, nonce, ...more) };
  };
  const answered = (given: object, parts: object = {}) => answerVerification({ query: given, secret, receiveId: appid, now, ...parts });

  it('answers echostr as it is, also where a key was agreed', () => {
    expect(answered(query('437<5>1', 'signature'))).toBe('437<5>1');
  });
  it('decrypts one that comes encrypted', () => {
    const encrypted = encryptedBy(aesKey, '1616140317555161061', appid);
    expect(answered(query(encrypted, 'msg_signature', encrypted))).toBe('1616140317555161061');
  });
  it('and one whose plus signs became spaces on the way', () => {
    let encrypted = '';
    while (!encrypted.includes('+')) encrypted = encryptedBy(aesKey, '1616140317555161061', appid);
    expect(answered(query(encrypted.replaceAll('+', ' '), 'msg_signature', encrypted))).toBe('1616140317555161061');
  });
  it.each<[string, () => unknown]>([
    ['one that is signed otherwise', () => answered({ ...query('1', 'signature'), signature: createHash('sha1').digest('hex') })],
    ['one without echostr', () => answered({ ...query('1', 'signature'), echostr: undefined })],
    ['one without signature', () => answered({ ...query('1', 'signature'), signature: undefined })],
    [
      'one that is encrypted and signed otherwise',
      () => {
        const encrypted = encryptedBy(aesKey, '1', appid);
        return answered(query(encrypted, 'msg_signature', 'something else'));
      },
    ],
    ['one of yesterday', () => answered(query('1', 'signature'), { now: new Date(now.getTime() + 86_400_000) })],
    [
      'one encrypted for another AppID',
      () => {
        const encrypted = encryptedBy(aesKey, '1', 'wx9999999999999999');
        return answered(query(encrypted, 'msg_signature', encrypted));
      },
    ],
  ])('refuses %s', (_what, verify) => {
    expect(verify).toThrow(PushRefusedError);
  });
});
