import * as z from 'zod';
import type { Transport } from './transport.ts';

/** A number in WeChat's samples. A text is taken as well: other ids come as either. */
const permissionSet = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
]);
const componentTokenSchema = z.object({ component_access_token: z.string().min(1), expires_in: z.int().positive() });
const authorizerTokenSchema = z.object({
  authorizer_access_token: z.string().min(1),
  expires_in: z.int().positive(),
  authorizer_refresh_token: z.string().optional(),
});
const authorizerInfoSchema = z.object({
  authorization_info: z.object({
    authorizer_appid: z.string(),
    authorizer_refresh_token: z.string().optional(),
    func_info: z.array(z.object({ funcscope_category: z.object({ id: permissionSet }) })).default([]),
  }),
});

/** Who asks, and about whom. */
interface Asking {
  readonly componentAppid: string;
  readonly componentToken: string;
  readonly authorizerAppid: string;
  readonly deadline: Date;
}

/**
 * The calls of a third-party platform ("component"). The platform's token goes by the name `component_access_token`, which the
 * older pages give it; the newer ones say `access_token`, and WeChat takes both.
 */
export const createComponentClient = (transport: Transport) => ({
  /**
   * https://developers.weixin.qq.com/doc/oplatform/developers/dev/ComponentAccessToken.html
   * @param input.ticket the last component_verify_ticket that WeChat pushed, or one before it: each serves for 12 hours
   * @returns `expires_in` in seconds
   * @throws WechatError (61005, 61006: the ticket; 40001: the secret), WechatUnavailableError
   */
  getComponentToken: async (input: {
    readonly appid: string;
    readonly secret: string;
    readonly ticket: string;
    readonly deadline: Date;
  }) => {
    const { appid, secret, ticket, deadline } = input;
    const { data } = await transport.call({
      operation: 'api_component_token',
      method: 'POST',
      path: '/cgi-bin/component/api_component_token',
      body: { component_appid: appid, component_appsecret: secret, component_verify_ticket: ticket },
      answer: componentTokenSchema,
      retry: true,
      deadline,
      secrets: [secret, ticket],
      tokenEndpoint: true,
    });
    return { access_token: data.component_access_token, expires_in: data.expires_in };
  },

  /**
   * https://developers.weixin.qq.com/doc/oplatform/OpenApiDoc/thirdparty/ticket-token/api_get_authorizer_info.html
   * @returns what the owner of the account allows now; no `refreshToken` where that is no API at all
   * @throws WechatError (61003: nothing, or not any more), WechatUnavailableError
   */
  getAuthorization: async ({ componentAppid, componentToken, authorizerAppid, deadline }: Asking) => {
    const { data } = await transport.call({
      operation: 'api_get_authorizer_info',
      method: 'POST',
      path: '/cgi-bin/component/api_get_authorizer_info',
      query: { component_access_token: componentToken },
      body: { component_appid: componentAppid, authorizer_appid: authorizerAppid },
      answer: authorizerInfoSchema.refine(
        ({ authorization_info }) => authorization_info.authorizer_appid === authorizerAppid,
        'not the account that was asked for',
      ),
      retry: true,
      deadline,
      secrets: [componentToken],
    });
    const { authorizer_refresh_token, func_info } = data.authorization_info;
    return { refreshToken: authorizer_refresh_token || undefined, funcIds: func_info.map(({ funcscope_category: { id } }) => id) };
  },

  /**
   * https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken.html
   * @returns `expires_in` in seconds; `refreshToken` is the one to use from now on, mostly the same
   * @throws WechatError (61023: the refresh token is dead), WechatUnavailableError
   */
  getAuthorizerToken: async (input: Asking & { readonly refreshToken: string }) => {
    const { componentAppid, componentToken, authorizerAppid, refreshToken, deadline } = input;
    const { data } = await transport.call({
      operation: 'api_authorizer_token',
      method: 'POST',
      path: '/cgi-bin/component/api_authorizer_token',
      query: { component_access_token: componentToken },
      body: { component_appid: componentAppid, authorizer_appid: authorizerAppid, authorizer_refresh_token: refreshToken },
      answer: authorizerTokenSchema,
      retry: true,
      deadline,
      secrets: [componentToken, refreshToken],
    });
    const { authorizer_access_token: access_token, expires_in, authorizer_refresh_token } = data;
    return { access_token, expires_in, refreshToken: authorizer_refresh_token || refreshToken };
  },
});
export type ComponentClient = ReturnType<typeof createComponentClient>;
