import { accountsEnv, eventsEnv, groupMessagesEnv, loadEnv, syncEnv, syncsEnv } from '../../shared/env.ts';
import { eventHandler } from '../../shared/event-handler.ts';
import { EventBridgeBus } from '../../shared/events/event-bus.ts';
import { groupMessagesOf, syncsOf } from '../../shared/store/wecom-tables.ts';
import { syncExecution } from '../../shared/sync/executions.ts';
import { makeSelectDue, type SelectDueDependencies } from '../../shared/sync/select-due.ts';

export const makeHandler = (dependencies: SelectDueDependencies) => eventHandler(syncExecution, makeSelectDue(dependencies));

const env = loadEnv(accountsEnv, syncsEnv, groupMessagesEnv, syncEnv, eventsEnv);
export const handler = makeHandler({
  ...groupMessagesOf(env),
  ...syncsOf(env),
  events: new EventBridgeBus(env.EVENT_BUS),
  schedule: env.SYNC_SCHEDULE,
});
