import { accountsEnv, loadEnv, tokenReaderEnv, wecomEnv } from '../../shared/env.ts';
import { apiHandler, noBody } from '../../shared/http/api-handler.ts';
import { nextLiveCursor, readLiveCursor } from '../../shared/http/live-cursor.ts';
import { groupMessagePath, liveTasksQuery } from '../../shared/http/live-inputs.ts';
import { operationTokens } from '../../shared/tokens/operation-tokens.ts';
import type { TokenSource } from '../../shared/tokens/token-source.ts';
import { createWecomClient, type WecomClient, wecomTransport } from '../../shared/wechat/wecom.ts';

export const input = { path: groupMessagePath, query: liveTasksQuery, body: noBody };

export const makeHandler = (tokens: Pick<TokenSource, 'withToken'>, wecom: Pick<WecomClient, 'listTasks'>) =>
  apiHandler(input, async ({ path: { account_id, msgid }, query, deadline }) => {
    const list = ['live/tasks', account_id, msgid];
    const cursor = readLiveCursor(query.cursor, list);
    const { tasks, nextCursor } = await tokens.withToken(account_id, deadline, (accessToken) =>
      wecom.listTasks({ accessToken, msgid, limit: query.limit, cursor, deadline }),
    );
    return { status: 200, body: { task_list: tasks, ...nextLiveCursor(nextCursor, cursor, list) } };
  });

const env = loadEnv(accountsEnv, tokenReaderEnv, wecomEnv);
export const handler = makeHandler(operationTokens('wecom', env), createWecomClient(wecomTransport({ baseUrl: env.WECOM_URL })));
