import * as z from 'zod';
import { accountsEnv, eventsEnv, loadEnv, massMessagesEnv, trackingEnv, workflowEnv } from '../../shared/env.ts';
import { eventHandler } from '../../shared/event-handler.ts';
import { EventBridgeBus } from '../../shared/events/event-bus.ts';
import { recordsOf } from '../../shared/store/tables.ts';
import { StepFunctionsStarter } from '../../shared/tracking/executions.ts';
import { makeResumeStalled, type ResumeStalledDependencies } from '../../shared/tracking/resume-stalled.ts';

export const makeHandler = (dependencies: ResumeStalledDependencies) => {
  const resumeStalled = makeResumeStalled(dependencies);
  return eventHandler(z.unknown(), (_event, deadline) => resumeStalled(deadline));
};

const env = loadEnv(accountsEnv, massMessagesEnv, trackingEnv, workflowEnv, eventsEnv);
export const handler = makeHandler({
  ...recordsOf(env),
  executions: new StepFunctionsStarter(env.TRACKING_STATE_MACHINE),
  events: new EventBridgeBus(env.EVENT_BUS),
  schedule: env.TRACKING_SCHEDULE,
});
