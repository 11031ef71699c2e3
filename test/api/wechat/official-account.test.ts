import { describe, expect, it } from 'vitest';
import { createOfficialAccountClient, officialAccountTransport } from '../../../shared/wechat/official-account.ts';
import { failureOf, fakeClock, reply, useUpstream } from './upstream.ts';

const upstream = useUpstream();
const setUp = () => {
  const clock = fakeClock();
  const client = createOfficialAccountClient(officialAccountTransport({ baseUrl: upstream.url(), ...clock }));
  const deadline = clock.in(20_000);
  return {
    getToken: (forceRefresh = false) => client.getStableAccessToken({ appid: 'wx1', secret: 'S3CRET', forceRefresh, deadline }),
    getStatus: (msgId: string) => client.getMassMessageStatus({ accessToken: 'T0KEN', msgId, deadline }),
    remove: (msgId: string, target: number | 'all') => client.deleteMassMessage({ accessToken: 'T0KEN', msgId, target, deadline }),
    removeUrl: (url: string) => client.deleteByUrl({ accessToken: 'T0KEN', url, deadline }),
  };
};

it('asks for the stable token as the page says, secret in the body', async () => {
  upstream.replies(reply({ access_token: 'T', expires_in: 345 }));
  await expect(setUp().getToken()).resolves.toEqual({ access_token: 'T', expires_in: 345 });
  expect(upstream.received).toMatchObject([{ method: 'POST', url: '/cgi-bin/stable_token' }]);
  expect(JSON.parse(upstream.received[0]?.body ?? '')).toEqual({
    grant_type: 'client_credential',
    appid: 'wx1',
    secret: 'S3CRET',
    force_refresh: false,
  });
});

it.each([
  ['again in normal mode, which is a read', false, 4],
  ['never again when forced: each one voids the token before', true, 1],
])('asks %s', async (_how, forceRefresh, calls) => {
  upstream.replies(reply({ errcode: -1 }));
  await failureOf(setUp().getToken(forceRefresh));
  expect(upstream.received).toHaveLength(calls);
});

it('reads 40001 as a wrong secret where a token is asked for, and as a stale token elsewhere', async () => {
  upstream.replies(reply({ errcode: 40001 }));
  expect(await failureOf(setUp().getToken())).toMatchObject({ class: 'permission', code: 'WECHAT_NOT_PERMITTED' });
  expect(await failureOf(setUp().getStatus('1'))).toMatchObject({ class: 'token', code: 'WECHAT_TOKEN_REFUSED' });
});

it.each([{ access_token: '', expires_in: 7200 }, { access_token: 'T' }, { access_token: 'T', expires_in: 0 }, { expires_in: 7200 }])(
  'takes %j for no token',
  async (body) => {
    upstream.replies(reply(body));
    expect(await failureOf(setUp().getToken())).toMatchObject({ code: 'WECHAT_BAD_ANSWER' });
  },
);

it('asks for the status with the id as a text', async () => {
  upstream.replies(reply({ msg_id: 201053012, msg_status: 'SEND_SUCCESS' }));
  await expect(setUp().getStatus('201053012')).resolves.toEqual({
    msgStatus: 'SEND_SUCCESS',
    upstream: { msg_id: 201053012, msg_status: 'SEND_SUCCESS' },
  });
  expect(upstream.received).toMatchObject([{ url: '/cgi-bin/message/mass/get?access_token=T0KEN', body: '{"msg_id":"201053012"}' }]);
});

it.each([
  ['a number', '3147483331', '{"msg_id":3147483331,"msg_status":"SENDING"}'],
  ['a text', '3147483331', '{"msg_id":"3147483331","msg_status":"SENDING"}'],
  ['a number beyond 2^53', '9007199254740993', '{"msg_id":9007199254740993,"msg_status":"SENDING"}'],
])('knows its message again when the id comes back as %s', async (_as, msgId, body) => {
  upstream.replies(reply(body));
  await expect(setUp().getStatus(msgId)).resolves.toMatchObject({ msgStatus: 'SENDING' });
});

it.each([
  ['another', '1', '{"msg_id":2,"msg_status":"SENDING"}'],
  ['its neighbour beyond 2^53', '9007199254740992', '{"msg_id":9007199254740993,"msg_status":"SENDING"}'],
  ['none', '1', '{"msg_status":"SENDING"}'],
])('does not take the status of %s for that of the message asked for', async (_which, msgId, body) => {
  upstream.replies(reply(body));
  expect(await failureOf(setUp().getStatus(msgId))).toMatchObject({
    code: 'WECHAT_BAD_ANSWER',
    message: expect.stringContaining('msg_id'),
  });
});

it('passes a status on that nobody has documented yet', async () => {
  upstream.replies(reply({ msg_id: '1', msg_status: 'PAUSED' }));
  await expect(setUp().getStatus('1')).resolves.toMatchObject({ msgStatus: 'PAUSED' });
});

it.each([89501, 89502, 89503, 89504, 89505])('tells %i apart from a failure: someone has yet to confirm', async (errcode) => {
  upstream.replies(reply({ errcode, errmsg: 'need confirm' }));
  expect(await failureOf(setUp().getStatus('1'))).toMatchObject({ class: 'waiting', code: 'WECHAT_WAITING', errcode });
  expect(upstream.received).toHaveLength(1);
});

describe('deletes', () => {
  const ok = { errcode: 0, errmsg: 'ok' };
  it.each([
    ['all of a message, and says so', '3147483331', 'all' as const, '{"msg_id":3147483331,"article_idx":0}'],
    ['one article', '3147483331', 2, '{"msg_id":3147483331,"article_idx":2}'],
    ['of a message beyond 2^53, digit for digit', '9007199254740993', 1, '{"msg_id":9007199254740993,"article_idx":1}'],
  ])('%s', async (_what, msgId, target, body) => {
    upstream.replies(reply(ok));
    await expect(setUp().remove(msgId, target)).resolves.toEqual({ upstream: ok });
    expect(upstream.received).toMatchObject([{ method: 'POST', url: '/cgi-bin/message/mass/delete?access_token=T0KEN', body }]);
  });

  it('by an address, without anything else', async () => {
    upstream.replies(reply(ok));
    await setUp().removeUrl('https://mp.weixin.qq.com/s/x');
    expect(upstream.received).toMatchObject([{ body: '{"url":"https://mp.weixin.qq.com/s/x"}' }]);
  });

  it.each([
    ['a busy WeChat', { errcode: -1 }, undefined],
    ['an answer that is none', 'bad gateway', true],
    ['an answer that does not say that it is done', {}, true],
  ])('once, and not again after %s', async (_what, body, outcomeUnknown) => {
    upstream.replies(reply(body));
    const error = await failureOf(setUp().remove('1', 'all'));
    expect(upstream.received).toHaveLength(1);
    if (outcomeUnknown) expect(error).toMatchObject({ outcomeUnknown });
    else expect(error).not.toHaveProperty('outcomeUnknown');
  });
});
