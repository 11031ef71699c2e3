import { expect, it } from 'vitest';
import * as z from 'zod';
import type { TransportOptions } from '../../../shared/wechat/transport.ts';
import { failureOf, reply, transportTo, useUpstream } from './upstream.ts';

const upstream = useUpstream();
const busy = reply({ errcode: -1, errmsg: 'system error' });
const fine = reply({ status: 'ok' });

const setUp = (options: Partial<TransportOptions> = {}) => {
  const { clock, transport } = transportTo(upstream.url(), options);
  const ask = ({ within = 20_000, retry = true } = {}) =>
    transport.call({
      operation: 'ask',
      method: 'GET',
      path: '/x',
      answer: z.object({ status: z.string() }),
      retry,
      deadline: clock.in(within),
      secrets: [],
    });
  return { clock, ask };
};

it('asks again when WeChat is busy for a moment', async () => {
  upstream.replies(busy, fine);
  await expect(setUp().ask()).resolves.toMatchObject({ data: { status: 'ok' } });
  expect(upstream.received).toHaveLength(2);
});

it('gives up after three repetitions, and pauses longer each time', async () => {
  upstream.replies(busy);
  const { ask, clock } = setUp();
  expect(await failureOf(ask())).toMatchObject({ code: 'WECHAT_TRANSIENT', errcode: -1 });
  expect(upstream.received).toHaveLength(4);
  expect(clock.pauses).toEqual([200, 400, 800]);
});

it('spreads callers over the whole of a pause', async () => {
  upstream.replies(busy, fine);
  const { ask, clock } = setUp({ random: () => 0.25 });
  await ask();
  expect(clock.pauses).toEqual([50]);
});

it.each([
  ['a quota', 45009],
  ['a token', 42001],
  ['a confirmation', 89504],
  ['a wrong request', 40059],
  ['a right', 40164],
  ['a code that nobody documented', 77777],
])('leaves it to the caller when it is about %s', async (_what, errcode) => {
  upstream.replies(reply({ errcode }));
  const { ask, clock } = setUp();
  expect(await failureOf(ask())).toMatchObject({ errcode });
  expect(upstream.received).toHaveLength(1);
  expect(clock.pauses).toEqual([]);
});

it('never repeats what is not the same done twice, however transient the failure', async () => {
  upstream.replies(busy);
  await failureOf(setUp().ask({ retry: false }));
  expect(upstream.received).toHaveLength(1);
});

it('does not begin a pause that would end past the deadline, and tells the last failure', async () => {
  upstream.replies(busy);
  const { ask, clock } = setUp();
  expect(await failureOf(ask({ within: 500 }))).toMatchObject({ errcode: -1 });
  expect(clock.pauses).toEqual([200]);
  expect(upstream.received).toHaveLength(2);
});

it('does not ask at all when the deadline has passed, so the outcome is known', async () => {
  upstream.replies(fine);
  expect(await failureOf(setUp().ask({ within: 0, retry: false }))).toMatchObject({ code: 'WECHAT_TIMEOUT', outcomeUnknown: false });
  expect(upstream.received).toHaveLength(0);
});

it('waits for an answer no longer than the deadline allows', async () => {
  upstream.replies(() => {});
  const error = await failureOf(setUp({ timeoutMs: 60_000 }).ask({ within: 40, retry: false }));
  expect(error).toMatchObject({ code: 'WECHAT_TIMEOUT', message: expect.stringContaining('within 40 ms') });
});
