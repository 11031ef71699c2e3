import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientDefaults } from '../../shared/aws-client.ts';
import {
  accountsEnv,
  articlesEnv,
  eventsEnv,
  loadEnv,
  massMessagesEnv,
  pushEnv,
  ticketWriterEnv,
  trackingEnv,
  workflowEnv,
} from '../../shared/env.ts';
import { EventBridgeBus } from '../../shared/events/event-bus.ts';
import { callbackHandler } from '../../shared/http/callback-handler.ts';
import { makeReceiveMassSendPush } from '../../shared/push/mass-send-push.ts';
import { platformHandlers } from '../../shared/push/platform-handlers.ts';
import { makeReceiveCallback, type ReceiveCallbackDependencies } from '../../shared/push/receive-callback.ts';
import { suiteHandlers } from '../../shared/push/suite-handlers.ts';
import { articlesOf, recordsOf } from '../../shared/store/tables.ts';
import { makeAuthorizationChanged, makeReceiveTicket } from '../../shared/tokens/platform-pushes.ts';
import { SecretsManagerPushSecrets } from '../../shared/tokens/push-secrets.ts';
import { SecretsManagerTickets } from '../../shared/tokens/ticket-vault.ts';
import { StepFunctionsStarter } from '../../shared/tracking/executions.ts';

/** @param within milliseconds until WeChat is told to send again */
export const makeHandler = (dependencies: ReceiveCallbackDependencies, within?: number) =>
  callbackHandler(makeReceiveCallback(dependencies), within);

const env = loadEnv(accountsEnv, massMessagesEnv, articlesEnv, pushEnv, ticketWriterEnv, trackingEnv, workflowEnv, eventsEnv);
const { accounts, messages } = recordsOf(env);
const secrets = new SecretsManagerClient(clientDefaults);
const tickets = new SecretsManagerTickets(secrets, env.TICKETS_PREFIX, { kmsKeyId: env.KMS_KEY_ID, tags: env.SECRET_TAGS });
const receiveTicket = makeReceiveTicket({ accounts, tickets });
const executions = new StepFunctionsStarter(env.TRACKING_STATE_MACHINE);
export const handler = makeHandler({
  accounts,
  secrets: new SecretsManagerPushSecrets(secrets, env.PUSH_SECRETS_PREFIX),
  handlers: {
    MASSSENDJOBFINISH: makeReceiveMassSendPush({
      accounts,
      messages,
      articles: articlesOf(env),
      executions,
      schedule: env.TRACKING_SCHEDULE,
    }),
    ...platformHandlers({
      receiveTicket,
      authorizationChanged: makeAuthorizationChanged({ accounts, events: new EventBridgeBus(env.EVENT_BUS) }),
    }),
    ...suiteHandlers({ receiveTicket }),
  },
});
