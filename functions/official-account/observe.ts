import { accountsEnv, eventsEnv, loadEnv, massMessagesEnv, officialAccountEnv, tokenReaderEnv, trackingEnv } from '../../shared/env.ts';
import { eventHandler } from '../../shared/event-handler.ts';
import { EventBridgeBus } from '../../shared/events/event-bus.ts';
import { recordsOf } from '../../shared/store/tables.ts';
import { operationTokens } from '../../shared/tokens/operation-tokens.ts';
import { execution } from '../../shared/tracking/executions.ts';
import { makeLook } from '../../shared/tracking/look.ts';
import { makeTakeStep, type TakeStepDependencies } from '../../shared/tracking/take-step.ts';
import { createOfficialAccountClient, officialAccountTransport } from '../../shared/wechat/official-account.ts';

export const makeHandler = (dependencies: TakeStepDependencies) => eventHandler(execution, makeTakeStep(dependencies));

const env = loadEnv(accountsEnv, massMessagesEnv, tokenReaderEnv, officialAccountEnv, trackingEnv, eventsEnv);
const records = recordsOf(env);
const officialAccount = createOfficialAccountClient(officialAccountTransport({ baseUrl: env.OFFICIAL_ACCOUNT_URL }));
export const handler = makeHandler({
  ...records,
  events: new EventBridgeBus(env.EVENT_BUS),
  look: makeLook(operationTokens('official_account', env, records.accounts), officialAccount),
  schedule: env.TRACKING_SCHEDULE,
});
