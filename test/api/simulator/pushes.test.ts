import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { PushSettings } from '../../../local/simulator/simulator.ts';
import { startSimulator } from '../../../local/simulator/simulator.ts';
import { elementsOf, isSigned, open, pushToken, type Received, receive, say } from './receiver.ts';
import { account, runSimulator } from './running-simulator.ts';
import { first, runWithServer } from './running-with-server.ts';

const text = { filter: { is_to_all: false, tag_id: 2 }, msgtype: 'text', text: { content: 'hello' } };

describe('when a mass message ends', () => {
  it('pushes it once, when the clock comes to its end and not before', async () => {
    const { mass, control, received } = await runWithServer();
    await mass('sendall', text);
    control.advanceClock(9.999);
    await control.deliverPushes();
    expect(received).toEqual([]);
    control.advanceClock(0.001);
    await control.deliverPushes();
    control.advanceClock(3600);
    await control.deliverPushes();
    expect(received).toHaveLength(1);
    expect(control.listPushes()).toEqual([
      {
        push_id: 1,
        appid: account.appid,
        event: 'MASSSENDJOBFINISH',
        msg_id: '3147483331',
        at: '2026-03-02T02:00:10.000Z',
        state: 'delivered',
        attempts: [{ at: '2026-03-02T02:00:10.000Z', status: 200, answer: 'success', error: null }],
      },
    ]);
  });

  it('pushes what a clock that the test drives has made due, when it is asked to', async () => {
    const { control, pass, received } = await runWithServer();
    control.createMassMessage();
    pass(10);
    expect(received).toEqual([]);
    expect(await control.deliverPushes()).toMatchObject([{ state: 'delivered' }]);
    expect(received).toHaveLength(1);
  });

  it('pushes by itself with the clock of the system', async () => {
    const { url, received } = await receive();
    const accounts = [{ ...account, push: { url, token: pushToken } }];
    await using simulator = { ...(await startSimulator({ accounts })), [Symbol.asyncDispose]: () => simulator.close() };
    const { msg_id } = simulator.control.createMassMessage({ administrator: { action: 'sleep' } });
    simulator.control.tellAdministrator(msg_id, { action: 'refuse' });
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 5000 });
    simulator.control.createMassMessage({ to_all: false, sending_seconds: 0.01 });
    await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: 5000 });
    expect(simulator.control.createMassMessage({ to_all: false, sending_seconds: 3600 }).truth).toBe('sending');
    simulator.control.advanceClock(3600);
    await vi.waitFor(() => expect(received).toHaveLength(3), { timeout: 5000 });
  });

  it('waits with one timer, which does not outlive it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const simulator = await startSimulator({ accounts: [account] });
    for (const sending_seconds of [60, 30]) simulator.control.createMassMessage({ to_all: false, sending_seconds });
    expect(vi.getTimerCount()).toBe(1);
    await simulator.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [{}, 'send success', { TotalCount: '1000', FilterCount: '980', SentCount: '975', ErrorCount: '5' }],
    [{ counts: { sent_count: 3, total_count: 3 } }, 'send success', { TotalCount: '3', SentCount: '3', ErrorCount: '5' }],
    [{ result: 'failed' }, 'send fail', { TotalCount: '0', SentCount: '0' }],
    [{ result: 'rejected' }, 'err(20001)', { TotalCount: '0' }],
    [{ result: 'rejected', status: 'err(30003)' }, 'err(30003)', {}],
    [{ awaiting_confirmation: true, administrator: { action: 'refuse' } }, 'err(40001)', { TotalCount: '0' }],
    [{ awaiting_confirmation: true, result: 'rejected', status: 'err(1)' }, 'err(40002)', {}],
  ] as const)('says what became of it, in the words of the push: %o', async (script, status, fields) => {
    const { control, received } = await runWithServer({ mode: 'plain' });
    control.createMassMessage({ msg_id: '9007199254740993', ...script });
    control.advanceClock(1800);
    await control.deliverPushes();
    expect(elementsOf(first(received).body)).toMatchObject({ MsgID: '9007199254740993', Status: status, ...fields });
  });

  it('tells the result of the originality check and the address of every article', async () => {
    const { control, received } = await runWithServer({ mode: 'plain' });
    const urls = ['https://mp.weixin.qq.com/s?__biz=B&mid=1&idx=1&sn=a', 'https://mp.weixin.qq.com/s/two'];
    control.createMassMessage({ urls, copyright: { check_state: 2, items: [{ article_idx: 2, can_reprint: 0 }] } });
    control.advanceClock(10);
    await control.deliverPushes();
    expect(elementsOf(first(received).body)).toMatchObject({
      ToUserName: expect.stringMatching(/^gh_[0-9a-f]{12}$/),
      CreateTime: String(Date.parse('2026-03-02T02:00:10Z') / 1000),
      MsgType: 'event',
      Event: 'MASSSENDJOBFINISH',
      CopyrightCheckResult: {
        Count: '1',
        ResultList: { item: { ArticleIdx: '2', AuditState: '2', CanReprint: '0', NeedReplaceContent: '1' } },
        CheckState: '2',
      },
      ArticleUrlResult: {
        Count: '2',
        ResultList: {
          item: [
            { ArticleIdx: '1', ArticleUrl: urls[0] },
            { ArticleIdx: '2', ArticleUrl: urls[1] },
          ],
        },
      },
    });
  });

  it('leaves the lists of a text message empty but for white space', async () => {
    const { control, received } = await runWithServer({ mode: 'plain' });
    control.createMassMessage({ msgtype: 'text' });
    control.advanceClock(10);
    await control.deliverPushes();
    expect(first(received).body).toMatch(/<ArticleUrlResult>\n<Count>0<\/Count>\n<ResultList>\n\n<\/ResultList>/);
  });

  it('tells nobody when the account has no server', async () => {
    const { control } = await runSimulator();
    control.createMassMessage();
    control.advanceClock(3600);
    expect(await control.deliverPushes()).toEqual([]);
  });
});

describe('the envelope', () => {
  const pushOne = async (mode: NonNullable<PushSettings['mode']>) => {
    const { control, received } = await runWithServer({ mode });
    control.createMassMessage({ msg_id: '42' });
    control.advanceClock(10);
    await control.deliverPushes();
    return first(received);
  };

  it('is in the clear and signed in mode plain, and keeps the query of the URL', async () => {
    const push = await pushOne('plain');
    expect(push).toMatchObject({ method: 'POST', path: '/callback' });
    expect(push.query).toEqual({
      from: 'console',
      signature: expect.any(String),
      timestamp: '1772416810',
      nonce: expect.stringMatching(/^\d+$/),
    });
    expect(isSigned(push)).toBe(true);
    expect(isSigned(push, 'another')).toBe(false);
    expect(elementsOf(push.body)).not.toHaveProperty('Encrypt');
  });

  it('shows nothing but the addressee in mode safe; inside are the message and the AppID', async () => {
    const push = await pushOne('safe');
    expect(push.query).toMatchObject({ encrypt_type: 'aes', openid: expect.stringMatching(/^o/) });
    expect(Object.keys(elementsOf(push.body))).toEqual(['ToUserName', 'Encrypt']);
    const { id, elements } = open(push);
    expect(id).toBe(account.appid);
    expect(elements).toMatchObject({ MsgID: '42', ToUserName: elementsOf(push.body)['ToUserName'], FromUserName: push.query['openid'] });
  });

  it('holds the message twice in mode compat', async () => {
    const push = await pushOne('compat');
    const { Encrypt: _, ...clear } = elementsOf(push.body);
    expect(open(push).elements).toEqual(clear);
    expect(clear).toMatchObject({ MsgID: '42', Status: 'send success' });
    expect(isSigned(push)).toBe(true);
  });
});

describe('the answer', () => {
  const redirect = (response: ServerResponse, { path }: Received) =>
    path === '/callback' ? response.writeHead(302, { location: '/elsewhere' }).end() : response.end('success');

  it.each([say(''), say('success'), say('success', 204)])('is taken when it is "success" or empty', async (answer) => {
    const { control, received } = await runWithServer({}, { answers: [answer] });
    control.createMassMessage({ sending_seconds: 0 });
    expect(await control.deliverPushes()).toMatchObject([{ state: 'delivered' }]);
    expect(received).toHaveLength(1);
  });

  it.each([say('ok'), say('success', 500), say('success\n'), redirect])(
    'makes WeChat try three times and give up otherwise',
    async (answer) => {
      const { control, received } = await runWithServer({}, { answers: [answer] });
      control.createMassMessage({ sending_seconds: 0 });
      expect(await control.deliverPushes()).toMatchObject([{ state: 'lost', attempts: [{ error: null }, {}, {}] }]);
      expect(received).toHaveLength(3);
      expect(new Set(received.map(({ query }) => query['msg_signature'])).size).toBe(3);
      expect(new Set(received.map((push) => open(push).message)).size).toBe(1);
    },
  );

  it('ends the attempts when one is taken', async () => {
    const { control, received } = await runWithServer({}, { answers: [say('', 503), say('success')] });
    control.createMassMessage({ sending_seconds: 0 });
    expect(await control.deliverPushes()).toMatchObject([{ state: 'delivered', attempts: [{ status: 503 }, { status: 200 }] }]);
    expect(received).toHaveLength(2);
  });

  it('that does not come in time is none', async () => {
    const silence = () => {};
    const { control } = await runWithServer({}, { answers: [silence], pushTimeoutSeconds: 0.01 });
    control.createMassMessage({ sending_seconds: 0 });
    const lost = { status: null, answer: '', error: 'no answer in time' };
    expect(await control.deliverPushes()).toMatchObject([{ state: 'lost', attempts: [lost, lost, lost] }]);
  });

  it('cannot keep the simulator from closing', async () => {
    const { control, close, received } = await runWithServer({}, { answers: [() => {}], pushTimeoutSeconds: 3600 });
    control.createMassMessage({ sending_seconds: 0 });
    const settled = control.deliverPushes();
    await vi.waitFor(() => expect(received).toHaveLength(1));
    await close();
    expect(await settled).toMatchObject([{ state: 'lost', attempts: [{ status: null }] }]);
  });

  it('of a server that breaks the connection is an error', async () => {
    const { control } = await runWithServer({}, { answers: [(response) => response.destroy()] });
    control.createMassMessage({ sending_seconds: 0 });
    const broken = { status: null, error: 'UND_ERR_SOCKET' };
    expect(await control.deliverPushes()).toMatchObject([{ state: 'lost', attempts: [broken, broken, broken] }]);
  });
});
