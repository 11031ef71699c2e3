import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import * as z from 'zod';
import type { Call, TransportOptions } from '../../../shared/wechat/transport.ts';
import { WechatError, WechatUnavailableError } from '../../../shared/wechat/wechat-error.ts';
import { failureOf, type Reply, reply, transportTo, useUpstream } from './upstream.ts';

const upstream = useUpstream();
const answer = z.object({ status: z.string() });
const fine = reply({ status: 'ok' });
const silence: Reply = () => {};
const cut: Reply = (_request, response) => response.writeHead(200, { 'content-length': '100' }).write('{"stat', () => response.destroy());
const hangUp: Reply = (request) => request.socket.destroy();

const setUp = (options: Partial<TransportOptions> = {}) => {
  const { clock, transport } = transportTo(upstream.url(), options);
  const call = (parts: Partial<Call<typeof answer>> = {}) =>
    transport.call({
      operation: 'ask',
      method: 'POST',
      path: '/cgi-bin/ask',
      body: { a: '群发' },
      answer,
      retry: true,
      deadline: clock.in(20_000),
      secrets: [],
      ...parts,
    });
  return { clock, call };
};

it('posts JSON as it is, says who asks, and hands back the data and the answer verbatim', async () => {
  upstream.replies(reply('{"status":"ok","extra":9007199254740993}'));
  const { call } = setUp({ baseUrl: `${upstream.url()}/prefix/` });
  await expect(call({ query: { access_token: 'T' } })).resolves.toEqual({
    data: { status: 'ok' },
    upstream: { status: 'ok', extra: '9007199254740993' },
  });
  expect(upstream.received).toMatchObject([{ method: 'POST', url: '/prefix/cgi-bin/ask?access_token=T', body: '{"a":"群发"}' }]);
  expect(upstream.received[0]?.headers).toMatchObject({
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'waybill',
  });
});

it('sends no body with a GET', async () => {
  upstream.replies(fine);
  await setUp().call({ method: 'GET' });
  expect(upstream.received).toMatchObject([{ method: 'GET', body: '' }]);
});

it.each([
  ['errcode 0', { errcode: 0, errmsg: 'ok', status: 'ok' }],
  ['errcode "0"', { errcode: '0', status: 'ok' }],
  ['no errcode', { status: 'ok' }],
  ['an errmsg that sounds like trouble', { errmsg: 'Warning: wrong json format. ', status: 'ok' }],
])('takes %s for success', async (_what, body) => {
  upstream.replies(reply(body));
  await expect(setUp().call()).resolves.toMatchObject({ data: { status: 'ok' } });
});

it.each([
  ['a number', reply({ errcode: 40059, errmsg: 'invalid msg id rid: 5f-1' })],
  ['a text', reply({ errcode: '40059', errmsg: 'invalid msg id rid: 5f-1' })],
  ['beside all the data of a success', reply({ errcode: 40059, errmsg: 'invalid msg id rid: 5f-1', status: 'ok' })],
  ['under an HTTP error', reply({ errcode: 40059, errmsg: 'invalid msg id rid: 5f-1' }, 500)],
])('takes an errcode for WeChat saying no: %s', async (_what, refusal) => {
  upstream.replies(refusal);
  const error = await failureOf(setUp().call());
  expect(error).toBeInstanceOf(WechatError);
  expect(error).toMatchObject({ code: 'WECHAT_REFUSED', operation: 'ask', errcode: 40059, rid: '5f-1', httpStatus: 404 });
  expect(upstream.received).toHaveLength(1);
});

it.each([
  ['HTML', reply('<html>busy</html>'), 'HTTP 200, not JSON'],
  ['an empty answer', reply(''), 'an empty answer'],
  ['plain text', reply('ok'), 'not JSON'],
  ['JSON that breaks off', reply('{"status":"o'), 'not JSON'],
  ['a list', reply([1]), 'expected object, received array'],
  ['a number', reply('1'), 'expected object, received number'],
  ['null', reply('null'), 'expected object, received null'],
  ['an errcode that is no number', reply({ errcode: 'E1', status: 'ok' }), 'errcode: '],
  ['an errcode that is null', reply({ errcode: null, status: 'ok' }), 'errcode: '],
  ['a field of another type', reply({ status: 1 }), 'status: Invalid input: expected string, received number'],
  ['a missing field', reply({}), 'status: '],
  ['an HTTP error with a page', reply('<h1>Bad gateway</h1>', 502), 'HTTP 502, not JSON'],
  ['an HTTP error with the data of a success', reply({ status: 'ok' }, 500), 'HTTP 500, without an errcode'],
  ['an HTTP error with errcode 0', reply({ errcode: 0, status: 'ok' }, 404), 'HTTP 404, without an errcode'],
])('takes %s for no answer, and asks again', async (_what, bad, detail) => {
  upstream.replies(bad, fine);
  await expect(setUp().call()).resolves.toMatchObject({ data: { status: 'ok' } });
  upstream.replies(bad);
  const error = await failureOf(setUp().call());
  expect(error).toBeInstanceOf(WechatUnavailableError);
  expect(error).toMatchObject({ code: 'WECHAT_BAD_ANSWER', message: expect.stringContaining(detail), outcomeUnknown: false });
});

it('never quotes what is no answer: it may hold anything', async () => {
  upstream.replies(reply('<html>private</html>'));
  expect(await failureOf(setUp().call())).toMatchObject({ message: 'ask: HTTP 200, not JSON (20 characters)' });
});

it('does not follow a redirect: the token would travel along', async () => {
  upstream.replies(reply('', 302, { location: `${upstream.url()}/elsewhere?access_token=T0KEN` }));
  const error = await failureOf(setUp().call({ retry: false }));
  expect(error).toMatchObject({ code: 'WECHAT_BAD_ANSWER', upstreamStatus: 302 });
  expect(upstream.received.map(({ url }) => url)).toEqual(['/cgi-bin/ask']);
});

it('stops reading an answer that is too large, and does not ask for it again', async () => {
  const flood: Reply = (_request, response) => {
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
    };
    response.on('drain', pour).on('error', () => {});
    pour();
  };
  upstream.replies(flood);
  const error = await failureOf(setUp({ maxBytes: 100_000 }).call());
  expect(error).toMatchObject({ code: 'WECHAT_ANSWER_TOO_LARGE' });
  expect(upstream.received).toHaveLength(1);
});

it('takes an answer of exactly the size that is allowed', async () => {
  upstream.replies(fine);
  await expect(setUp({ maxBytes: '{"status":"ok"}'.length }).call()).resolves.toBeDefined();
  await expect(setUp({ maxBytes: '{"status":"ok"}'.length - 1 }).call()).rejects.toThrow(WechatUnavailableError);
});

it.each([
  ['never comes', silence, 'WECHAT_TIMEOUT', 200],
  ['begins and never ends', ((_request, response) => response.writeHead(200).write('{"st')) satisfies Reply, 'WECHAT_TIMEOUT', 200],
  ['is cut off', cut, 'WECHAT_UNREACHABLE', 5000],
  ['is a closed connection', hangUp, 'WECHAT_UNREACHABLE', 5000],
])('asks again for an answer that %s, unless asking twice is not the same as once', async (_what, lost, code, timeoutMs) => {
  upstream.replies(lost, fine);
  await expect(setUp({ timeoutMs }).call()).resolves.toBeDefined();
  // Not exactly two: on a busy machine the good answer may be late as well.
  expect(upstream.received.length).toBeGreaterThan(1);

  upstream.received.length = 0;
  const error = await failureOf(setUp({ timeoutMs }).call({ retry: false }));
  expect(error).toMatchObject({ code, outcomeUnknown: true });
  expect(upstream.received.length).toBeLessThan(2);
});

it('knows the outcome where nobody listened: nothing was done', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const error = await failureOf(setUp({ baseUrl: `http://127.0.0.1:${port}` }).call({ retry: false }));
  expect(error).toMatchObject({ code: 'WECHAT_UNREACHABLE', outcomeUnknown: false, message: 'ask: the connection failed (ECONNREFUSED)' });
});

it('does not know the outcome of a change that was answered with a page', async () => {
  upstream.replies(reply('<h1>Bad gateway</h1>', 502));
  expect(await failureOf(setUp().call({ retry: false }))).toMatchObject({ outcomeUnknown: true, upstreamStatus: 502 });
});

it('refuses to be built for plain http beyond this machine', () => {
  expect(() => setUp({ baseUrl: 'http://api.weixin.qq.com' })).toThrow(/baseUrl must be https/);
});
