import * as z from 'zod';
import { accountsEnv, eventsEnv, loadEnv, massMessagesEnv, officialAccountEnv, tokenReaderEnv, trackingEnv } from '../../shared/env.ts';
import { eventHandler } from '../../shared/event-handler.ts';
import { EventBridgeBus } from '../../shared/events/event-bus.ts';
import { DynamoAccountStore } from '../../shared/store/account-store.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { DynamoMassMessageStore } from '../../shared/store/mass-message-store.ts';
import { operationTokens } from '../../shared/tokens/operation-tokens.ts';
import { execution } from '../../shared/tracking/executions.ts';
import { makeLook } from '../../shared/tracking/look.ts';
import { makeTakeStep, type TakeStepDependencies } from '../../shared/tracking/take-step.ts';
import { createOfficialAccountClient, officialAccountTransport } from '../../shared/wechat/official-account.ts';

export const makeHandler = (dependencies: TakeStepDependencies) => eventHandler(execution, makeTakeStep(dependencies));

const env = loadEnv(
  z.object({
    ...accountsEnv.shape,
    ...massMessagesEnv.shape,
    ...tokenReaderEnv.shape,
    ...officialAccountEnv.shape,
    ...trackingEnv.shape,
    ...eventsEnv.shape,
  }),
);
const client = documentClient();
const accounts = new DynamoAccountStore(client, env.ACCOUNTS_TABLE);
const officialAccount = createOfficialAccountClient(officialAccountTransport({ baseUrl: env.OFFICIAL_ACCOUNT_URL }));
export const handler = makeHandler({
  accounts,
  messages: new DynamoMassMessageStore(client, env.MASS_MESSAGES_TABLE),
  events: new EventBridgeBus(env.EVENT_BUS),
  look: makeLook(operationTokens(env, accounts), officialAccount),
  schedule: env.TRACKING_SCHEDULE,
});
