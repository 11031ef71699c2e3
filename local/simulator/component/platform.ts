import { makePlatform } from '../make-platform.ts';
import type { Call } from '../platform.ts';
import { apiAuthorizerToken, apiComponentToken, apiGetAuthorizerInfo, apiGetAuthorizerList, apiQueryAuth } from './endpoints.ts';
import type { ComponentState } from './state.ts';

/** The component API of https://api.weixin.qq.com, which third-party platforms call with a token of their own. */
export const componentPlatform = (state: ComponentState) =>
  makePlatform(
    state,
    new Map([
      ['/cgi-bin/component/api_component_token', (call: Call) => apiComponentToken(state, call)],
      ['/cgi-bin/component/api_query_auth', (call: Call) => apiQueryAuth(state, call)],
      ['/cgi-bin/component/api_authorizer_token', (call: Call) => apiAuthorizerToken(state, call)],
      ['/cgi-bin/component/api_get_authorizer_info', (call: Call) => apiGetAuthorizerInfo(state, call)],
      ['/cgi-bin/component/api_get_authorizer_list', (call: Call) => apiGetAuthorizerList(state, call)],
    ]),
  );
