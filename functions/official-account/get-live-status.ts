import { accountsEnv, loadEnv, officialAccountEnv, tokenReaderEnv } from '../../shared/env.ts';
import { apiHandler, noBody, noQuery } from '../../shared/http/api-handler.ts';
import { massMessagePath } from '../../shared/http/inputs.ts';
import { operationTokens } from '../../shared/tokens/operation-tokens.ts';
import type { TokenSource } from '../../shared/tokens/token-source.ts';
import { awaitingConfirmation } from '../../shared/wechat/confirmation.ts';
import { createOfficialAccountClient, type OfficialAccountClient, officialAccountTransport } from '../../shared/wechat/official-account.ts';

export const input = { path: massMessagePath, query: noQuery, body: noBody };

export const makeHandler = (tokens: Pick<TokenSource, 'withToken'>, officialAccount: Pick<OfficialAccountClient, 'getMassMessageStatus'>) =>
  apiHandler(input, async ({ path: { account_id, msg_id }, deadline }) => {
    const status = await tokens
      .withToken(account_id, deadline, (accessToken) => officialAccount.getMassMessageStatus({ accessToken, msgId: msg_id, deadline }))
      .then(({ msgStatus }) => ({ msg_status: msgStatus }), awaitingConfirmation);
    return { status: 200, body: { msg_id, ...status } };
  });

const env = loadEnv(accountsEnv, tokenReaderEnv, officialAccountEnv);
export const handler = makeHandler(
  operationTokens('official_account', env),
  createOfficialAccountClient(officialAccountTransport({ baseUrl: env.OFFICIAL_ACCOUNT_URL })),
);
