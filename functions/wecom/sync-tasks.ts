import {
  accountsEnv,
  eventsEnv,
  groupMessagesEnv,
  groupTasksEnv,
  loadEnv,
  syncEnv,
  syncsEnv,
  tokenReaderEnv,
  wecomEnv,
} from '../../shared/env.ts';
import { eventHandler } from '../../shared/event-handler.ts';
import { EventBridgeBus } from '../../shared/events/event-bus.ts';
import { groupMessagesOf, groupTasksOf, syncsOf } from '../../shared/store/wecom-tables.ts';
import { syncExecution } from '../../shared/sync/executions.ts';
import { makeSyncTasks, type SyncTasksDependencies } from '../../shared/sync/sync-tasks.ts';
import { operationTokens } from '../../shared/tokens/operation-tokens.ts';
import { createWecomClient, wecomTransport } from '../../shared/wechat/wecom.ts';

export const makeHandler = (dependencies: SyncTasksDependencies) => eventHandler(syncExecution, makeSyncTasks(dependencies));

const env = loadEnv(accountsEnv, syncsEnv, groupMessagesEnv, groupTasksEnv, tokenReaderEnv, wecomEnv, syncEnv, eventsEnv);
const { accounts, groupMessages } = groupMessagesOf(env);
export const handler = makeHandler({
  accounts,
  groupMessages,
  groupTasks: groupTasksOf(env),
  syncs: syncsOf(env).syncs,
  events: new EventBridgeBus(env.EVENT_BUS),
  tokens: operationTokens('wecom', env, accounts),
  wecom: createWecomClient(wecomTransport({ baseUrl: env.WECOM_URL })),
  schedule: env.SYNC_SCHEDULE,
});
