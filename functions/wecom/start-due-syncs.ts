import * as z from 'zod';
import { accountsEnv, eventsEnv, loadEnv, syncEnv, syncsEnv, syncWorkflowEnv } from '../../shared/env.ts';
import { eventHandler } from '../../shared/event-handler.ts';
import { EventBridgeBus } from '../../shared/events/event-bus.ts';
import { syncsOf } from '../../shared/store/wecom-tables.ts';
import { StepFunctionsSyncs } from '../../shared/sync/executions.ts';
import { makeStartDueSyncs, type StartDueSyncsDependencies } from '../../shared/sync/start-due-syncs.ts';

export const makeHandler = (dependencies: StartDueSyncsDependencies) => {
  const startDueSyncs = makeStartDueSyncs(dependencies);
  return eventHandler(z.unknown(), (_event, deadline) => startDueSyncs(deadline));
};

const env = loadEnv(accountsEnv, syncsEnv, syncEnv, syncWorkflowEnv, eventsEnv);
export const handler = makeHandler({
  ...syncsOf(env),
  executions: new StepFunctionsSyncs(env.SYNC_STATE_MACHINE),
  events: new EventBridgeBus(env.EVENT_BUS),
  schedule: env.SYNC_SCHEDULE,
});
