import * as z from 'zod';
import { makeDeleteByUrl } from '../../shared/deletion/delete-by-url.ts';
import { accountsEnv, articlesEnv, loadEnv, massMessagesEnv, officialAccountEnv, tokenReaderEnv, workflowEnv } from '../../shared/env.ts';
import { apiHandler, noQuery } from '../../shared/http/api-handler.ts';
import { accountPath, articleUrl } from '../../shared/http/inputs.ts';
import { presentPageDeletion } from '../../shared/http/present-deletion.ts';
import { articlesOf, recordsOf } from '../../shared/store/tables.ts';
import { operationTokens } from '../../shared/tokens/operation-tokens.ts';
import { StepFunctionsStarter } from '../../shared/tracking/executions.ts';
import { createOfficialAccountClient, officialAccountTransport } from '../../shared/wechat/official-account.ts';

export const input = { path: accountPath, query: noQuery, body: z.strictObject({ url: articleUrl }) };

export const makeHandler = (dependencies: Parameters<typeof makeDeleteByUrl>[0]) => {
  const deleteByUrl = makeDeleteByUrl(dependencies);
  return apiHandler(input, async ({ path, body, caller, deadline }) =>
    presentPageDeletion(await deleteByUrl({ ...path, ...body, caller, deadline })),
  );
};

const env = loadEnv(accountsEnv, massMessagesEnv, articlesEnv, tokenReaderEnv, officialAccountEnv, workflowEnv);
const records = recordsOf(env);
export const handler = makeHandler({
  ...records,
  articles: articlesOf(env),
  executions: new StepFunctionsStarter(env.TRACKING_STATE_MACHINE),
  tokens: operationTokens('official_account', env, records.accounts),
  officialAccount: createOfficialAccountClient(officialAccountTransport({ baseUrl: env.OFFICIAL_ACCOUNT_URL })),
});
