import { decrypt, getSignature } from '@wecom/crypto';
import { describe, expect, it } from 'vitest';
import WXBizMsgCrypt from 'wechat-crypto';
import * as z from 'zod';
import type { PushSettings } from '../../../../local/simulator/simulator.ts';
import { elementsOf, pushKey, pushToken, type Received, receive, say } from '../receiver.ts';
import { account, runSimulator } from '../running-simulator.ts';
import { easyWechat } from './clients.ts';
import { serveEasyWechat } from './easywechat-server.ts';

const settings = (url: string) => ({ url, token: pushToken, encoding_aes_key: pushKey });
const runWithServer = async (url: string, push: Partial<PushSettings> = {}) =>
  runSimulator({ accounts: [{ ...account, protection: false, push: { ...settings(url), ...push } }] });

const easyWechatWithKey = () => easyWechat('http://unused', { app_id: account.appid, token: pushToken, aes_key: pushKey });

interface Sealed {
  readonly timestamp: string;
  readonly nonce: string;
  readonly msg_signature: string;
  readonly encrypted: string;
}
const sealed = ({ query, body }: Received): Sealed => {
  const { Encrypt } = z.object({ Encrypt: z.string() }).parse(elementsOf(body));
  const { timestamp = '', nonce = '', msg_signature = '' } = query;
  return { timestamp, nonce, msg_signature, encrypted: Encrypt };
};

/** A server that keeps what it was sent. */
const runEasyWechat = async () => {
  const messages: Record<string, unknown>[] = [];
  const url = await serveEasyWechat((request) =>
    easyWechatWithKey()
      .setRequest(request)
      .getServer()
      .with((message, next) => {
        messages.push(message.toObject());
        return next?.(message);
      })
      .serve(),
  );
  return { url, messages };
};

/** Each gives what is inside, and throws when it is not signed or not for the account. */
const readers: [name: string, read: (push: Sealed) => string][] = [
  [
    'wechat-crypto',
    ({ timestamp, nonce, msg_signature, encrypted }) => {
      const crypt = new WXBizMsgCrypt(pushToken, pushKey, account.appid);
      if (crypt.getSignature(timestamp, nonce, encrypted) !== msg_signature) throw new Error('signature');
      return checked(crypt.decrypt(encrypted));
    },
  ],
  [
    '@wecom/crypto',
    ({ timestamp, nonce, msg_signature, encrypted }) => {
      if (getSignature(pushToken, timestamp, nonce, encrypted) !== msg_signature) throw new Error('signature');
      return checked(decrypt(pushKey, encrypted));
    },
  ],
  [
    'node-easywechat',
    ({ timestamp, nonce, msg_signature, encrypted }) =>
      easyWechatWithKey().getEncryptor().decrypt(encrypted, msg_signature, nonce, Number(timestamp)),
  ],
];
const checked = ({ message, id }: { readonly message: string; readonly id: string }) => {
  if (id !== account.appid) throw new Error('appId');
  return message;
};

describe.each(readers)('%s', (_name, read) => {
  it.each(['compat', 'safe'] as const)('opens the push of a mass message in mode %s', async (mode) => {
    const { url, received } = await receive();
    const { control } = await runWithServer(url, { mode });
    control.createMassMessage({ msg_id: '9007199254740993', sending_seconds: 0 });
    await control.deliverPushes();
    expect(received.map((push) => elementsOf(read(sealed(push))))).toMatchObject([
      { Event: 'MASSSENDJOBFINISH', MsgID: '9007199254740993', Status: 'send success', SentCount: '975' },
    ]);
  });

  it.each([
    ['is signed with another token', { wrong_signature: true }, /signature/i],
    ['names another account inside', { receiveid: 'wx-other' }, /appId/],
  ])('does not open a push that %s', async (_what, order, message) => {
    const { url, received } = await receive();
    const { control } = await runWithServer(url);
    await control.sendPush(order);
    expect(() => received.map((push) => read(sealed(push)))).toThrow(message);
    expect(received).toHaveLength(1);
  });
});

it('all of them open messages of every length, and of more bytes than letters', async () => {
  const { url, received } = await receive();
  const { control } = await runWithServer(url);
  const messages = Array.from({ length: 32 }, (_, length) => `<xml><Content>群发${'x'.repeat(length)}</Content></xml>`);
  for (const xml of messages) await control.sendPush({ xml });
  for (const [, read] of readers) expect(received.map((push) => read(sealed(push)))).toEqual(messages);
});

describe('the address of the server is verified', () => {
  const plainSigners: [name: string, sign: (timestamp: string, nonce: string) => string][] = [
    ['wechat-crypto', (timestamp, nonce) => new WXBizMsgCrypt(pushToken, pushKey, account.appid).getSignature(timestamp, nonce, '')],
    ['@wecom/crypto', (timestamp, nonce) => getSignature(pushToken, timestamp, nonce, '')],
  ];
  it.each(plainSigners)('with a server that checks by %s, and not when their tokens differ', async (_name, sign) => {
    const { url } = await receive((response, { query }) => {
      const { timestamp = '', nonce = '', signature, echostr } = query;
      if (sign(timestamp, nonce) === signature) response.end(echostr);
      else say('', 403)(response, { method: 'GET', path: '', query, body: '' });
    });
    const { control } = await runWithServer(url);
    expect(await control.verifyUrl(account.appid)).toMatchObject({ verified: true });
    control.putAccount({ ...account, push: { ...settings(url), token: 'another' } });
    expect(await control.verifyUrl(account.appid)).toMatchObject({ verified: false, status: 403 });
  });

  it('with the server of node-easywechat, which checks nothing', async () => {
    const { url } = await runEasyWechat();
    const { control } = await runWithServer(url);
    expect(await control.verifyUrl(account.appid)).toMatchObject({ verified: true });
    control.putAccount({ ...account, push: { ...settings(url), token: 'another' } });
    expect(await control.verifyUrl(account.appid)).toMatchObject({ verified: true });
  });
});

describe('the server of node-easywechat', () => {
  it.each(['plain', 'compat', 'safe'] as const)('takes the push of a mass message in mode %s', async (mode) => {
    const { url, messages } = await runEasyWechat();
    const { control } = await runWithServer(url, { mode });
    const { articles } = control.createMassMessage({ msg_id: '9007199254740993', articles: 2, sending_seconds: 0 });
    expect(await control.deliverPushes()).toMatchObject([{ state: 'delivered', attempts: [{ status: 200, answer: 'success' }] }]);
    expect(messages).toMatchObject([
      {
        Event: 'MASSSENDJOBFINISH',
        MsgID: '9007199254740993',
        TotalCount: '1000',
        ArticleUrlResult: { ResultList: { item: articles.map((article) => ({ ArticleUrl: article.url })) } },
      },
    ]);
  });

  it.each([
    ['that is signed with another token', { wrong_signature: true }, /signature/i],
    ['that names another account inside', { receiveid: 'wx-other' }, /appId/],
    ['that was cut off', { truncated: true }, /Error/],
  ])('does not take a push %s', async (_what, order, answer) => {
    const { url, messages } = await runEasyWechat();
    const { control } = await runWithServer(url);
    expect(await control.sendPush(order)).toMatchObject({
      state: 'lost',
      attempts: [{ status: 500, answer: expect.stringMatching(answer) }],
    });
    expect(messages).toEqual([]);
  });

  it('takes one in the clear that nobody signed, though it has a key', async () => {
    const { url, messages } = await runEasyWechat();
    const { control } = await runWithServer(url);
    expect(await control.sendPush({ unencrypted: true, wrong_signature: true })).toMatchObject({ state: 'delivered' });
    expect(messages).toMatchObject([{ Event: 'MASSSENDJOBFINISH' }]);
  });
});
