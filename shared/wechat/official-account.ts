import * as z from 'zod';
import { officialAccountErrors } from './official-account-errors.ts';
import { redactText } from './redact.ts';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';

/** A transport that reads errcodes as Official Accounts mean them. */
export const officialAccountTransport = (options: Omit<TransportOptions, 'platform' | 'errors'>): Transport =>
  createTransport({ ...options, platform: 'official_account', errors: officialAccountErrors });

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.int().positive() });

/** The page says text, its sample shows a number, and a number may be beyond 2^53: by now it is a text or an exact integer. */
const msgIdSchema = z.union([z.string(), z.int()]).transform(String);

export const createOfficialAccountClient = (transport: Transport) => ({
  /**
   * https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
   * Normal mode answers with the same token until its last five minutes. `forceRefresh` voids that token at once and is allowed 20
   * times a day, 30 s apart: it is never repeated here.
   * @returns `expires_in` in seconds, what remains and not the whole life.
   * @throws WechatError (40001 here means a wrong AppSecret), WechatUnavailableError
   */
  getStableAccessToken: async (input: {
    readonly appid: string;
    readonly secret: string;
    readonly forceRefresh: boolean;
    readonly deadline: Date;
  }) => {
    const { appid, secret, forceRefresh, deadline } = input;
    const { data } = await transport.call({
      operation: 'getStableAccessToken',
      method: 'POST',
      path: '/cgi-bin/stable_token',
      body: { grant_type: 'client_credential', appid, secret, force_refresh: forceRefresh },
      answer: tokenSchema,
      retry: !forceRefresh,
      deadline,
      secrets: [secret],
      tokenEndpoint: true,
    });
    return data;
  },

  /**
   * https://developers.weixin.qq.com/doc/service/api/notify/message/api_massmsgget
   * @returns `msgStatus` as WeChat says it: SEND_SUCCESS, SENDING, SEND_FAIL, DELETE, or a word that is not documented yet.
   * @throws WechatError, of class `waiting` (89501 to 89505) while an administrator has yet to confirm; WechatUnavailableError, also
   * for an answer about another message.
   */
  getMassMessageStatus: async (input: { readonly accessToken: string; readonly msgId: string; readonly deadline: Date }) => {
    const { accessToken, msgId, deadline } = input;
    const { data, upstream } = await transport.call({
      operation: 'massmsgget',
      method: 'POST',
      path: '/cgi-bin/message/mass/get',
      query: { access_token: accessToken },
      body: { msg_id: msgId },
      answer: z.object({
        msg_id: msgIdSchema.refine((answered) => answered === msgId, 'not the message that was asked for'),
        msg_status: z.string().min(1),
      }),
      retry: true,
      deadline,
      secrets: [accessToken],
    });
    // Not among the documented words, it could be anything: also what was sent.
    return { msgStatus: redactText(data.msg_status, [accessToken]), upstream };
  },
});
export type OfficialAccountClient = ReturnType<typeof createOfficialAccountClient>;
