import { accountsEnv, loadEnv, tokenReaderEnv, wecomEnv } from '../../shared/env.ts';
import { apiHandler, noBody } from '../../shared/http/api-handler.ts';
import { accountPath } from '../../shared/http/inputs.ts';
import { nextLiveCursor, readLiveCursor } from '../../shared/http/live-cursor.ts';
import { liveMessagesQuery } from '../../shared/http/live-inputs.ts';
import { operationTokens } from '../../shared/tokens/operation-tokens.ts';
import type { TokenSource } from '../../shared/tokens/token-source.ts';
import { createWecomClient, type WecomClient, wecomTransport } from '../../shared/wechat/wecom.ts';

export const input = { path: accountPath, query: liveMessagesQuery, body: noBody };
/** WeCom counts whole seconds. */
const unix = (time: string) => Math.floor(Date.parse(time) / 1000);

export const makeHandler = (tokens: Pick<TokenSource, 'withToken'>, wecom: Pick<WecomClient, 'listGroupMessages'>) =>
  apiHandler(input, async ({ path: { account_id }, query, deadline }) => {
    const { chat_type: chatType, start_time, end_time, creator, filter_type: filterType, limit } = query;
    const list = ['live/group-messages', account_id, chatType, start_time, end_time, creator, filterType];
    const cursor = readLiveCursor(query.cursor, list);
    const about = { chatType, startTime: unix(start_time), endTime: unix(end_time), creator, filterType, limit, cursor, deadline };
    const { messages, nextCursor } = await tokens.withToken(account_id, deadline, (accessToken) =>
      wecom.listGroupMessages({ accessToken, ...about }),
    );
    return { status: 200, body: { group_msg_list: messages, ...nextLiveCursor(nextCursor, cursor, list) } };
  });

const env = loadEnv(accountsEnv, tokenReaderEnv, wecomEnv);
export const handler = makeHandler(operationTokens('wecom', env), createWecomClient(wecomTransport({ baseUrl: env.WECOM_URL })));
