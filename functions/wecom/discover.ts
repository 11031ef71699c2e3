import { accountsEnv, eventsEnv, groupMessagesEnv, loadEnv, syncEnv, syncsEnv, tokenReaderEnv, wecomEnv } from '../../shared/env.ts';
import { eventHandler } from '../../shared/event-handler.ts';
import { EventBridgeBus } from '../../shared/events/event-bus.ts';
import { groupMessagesOf, syncsOf } from '../../shared/store/wecom-tables.ts';
import { type DiscoverDependencies, makeDiscover } from '../../shared/sync/discover.ts';
import { syncExecution } from '../../shared/sync/executions.ts';
import { operationTokens } from '../../shared/tokens/operation-tokens.ts';
import { createWecomClient, wecomTransport } from '../../shared/wechat/wecom.ts';

export const makeHandler = (dependencies: DiscoverDependencies) => eventHandler(syncExecution, makeDiscover(dependencies));

const env = loadEnv(accountsEnv, syncsEnv, groupMessagesEnv, tokenReaderEnv, wecomEnv, syncEnv, eventsEnv);
const { accounts, groupMessages } = groupMessagesOf(env);
export const handler = makeHandler({
  accounts,
  groupMessages,
  syncs: syncsOf(env).syncs,
  events: new EventBridgeBus(env.EVENT_BUS),
  tokens: operationTokens('wecom', env, accounts),
  wecom: createWecomClient(wecomTransport({ baseUrl: env.WECOM_URL })),
  schedule: env.SYNC_SCHEDULE,
});
