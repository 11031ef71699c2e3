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

const deleteMassMsg = async (
  transport: Transport,
  body: unknown,
  { accessToken, deadline }: { readonly accessToken: string; readonly deadline: Date },
) => {
  const { upstream } = await transport.call({
    operation: 'deleteMassMsg',
    method: 'POST',
    path: '/cgi-bin/message/mass/delete',
    query: { access_token: accessToken },
    body,
    answer: z.object({ errcode: z.union([z.literal(0), z.literal('0')]) }),
    retry: false,
    deadline,
    secrets: [accessToken],
  });
  return { upstream };
};

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

  /**
   * https://developers.weixin.qq.com/doc/service/api/notify/message/api_deletemassmsg
   * Never repeated: whether a second time does the same as the first is not documented.
   * @param input `articleIdx` counts from 1. Without it WeChat deletes the whole message, so that has to be said: `all`.
   * @throws WechatError (40059 no such message, 40060 no such article, 40065 not sent, 45009 ten a day); WechatUnavailableError,
   * with `outcomeUnknown` when it may have been deleted.
   */
  deleteMassMessage: async (input: {
    readonly accessToken: string;
    readonly msgId: string;
    readonly target: number | 'all';
    readonly deadline: Date;
  }) => {
    // The page calls article_idx required, and says that 0 stands for all.
    const article_idx = input.target === 'all' ? 0 : input.target;
    // A number, says the page; as a double it would lose digits beyond 2^53, and name another message.
    return deleteMassMsg(transport, { msg_id: JSON.rawJSON(input.msgId), article_idx }, input);
  },

  /** As `deleteMassMessage`: the article at that address, for every message that sent it. */
  deleteByUrl: async (input: { readonly accessToken: string; readonly url: string; readonly deadline: Date }) =>
    deleteMassMsg(transport, { url: input.url }, input),
});
export type OfficialAccountClient = ReturnType<typeof createOfficialAccountClient>;
