import * as z from 'zod';
import { accountsEnv, eventsEnv, loadEnv, massMessagesEnv, trackingEnv, workflowEnv } from '../../shared/env.ts';
import { eventHandler } from '../../shared/event-handler.ts';
import { EventBridgeBus } from '../../shared/events/event-bus.ts';
import { DynamoAccountStore } from '../../shared/store/account-store.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { DynamoMassMessageStore } from '../../shared/store/mass-message-store.ts';
import { StepFunctionsStarter } from '../../shared/tracking/executions.ts';
import { makeResumeStalled, type ResumeStalledDependencies } from '../../shared/tracking/resume-stalled.ts';

export const makeHandler = (dependencies: ResumeStalledDependencies) => {
  const resumeStalled = makeResumeStalled(dependencies);
  return eventHandler(z.unknown(), (_event, deadline) => resumeStalled(deadline));
};

const env = loadEnv(
  z.object({ ...accountsEnv.shape, ...massMessagesEnv.shape, ...trackingEnv.shape, ...workflowEnv.shape, ...eventsEnv.shape }),
);
const client = documentClient();
export const handler = makeHandler({
  accounts: new DynamoAccountStore(client, env.ACCOUNTS_TABLE),
  messages: new DynamoMassMessageStore(client, env.MASS_MESSAGES_TABLE),
  executions: new StepFunctionsStarter(env.TRACKING_STATE_MACHINE),
  events: new EventBridgeBus(env.EVENT_BUS),
  schedule: env.TRACKING_SCHEDULE,
});
