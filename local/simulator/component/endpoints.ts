import * as z from 'zod';
import { userNameOf } from '../official-account/account.ts';
import { Refusal } from '../official-account/errors.ts';
import { readBody } from '../official-account/read-body.ts';
import type { Call, WechatAnswer } from '../platform.ts';
import type { Authorization } from './authorizations.ts';
import type { Component } from './settings.ts';
import type { ComponentState } from './state.ts';

const text = z
  .string()
  .nullish()
  .transform((given) => given ?? '');

/** getComponentAccessToken, https://developers.weixin.qq.com/doc/oplatform/developers/dev/ComponentAccessToken.html */
export const apiComponentToken = (state: ComponentState, call: Call): WechatAnswer => {
  const body = readBody(call, z.object({ component_appid: text, component_appsecret: text, component_verify_ticket: text }));
  const component = state.components.get(body.component_appid);
  if (!component) throw new Refusal(61011);
  if (component.component_appsecret !== body.component_appsecret) throw new Refusal(40125);
  checkAddress(component, call);
  state.tickets.check(component.component_appid, body.component_verify_ticket);
  const token = state.tokens.replace(component.component_appid, 'component');
  return { component_access_token: token.value, expires_in: state.tokens.secondsLeft(token) };
};

/** queryAuthInfo, https://developers.weixin.qq.com/doc/oplatform/OpenApiDoc/thirdparty/ticket-token/api_query_auth.html */
export const apiQueryAuth = (state: ComponentState, call: Call): WechatAnswer => {
  const { component, authorization_code } = authenticate(state, call, z.object({ component_appid: text, authorization_code: text }));
  const authorization = state.authorizations.takeCode(component.component_appid, authorization_code);
  return { authorization_info: { authorizer_appid: authorization.appid, ...newToken(state, authorization), ...funcInfo(authorization) } };
};

/** getAuthorizerAccessToken, https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken */
export const apiAuthorizerToken = (state: ComponentState, call: Call): WechatAnswer => {
  const schema = z.object({ component_appid: text, authorizer_appid: text, authorizer_refresh_token: text });
  const { component, authorizer_appid, authorizer_refresh_token } = authenticate(state, call, schema);
  const authorization = state.authorizations.standing(component.component_appid, authorizer_appid);
  if (authorization.refreshToken !== authorizer_refresh_token) throw new Refusal(61023);
  return newToken(state, authorization);
};

/** getAuthorizerInfo, https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizerinfo: the two objects stand side by side. */
export const apiGetAuthorizerInfo = (state: ComponentState, call: Call): WechatAnswer => {
  const { component, authorizer_appid } = authenticate(state, call, z.object({ component_appid: text, authorizer_appid: text }));
  const authorization = state.authorizations.get(component.component_appid, authorizer_appid);
  if (!authorization) throw new Refusal(61003);
  return {
    authorizer_info: {
      nick_name: `Simulated ${authorizer_appid}`,
      service_type_info: { id: 2 },
      verify_type_info: { id: 0 },
      user_name: userNameOf(authorizer_appid),
      alias: '',
      principal_name: 'Simulated company',
      account_status: 1,
    },
    authorization_info: { authorizer_appid, authorizer_refresh_token: authorization.refreshToken, ...funcInfo(authorization) },
  };
};

/** getAuthorizerList, https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizerlist: at most 500 at a time. */
export const apiGetAuthorizerList = (state: ComponentState, call: Call): WechatAnswer => {
  const schema = z.object({ component_appid: text, offset: z.int().nonnegative().default(0), count: z.int().nonnegative().default(500) });
  const { component, offset, count } = authenticate(state, call, schema);
  const all = state.authorizations.of(component.component_appid);
  return {
    total_count: all.length,
    list: all.slice(offset, offset + Math.min(count, 500)).map(({ appid, refreshToken, authorizedAt }) => ({
      authorizer_appid: appid,
      refresh_token: refreshToken,
      auth_time: Math.floor(authorizedAt / 1000),
    })),
  };
};

/** The platform that calls, by its token under the old name of the parameter or the new one, and the body. */
const authenticate = <Schema extends z.ZodType<{ component_appid: string }>>(state: ComponentState, call: Call, schema: Schema) => {
  const token = state.tokens.find(call.query.get('component_access_token') ?? call.query.get('access_token'));
  if (token.kind !== 'component') throw new Refusal(61014);
  const component = state.components.get(token.appid);
  if (!component) throw new Refusal(40001);
  checkAddress(component, call);
  const body = readBody(call, schema);
  if (body.component_appid !== token.appid) throw new Refusal(61011);
  return { component, ...body };
};

const checkAddress = ({ ip_allow_list }: Component, { address }: Call) => {
  if (ip_allow_list && !ip_allow_list.includes(address))
    throw new Refusal(61004, `access clientip is not registered requestIP: ${address}`);
};

const newToken = (state: ComponentState, { appid, componentAppid, refreshToken }: Authorization) => {
  const token = state.tokens.replace(appid, 'authorizer', componentAppid);
  return { authorizer_access_token: token.value, expires_in: state.tokens.secondsLeft(token), authorizer_refresh_token: refreshToken };
};

const funcInfo = ({ funcIds }: Authorization) => ({ func_info: funcIds.map((id) => ({ funcscope_category: { id } })) });
