import { type DeletionDependencies, makeDeleteMessage } from '../../shared/deletion/delete-message.ts';
import {
  accountsEnv,
  articlesEnv,
  loadEnv,
  massMessagesEnv,
  officialAccountEnv,
  tokenReaderEnv,
  trackingEnv,
  workflowEnv,
} from '../../shared/env.ts';
import { apiHandler, noBody } from '../../shared/http/api-handler.ts';
import { deletionQuery, massMessagePath } from '../../shared/http/inputs.ts';
import { presentDeletion } from '../../shared/http/present-deletion.ts';
import { articlesOf, recordsOf } from '../../shared/store/tables.ts';
import { operationTokens } from '../../shared/tokens/operation-tokens.ts';
import { StepFunctionsStarter } from '../../shared/tracking/executions.ts';
import { createOfficialAccountClient, officialAccountTransport } from '../../shared/wechat/official-account.ts';

export const input = { path: massMessagePath, query: deletionQuery, body: noBody };

export const makeHandler = (dependencies: DeletionDependencies) => {
  const deleteMessage = makeDeleteMessage(dependencies);
  return apiHandler(input, async ({ path, query: { article_idx }, caller, deadline }) => {
    const target = article_idx ?? 'all';
    return presentDeletion(await deleteMessage({ ...path, target, caller, deadline }), target);
  });
};

const env = loadEnv(accountsEnv, massMessagesEnv, articlesEnv, tokenReaderEnv, officialAccountEnv, trackingEnv, workflowEnv);
const records = recordsOf(env);
export const handler = makeHandler({
  ...records,
  articles: articlesOf(env),
  executions: new StepFunctionsStarter(env.TRACKING_STATE_MACHINE),
  tokens: operationTokens('official_account', env, records.accounts),
  officialAccount: createOfficialAccountClient(officialAccountTransport({ baseUrl: env.OFFICIAL_ACCOUNT_URL })),
  schedule: env.TRACKING_SCHEDULE,
});
