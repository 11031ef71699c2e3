import { encrypt as encryptByWecom } from '@wecom/crypto';
import { describe, expect, it } from 'vitest';
import WXBizMsgCrypt from 'wechat-crypto';
import { decrypt } from '../../../shared/wechat/push/decrypt.ts';
import { answerVerification, openPush } from '../../../shared/wechat/push/open-push.ts';
import { PushRefusedError } from '../../../shared/wechat/push/push-refused.ts';
import { isSigned } from '../../../shared/wechat/push/signature.ts';
import { parseXml } from '../../../shared/wechat/push/xml.ts';
import { aesKey, encryptedBy, massSendXml, pushToken, safePush } from '../../support/envelopes.ts';

const now = new Date('2026-03-02T08:00:00.000Z');
const appid = 'wx0123456789abcdef';
const secret = { token: pushToken, encoding_aes_key: aesKey };
const at = (timestamp: string) => new Date(Number(timestamp) * 1000);

const opened = ({ query, body }: { readonly query: object; readonly body: string }, parts: Partial<Parameters<typeof openPush>[0]> = {}) =>
  openPush({ query, body: Buffer.from(body), secret, receiveId: appid, now, ...parts });

/** Printed on WeChat's pages, or computed by its own samples. */
const printed = {
  key: 'A'.repeat(43),
  token: 'AAAAA',
  appid: 'wxba5fad812f8e6fb9',
  timestamp: '1714112445',
  nonce: '415670741',
  encrypted:
    '+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=',
};

/** https://developer.work.weixin.qq.com/document/path/90968, whose scheme is the same. */
const wecom = {
  token: 'QDG6eK',
  key: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  corpid: 'wx5823bf96d3bd56c7',
  timestamp: '1409659813',
  nonce: '1372623149',
  encrypted:
    'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==',
};

describe("WeChat's own examples", () => {
  it.each([
    ['of a verification', 'f464b24fc39322e44b38aa78f5edd27bd1441696', 'AAAAA', ['1714036504', '1514711492']],
    ['of a push in clear', '899cf89e464efb63f54ddac96b0a0a235f53aa78', 'AAAAA', ['1714037059', '486452656']],
    ['of the clear half of a safe one', '6c5c811b55cc85e0e1b54100749188c20beb3f5d', 'AAAAA', [printed.timestamp, printed.nonce]],
    ['of its other half', '046e02f8204d34f8ba5fa3b1db94908f3df2e9b3', 'AAAAA', [printed.timestamp, printed.nonce, printed.encrypted]],
    [
      'of an answer',
      '1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1',
      'AAAAA',
      ['1713424427', '415670741', 'ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=='],
    ],
  ])('signature %s', (_what, signature, token, parts) => {
    expect(isSigned(signature, token, ...parts)).toBe(true);
    expect(isSigned(signature, `${token}A`, ...parts)).toBe(false);
  });

  it('echostr comes back as it is', () => {
    const query = {
      signature: 'f464b24fc39322e44b38aa78f5edd27bd1441696',
      timestamp: '1714036504',
      nonce: '1514711492',
      echostr: '4375120948345356249',
    };
    expect(answerVerification({ query, secret: { token: 'AAAAA' }, receiveId: printed.appid, now: at(query.timestamp) })).toBe(
      '4375120948345356249',
    );
  });

  it('a message in safe mode, padded by 19 bytes', () => {
    expect(JSON.parse(decrypt(printed.encrypted, printed.key, printed.appid).toString())).toMatchObject({ Event: 'debug_demo' });
  });

  it('an answer, whose message ends before the AppID begins', () => {
    const encrypted = 'ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==';
    expect(decrypt(encrypted, printed.key, printed.appid).toString()).toBe('{"demo_resp":"good luck"}');
  });

  it("WeCom's message, padded by 30 bytes", () => {
    const { token, key, corpid, timestamp, nonce, encrypted } = wecom;
    expect(isSigned('477715d11cdb4164915debcba66cb864d751f3e6', token, timestamp, nonce, encrypted)).toBe(true);
    const fields = parseXml(decrypt(encrypted, key, corpid));
    expect(fields).toMatchObject({ ToUserName: corpid, MsgType: 'text', Content: 'hello', MsgId: '4561255354251345929' });
  });

  it("WeCom's verification, whose echostr is encrypted", () => {
    const query = {
      msg_signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
      timestamp: '1409659589',
      nonce: '263014780',
      echostr: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
    };
    const agreed = { token: wecom.token, encoding_aes_key: wecom.key };
    expect(answerVerification({ query, secret: agreed, receiveId: wecom.corpid, now: at(query.timestamp) })).toBe('1616140317555161061');
  });
});

describe('reads what others encrypt', () => {
  const xml = massSendXml({ status: '发送成功' });
  it.each([
    ['wechat-crypto', new WXBizMsgCrypt(pushToken, aesKey, appid).encrypt(xml)],
    ['@wecom/crypto', encryptByWecom(aesKey, xml, appid)],
  ])('%s', (_who, encrypted) => {
    expect(decrypt(encrypted, aesKey, appid).toString()).toBe(xml);
    expect(opened(safePush(xml, now, appid, { encrypted }))).toMatchObject({ MsgID: '3147490001', Status: '发送成功' });
  });

  it.each(Array.from({ length: 32 }, (_, index) => index + 1))('a padding of %i bytes', (size) => {
    const message = 'm'.repeat((64 - size - 20 - appid.length + 64) % 32);
    expect((20 + message.length + appid.length + size) % 32).toBe(0);
    expect(decrypt(encryptedBy(aesKey, message, appid), aesKey, appid).toString()).toBe(message);
  });
});

describe('refuses what was not encrypted for this account with this key', () => {
  const xml = massSendXml();
  const good = encryptedBy(aesKey, xml, appid);
  const spoiled = (change: (padded: Buffer) => void) =>
    encryptedBy(aesKey, xml, appid, {
      padding: (padded) => {
        change(padded);
        return padded;
      },
    });
  it.each<[string, string, string]>([
    ['another AppID', encryptedBy(aesKey, xml, 'wx9999999999999999'), 'another AppID'],
    ['an AppID that goes on', encryptedBy(aesKey, xml, `${appid}x`), 'another AppID'],
    ['no AppID', encryptedBy(aesKey, xml, ''), 'another AppID'],
    ['a length that takes in the AppID', encryptedBy(aesKey, xml, appid, { length: xml.length + 5 }), 'another AppID'],
    ['a length beyond the end', encryptedBy(aesKey, xml, appid, { length: xml.length + appid.length + 1 }), 'shorter than it says'],
    ['a length of 4 GB', encryptedBy(aesKey, xml, appid, { length: 2 ** 32 - 1 }), 'shorter than it says'],
    ['a padding of nothing', spoiled((padded) => padded.fill(0, padded.length - 1)), 'padding'],
    ['a padding of 33 bytes', spoiled((padded) => padded.fill(33, padded.length - 33)), 'padding'],
    [
      'a padding that is not all the same',
      spoiled((padded) => padded.fill(7, padded.length - 1).fill(8, padded.length - 2, padded.length - 1)),
      'padding',
    ],
    ['a padding longer than all there is', encryptedBy(aesKey, '', '', { padding: () => Buffer.alloc(16, 32) }), 'padding'],
    [
      'too little for a length',
      encryptedBy(aesKey, '', '', { padding: () => Buffer.concat([Buffer.alloc(15), Buffer.alloc(1, 1)]) }),
      'too short',
    ],
    ['another key', encryptedBy('Z'.repeat(43), xml, appid), 'padding'],
    ['half a block', Buffer.from(good, 'base64').subarray(0, 24).toString('base64'), 'whole blocks'],
    ['nothing', '', 'whole blocks'],
    ['no Base64', `${good.slice(0, -4)}*!*=`, 'whole blocks'],
    ['Base64 for URLs', good.replaceAll('+', '-').replaceAll('/', '_'), 'whole blocks'],
  ])('%s', (_what, encrypted, reason) => {
    expect(() => decrypt(encrypted, aesKey, appid)).toThrow(PushRefusedError);
    expect(() => decrypt(encrypted, aesKey, appid)).toThrow(reason);
  });
});
