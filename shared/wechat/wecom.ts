import type * as z from 'zod';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';
import { wecomErrors } from './wecom-errors.ts';
import { groupMessagePage, resultPage, suiteTokenAnswer, taskPage, tokenAnswer } from './wecom-wire.ts';

export type { WireGroupMessage, WireResult, WireTask } from './wecom-wire.ts';

/** A transport that reads errcodes as WeCom means them. */
export const wecomTransport = (options: Omit<TransportOptions, 'platform' | 'errors'>): Transport =>
  createTransport({ ...options, platform: 'wecom', errors: wecomErrors });

/** Customers, or customer groups. */
export type ChatType = 'single' | 'group';

interface Page {
  readonly accessToken: string;
  /** Over the maximum, WeCom takes its default instead, and does not say so. */
  readonly limit?: number | undefined;
  /** Where the page before ended; the rest of the call has to be the same. */
  readonly cursor?: string | undefined;
  readonly deadline: Date;
}

/** The documented maximum of `limit`, by list. */
export const mostPerPage = { groupMessages: 100, tasks: 1000, results: 1000 } as const;

/** With `upstream` as the transport has it: made when it is looked at. */
const pageOf = <T extends object>(read: T, answer: { readonly upstream: unknown }): T & { readonly upstream: unknown } =>
  Object.defineProperty(read as T & { upstream: unknown }, 'upstream', { get: () => answer.upstream, enumerable: true });

export const createWecomClient = (transport: Transport) => {
  const token = async <S extends z.ZodType>(call: {
    readonly operation: string;
    readonly path: string;
    readonly method: 'GET' | 'POST';
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly answer: S;
    readonly secrets: readonly string[];
    readonly deadline: Date;
  }): Promise<z.infer<S>> => {
    const { data } = await transport.call({ ...call, retry: true, tokenEndpoint: true });
    return data;
  };

  const list = <S extends z.ZodType>(operation: string, answer: S, { accessToken, limit, cursor, deadline }: Page, about: object) =>
    transport.call({
      operation,
      method: 'POST',
      path: `/cgi-bin/externalcontact/${operation}`,
      query: { access_token: accessToken },
      // What is undefined is not sent.
      body: { ...about, limit, cursor },
      answer,
      retry: true,
      deadline,
      secrets: [accessToken],
    });

  return {
    /**
     * The token of an app of one's own, or of one that a provider develops for the corp (代开发), whose permanent code is the secret.
     * The same one, with what is left of its life, until it ends; there is no way to end it before.
     * https://developer.work.weixin.qq.com/document/path/91039
     * @returns `expires_in` in seconds
     * @throws WechatError (40001: a wrong secret, which repeated gets the address banned), WechatUnavailableError
     */
    getToken: ({ corpid, secret, deadline }: { readonly corpid: string; readonly secret: string; readonly deadline: Date }) =>
      token({
        operation: 'gettoken',
        method: 'GET',
        path: '/cgi-bin/gettoken',
        query: { corpid, corpsecret: secret },
        answer: tokenAnswer,
        secrets: [secret],
        deadline,
      }),

    /**
     * The token of a provider's suite.
     * https://developer.work.weixin.qq.com/document/path/90600
     * @param input.suiteTicket the newest that WeCom pushed: each serves for 30 minutes
     * @returns `expires_in` in seconds
     * @throws WechatError (40085: the ticket; 40080: the secret), WechatUnavailableError
     */
    getSuiteToken: async (input: {
      readonly suiteId: string;
      readonly suiteSecret: string;
      readonly suiteTicket: string;
      readonly deadline: Date;
    }) => {
      const { suiteId: suite_id, suiteSecret: suite_secret, suiteTicket: suite_ticket, deadline } = input;
      const { suite_access_token: access_token, expires_in } = await token({
        operation: 'get_suite_token',
        method: 'POST',
        path: '/cgi-bin/service/get_suite_token',
        body: { suite_id, suite_secret, suite_ticket },
        answer: suiteTokenAnswer,
        secrets: [suite_secret, suite_ticket],
        deadline,
      });
      return { access_token, expires_in };
    },

    /**
     * The token of a corp that installed a provider's suite.
     * https://developer.work.weixin.qq.com/document/path/90605
     * @returns `expires_in` in seconds
     * @throws WechatError (40082, 42009: the suite's token; 40084: the corp withdrew it), WechatUnavailableError
     */
    getCorpToken: (input: {
      readonly suiteAccessToken: string;
      readonly authCorpid: string;
      readonly permanentCode: string;
      readonly deadline: Date;
    }) => {
      const { suiteAccessToken, authCorpid: auth_corpid, permanentCode: permanent_code, deadline } = input;
      return token({
        operation: 'get_corp_token',
        method: 'POST',
        path: '/cgi-bin/service/get_corp_token',
        query: { suite_access_token: suiteAccessToken },
        body: { auth_corpid, permanent_code },
        answer: tokenAnswer,
        secrets: [suiteAccessToken, permanent_code],
        deadline,
      });
    },

    /**
     * One page of the group messages that were created in a period.
     * https://developer.work.weixin.qq.com/document/path/93338
     * @param input.startTime unix seconds, as is `endTime`; at most a month apart
     * @param input.filterType 0: by the company, 1: by members, 2 or left out: all
     * @param input.limit at most 100; left out, 50
     * @throws WechatError (50100: the cursor), WechatUnavailableError
     */
    listGroupMessages: async (
      input: Page & {
        readonly chatType: ChatType;
        readonly startTime: number;
        readonly endTime: number;
        readonly creator?: string | undefined;
        readonly filterType?: 0 | 1 | 2 | undefined;
      },
    ) => {
      const { chatType: chat_type, startTime: start_time, endTime: end_time, creator, filterType: filter_type } = input;
      const about = { chat_type, start_time, end_time, creator, filter_type };
      const page = await list('get_groupmsg_list_v2', groupMessagePage, input, about);
      const { group_msg_list: messages, next_cursor: nextCursor } = page.data;
      return pageOf({ messages, nextCursor }, page);
    },

    /**
     * One page of the members that a group message became a task of, as far as the app may see them.
     * https://developer.work.weixin.qq.com/document/path/93338
     * @param input.limit at most 1000; left out, 500
     * @throws WechatError (41047: no such message; 41063: just created; 41093: cancelled; 50100: the cursor), WechatUnavailableError
     */
    listTasks: async (input: Page & { readonly msgid: string }) => {
      const page = await list('get_groupmsg_task', taskPage, input, { msgid: input.msgid });
      const { task_list: tasks, next_cursor: nextCursor } = page.data;
      return pageOf({ tasks, nextCursor }, page);
    },

    /**
     * One page of what became of a member's task, by recipient. Of customer groups, only those that were sent to are listed.
     * https://developer.work.weixin.qq.com/document/path/93338
     * @param input.limit at most 1000; left out, 500
     * @throws as `listTasks`
     */
    listResults: async (input: Page & { readonly msgid: string; readonly userid: string }) => {
      const { msgid, userid } = input;
      const page = await list('get_groupmsg_send_result', resultPage, input, { msgid, userid });
      const { send_list: results, next_cursor: nextCursor } = page.data;
      return pageOf({ results, nextCursor }, page);
    },
  };
};
export type WecomClient = ReturnType<typeof createWecomClient>;
