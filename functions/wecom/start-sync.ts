import { accountsEnv, loadEnv, syncEnv, syncsEnv, syncWorkflowEnv } from '../../shared/env.ts';
import { apiHandler, noQuery } from '../../shared/http/api-handler.ts';
import { syncBody } from '../../shared/http/group-message-inputs.ts';
import { accountPath } from '../../shared/http/inputs.ts';
import { presentSync } from '../../shared/http/present-sync.ts';
import { syncsOf } from '../../shared/store/wecom-tables.ts';
import { StepFunctionsSyncs } from '../../shared/sync/executions.ts';
import { makeStartSync, type StartSyncDependencies } from '../../shared/sync/start-sync.ts';

const clock = () => new Date();
const inputAt = (now: () => Date) => ({ path: accountPath, query: noQuery, body: syncBody(now) });
export const input = inputAt(clock);

export const makeHandler = (dependencies: StartSyncDependencies) => {
  const { now = clock } = dependencies;
  const startSync = makeStartSync(dependencies);
  return apiHandler(inputAt(now), async ({ path, body, caller }) => ({
    status: 202,
    body: presentSync(await startSync({ ...path, ...body, caller }), now()),
  }));
};

const env = loadEnv(accountsEnv, syncsEnv, syncEnv, syncWorkflowEnv);
export const handler = makeHandler({
  ...syncsOf(env),
  executions: new StepFunctionsSyncs(env.SYNC_STATE_MACHINE),
  schedule: env.SYNC_SCHEDULE,
});
