import {
  accountsEnv,
  deliveriesEnv,
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
import { deliveriesOf, groupMessagesOf, groupTasksOf, syncsOf } from '../../shared/store/wecom-tables.ts';
import { shardExecution } from '../../shared/sync/executions.ts';
import { makeSyncDeliveries, type SyncDeliveriesDependencies } from '../../shared/sync/sync-deliveries.ts';
import { operationTokens } from '../../shared/tokens/operation-tokens.ts';
import { createWecomClient, wecomTransport } from '../../shared/wechat/wecom.ts';

export const makeHandler = (dependencies: SyncDeliveriesDependencies) => eventHandler(shardExecution, makeSyncDeliveries(dependencies));

const env = loadEnv(accountsEnv, syncsEnv, groupMessagesEnv, groupTasksEnv, deliveriesEnv, tokenReaderEnv, wecomEnv, syncEnv, eventsEnv);
const { accounts, groupMessages } = groupMessagesOf(env);
export const handler = makeHandler({
  accounts,
  groupMessages,
  groupTasks: groupTasksOf(env),
  deliveries: deliveriesOf(env),
  syncs: syncsOf(env).syncs,
  events: new EventBridgeBus(env.EVENT_BUS),
  tokens: operationTokens('wecom', env, accounts),
  wecom: createWecomClient(wecomTransport({ baseUrl: env.WECOM_URL })),
  schedule: env.SYNC_SCHEDULE,
});
