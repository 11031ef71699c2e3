import { accountsEnv, eventsEnv, groupMessagesEnv, groupTasksEnv, loadEnv, syncEnv, syncsEnv } from '../../shared/env.ts';
import { eventHandler } from '../../shared/event-handler.ts';
import { EventBridgeBus } from '../../shared/events/event-bus.ts';
import { groupMessagesOf, groupTasksOf, syncsOf } from '../../shared/store/wecom-tables.ts';
import { syncExecution } from '../../shared/sync/executions.ts';
import { makeSummarise, type SummariseDependencies } from '../../shared/sync/summarise.ts';

export const makeHandler = (dependencies: SummariseDependencies) => eventHandler(syncExecution, makeSummarise(dependencies));

const env = loadEnv(accountsEnv, syncsEnv, groupMessagesEnv, groupTasksEnv, syncEnv, eventsEnv);
export const handler = makeHandler({
  ...groupMessagesOf(env),
  ...syncsOf(env),
  groupTasks: groupTasksOf(env),
  events: new EventBridgeBus(env.EVENT_BUS),
  schedule: env.SYNC_SCHEDULE,
});
