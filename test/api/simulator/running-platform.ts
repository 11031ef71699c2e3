import * as z from 'zod';
import { pushKey, pushToken, receive } from './receiver.ts';
import { account, runSimulator } from './running-simulator.ts';

export const platform = { component_appid: 'wx-platform', component_appsecret: 'secret-platform' };
export const two = { ...account, appid: 'wx-two', secret: 'secret-two', protection: false };
export const accounts = [{ ...account, protection: false }, two];

const tokenAnswer = z.object({ component_access_token: z.string(), expires_in: z.number() });
const authorizerAnswer = z.object({ authorizer_access_token: z.string(), expires_in: z.number(), authorizer_refresh_token: z.string() });
const infoAnswer = z.object({
  authorizer_info: z.record(z.string(), z.unknown()),
  authorization_info: z.object({
    authorizer_appid: z.string(),
    authorizer_refresh_token: z.string(),
    func_info: z.array(z.object({ funcscope_category: z.object({ id: z.number() }) })),
  }),
});

export const { component_appid } = platform;

/** A platform with a server for its events and messages; `wx-one` has authorized it. */
export const runWithPlatform = async () => {
  const server = await receive();
  const push = { url: `${server.url}/events`, token: pushToken, encoding_aes_key: pushKey };
  const settings = { ...platform, push, message_url: `${server.url}/messages/$APPID$`, authorizers: [account.appid] };
  const simulator = await runSimulator({ accounts, platforms: [settings] });
  const { json, control } = simulator;
  const component = (name: string, body: object = {}, query = '') => json('POST', `/cgi-bin/component/${name}?${query}`, body);
  const componentToken = async (fields: object = {}) =>
    component('api_component_token', { ...platform, component_verify_ticket: control.issueTicket(component_appid), ...fields });
  const token = tokenAnswer.parse(await componentToken()).component_access_token;
  const call = (name: string, body: object = {}) => component(name, { component_appid, ...body }, `component_access_token=${token}`);
  const info = async (authorizer_appid = account.appid) => infoAnswer.parse(await call('api_get_authorizer_info', { authorizer_appid }));
  const refreshToken = async () => (await info()).authorization_info.authorizer_refresh_token;
  const authorizerToken = async () =>
    authorizerAnswer.parse(
      await call('api_authorizer_token', { authorizer_appid: account.appid, authorizer_refresh_token: await refreshToken() }),
    ).authorizer_access_token;
  return { ...simulator, ...server, settings, component, componentToken, token, call, info, refreshToken, authorizerToken };
};
