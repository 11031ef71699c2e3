import { accountsEnv, loadEnv, tokenReaderEnv, wecomEnv } from '../../shared/env.ts';
import { apiHandler, noBody } from '../../shared/http/api-handler.ts';
import { nextLiveCursor, readLiveCursor } from '../../shared/http/live-cursor.ts';
import { liveResultsQuery, memberPath } from '../../shared/http/live-inputs.ts';
import { operationTokens } from '../../shared/tokens/operation-tokens.ts';
import type { TokenSource } from '../../shared/tokens/token-source.ts';
import { createWecomClient, type WecomClient, wecomTransport } from '../../shared/wechat/wecom.ts';

export const input = { path: memberPath, query: liveResultsQuery, body: noBody };

export const makeHandler = (tokens: Pick<TokenSource, 'withToken'>, wecom: Pick<WecomClient, 'listResults'>) =>
  apiHandler(input, async ({ path: { account_id, msgid, userid }, query, deadline }) => {
    const list = ['live/results', account_id, msgid, userid];
    const cursor = readLiveCursor(query.cursor, list);
    const { results, nextCursor } = await tokens.withToken(account_id, deadline, (accessToken) =>
      wecom.listResults({ accessToken, msgid, userid, limit: query.limit, cursor, deadline }),
    );
    return { status: 200, body: { send_list: results, ...nextLiveCursor(nextCursor, cursor, list) } };
  });

const env = loadEnv(accountsEnv, tokenReaderEnv, wecomEnv);
export const handler = makeHandler(operationTokens('wecom', env), createWecomClient(wecomTransport({ baseUrl: env.WECOM_URL })));
