import { describe, expect, it } from 'vitest';
import { createComponentClient } from '../../../shared/wechat/component.ts';
import { failureOf, reply, transportTo, useUpstream } from './upstream.ts';

const upstream = useUpstream();
const open = () => {
  const { clock, transport } = transportTo(upstream.url());
  return { client: createComponentClient(transport), deadline: clock.in(10_000) };
};
const about = { componentAppid: 'wxplatform', componentToken: 'T0KEN-of-platform', authorizerAppid: 'wxaccount' };
const info = (more: object) => ({ authorizer_info: { qrcode_url: 'q' }, authorization_info: { authorizer_appid: 'wxaccount', ...more } });

describe('api_get_authorizer_info', () => {
  const ask = (answer: unknown) => {
    upstream.replies(reply(answer));
    const { client, deadline } = open();
    return client.getAuthorization({ ...about, deadline });
  };

  it('tells the refresh token and the permission sets, whether WeChat writes ids as numbers or texts', async () => {
    const func_info = [{ funcscope_category: { id: 1, type: 0 } }, { funcscope_category: { id: '7' }, confirm_info: {} }];
    await expect(ask(info({ authorizer_refresh_token: 'R', func_info }))).resolves.toEqual({ refreshToken: 'R', funcIds: [1, 7] });
    expect(upstream.received[0]?.url).toBe('/cgi-bin/component/api_get_authorizer_info?component_access_token=T0KEN-of-platform');
    expect(JSON.parse(upstream.received[0]?.body ?? '')).toEqual({ component_appid: 'wxplatform', authorizer_appid: 'wxaccount' });
  });

  it('tells of an account that allows no API', async () => {
    await expect(ask(info({ authorizer_refresh_token: '' }))).resolves.toEqual({ refreshToken: undefined, funcIds: [] });
    await expect(ask(info({ func_info: [] }))).resolves.toEqual({ refreshToken: undefined, funcIds: [] });
  });

  it('is no answer when it is about another account', async () => {
    const answer = { authorization_info: { authorizer_appid: 'wxanother', authorizer_refresh_token: 'R', func_info: [] } };
    await expect(ask(answer)).rejects.toMatchObject({ code: 'WECHAT_BAD_ANSWER' });
  });
});

describe('api_authorizer_token', () => {
  it.each([
    ['names another', { authorizer_refresh_token: 'R2' }, 'R2'],
    ['names the same', { authorizer_refresh_token: 'R1' }, 'R1'],
    ['names none', {}, 'R1'],
    ['names an empty one', { authorizer_refresh_token: '' }, 'R1'],
  ])('goes on with the right refresh token when WeChat %s', async (_what, more, refreshToken) => {
    upstream.replies(reply({ authorizer_access_token: 'A', expires_in: 7200, ...more }));
    const { client, deadline } = open();
    await expect(client.getAuthorizerToken({ ...about, refreshToken: 'R1', deadline })).resolves.toEqual({
      access_token: 'A',
      expires_in: 7200,
      refreshToken,
    });
  });
});

it('calls WeChat as its pages have it', async () => {
  const { client, deadline } = open();
  upstream.replies(reply({ component_access_token: 'C', authorizer_access_token: 'A', expires_in: 7200 }));
  const own = { appid: 'wxplatform', secret: 's', ticket: 't', deadline };
  await expect(client.getComponentToken(own)).resolves.toEqual({ access_token: 'C', expires_in: 7200 });
  await client.getAuthorizerToken({ ...about, refreshToken: 'R', deadline });
  expect(upstream.received.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual([
    [
      'POST',
      '/cgi-bin/component/api_component_token',
      { component_appid: 'wxplatform', component_appsecret: 's', component_verify_ticket: 't' },
    ],
    [
      'POST',
      '/cgi-bin/component/api_authorizer_token?component_access_token=T0KEN-of-platform',
      { component_appid: 'wxplatform', authorizer_appid: 'wxaccount', authorizer_refresh_token: 'R' },
    ],
  ]);
});

it('takes 40001 for a wrong secret when the platform asks for its token, and for a refused token everywhere else', async () => {
  const { client, deadline } = open();
  upstream.replies(reply({ errcode: 40001, errmsg: 'invalid credential' }));
  const own = client.getComponentToken({ appid: 'wxplatform', secret: 's', ticket: 't', deadline });
  await expect(own).rejects.toMatchObject({ class: 'permission', operation: 'api_component_token' });
  await expect(client.getAuthorization({ ...about, deadline })).rejects.toMatchObject({ class: 'token' });
  await expect(client.getAuthorizerToken({ ...about, refreshToken: 'R', deadline })).rejects.toMatchObject({ class: 'token' });
});

it('lets no secret, ticket, token or refresh token into an error, whatever WeChat quotes', async () => {
  const { client, deadline } = open();
  const [secret, ticket, refreshToken] = ['S3CRET-of-platform', 'ticket@@@abcdef', 'refreshtoken@@@abcdef'];
  upstream.replies((request, response) => {
    const quoted = `${secret} ${ticket} ${refreshToken} ${about.componentToken} in ${request.url} ${encodeURIComponent(ticket)}`;
    response.end(JSON.stringify({ errcode: 31337, errmsg: quoted, echo: { component_verify_ticket: ticket, quoted } }));
  });
  const told = [
    await failureOf(client.getComponentToken({ appid: 'wxplatform', secret, ticket, deadline })),
    await failureOf(client.getAuthorizerToken({ ...about, refreshToken, deadline })),
  ].map((error) => `${error} ${JSON.stringify(error)}`);
  expect(told[0]).not.toMatch(/S3CRET|ticket@|ticket%40/);
  expect(told[1]).not.toMatch(/T0KEN-of|refreshtoken@/);
  expect(told.join()).toContain('[redacted]');
});
