import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { createOfficialAccountClient, officialAccountTransport } from '../../../shared/wechat/official-account.ts';
import { failureOf, fakeClock, type Reply, reply, useUpstream } from './upstream.ts';

const upstream = useUpstream();
const accessToken = 'T0KEN/in+use~8f2c';
const secret = 'S3CRET"of\\the=app';

/** Whatever was sent may come back: as it was, as a URL spells it, as JSON does. */
const spellings = [accessToken, secret].flatMap((held) => [held, encodeURIComponent(held), JSON.stringify(held).slice(1, -1)]);
const echo = (status: number, frame: (echoed: string) => string): Reply => {
  const echoed = spellings.join(' ');
  return (request, response) => response.writeHead(status, { location: request.url }).end(frame(`${request.url} ${echoed}`));
};

const silence: Reply = () => {};
const failures: [string, Reply][] = [
  ['an errmsg', echo(200, (echoed) => JSON.stringify({ errcode: 40001, errmsg: `bad ${echoed}` }))],
  [
    'a field beside errmsg',
    echo(200, (echoed) => JSON.stringify({ errcode: 77777, access_token: accessToken, more: [{ [echoed]: echoed }] })),
  ],
  ['a page', echo(502, (echoed) => `<html>${echoed}</html>`)],
  ['broken JSON', echo(200, (echoed) => `{"x": ${echoed}`)],
  ['a value of the wrong type', echo(200, (echoed) => JSON.stringify({ access_token: [echoed], msg_id: echoed, msg_status: 1 }))],
  ['a redirect', echo(302, (echoed) => echoed)],
  ['a cut connection', (request) => request.socket.destroy()],
  ['a silence', silence],
  ['a flood', reply('x'.repeat(10_000))],
];

it.each(failures)('keeps the token and the secret out of an error about %s', async (_what, bad) => {
  upstream.replies(bad);
  const clock = fakeClock();
  const timeoutMs = bad === silence ? 50 : 5000;
  const client = createOfficialAccountClient(officialAccountTransport({ baseUrl: upstream.url(), timeoutMs, maxBytes: 5000, ...clock }));
  const deadline = clock.in(10_000);
  const errors = [
    await failureOf(client.getMassMessageStatus({ accessToken, msgId: '1', deadline })),
    await failureOf(client.getStableAccessToken({ appid: 'wx1', secret, forceRefresh: false, deadline })),
    await failureOf(client.getStableAccessToken({ appid: 'wx1', secret, forceRefresh: true, deadline })),
  ];
  // Each call knows what it used itself: one call's secret in another's answer is not in its power.
  const uses = [accessToken, secret, secret];
  errors.forEach((error, call) => {
    const held = uses[call] ?? '';
    const told = [inspect(error, { depth: 10 }), JSON.stringify(error), error instanceof Error ? error.stack : ''].join('\n');
    expect(error).toBeInstanceOf(Error);
    for (const spelling of [held, encodeURIComponent(held), JSON.stringify(held).slice(1, -1)]) expect(told).not.toContain(spelling);
  });
});
