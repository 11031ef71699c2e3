import * as z from 'zod';
import { massMessageId } from '../../shared/domain/mass-message.ts';
import { accountsEnv, loadEnv, massMessagesEnv, trackingEnv, workflowEnv } from '../../shared/env.ts';
import { apiHandler, noQuery } from '../../shared/http/api-handler.ts';
import { accountPath, label, pastTime } from '../../shared/http/inputs.ts';
import { presentMassMessage } from '../../shared/http/present-mass-message.ts';
import { recordsOf } from '../../shared/store/tables.ts';
import { StepFunctionsStarter } from '../../shared/tracking/executions.ts';
import { makeStartTracking, type StartTrackingDependencies } from '../../shared/tracking/start-tracking.ts';

const clock = () => new Date();
const inputAt = (now: () => Date) => ({
  path: accountPath,
  query: noQuery,
  body: z.strictObject({ msg_id: massMessageId, submitted_at: pastTime(now).optional(), label: label.optional() }),
});
export const input = inputAt(clock);

export const makeHandler = (dependencies: StartTrackingDependencies) => {
  const startTracking = makeStartTracking(dependencies);
  return apiHandler(inputAt(dependencies.now ?? clock), async ({ path, body }) => {
    const { created, message } = await startTracking({ ...path, ...body });
    return { status: created ? 202 : 200, body: presentMassMessage(message) };
  });
};

const env = loadEnv(accountsEnv, massMessagesEnv, trackingEnv, workflowEnv);
export const handler = makeHandler({
  ...recordsOf(env),
  executions: new StepFunctionsStarter(env.TRACKING_STATE_MACHINE),
  schedule: env.TRACKING_SCHEDULE,
});
