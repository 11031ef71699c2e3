import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientDefaults } from '../aws-client.ts';
import { accountsEnv, eventsEnv, loadEnv, officialAccountEnv, platformsEnv, tokenWriterEnv, wecomEnv } from '../env.ts';
import { EventBridgeBus } from '../events/event-bus.ts';
import { DynamoAccountStore } from '../store/account-store.ts';
import { documentClient } from '../store/document-client.ts';
import { createComponentClient } from '../wechat/component.ts';
import { createOfficialAccountClient, officialAccountTransport } from '../wechat/official-account.ts';
import { createWecomClient, wecomTransport } from '../wechat/wecom.ts';
import { SecretsManagerAuthorizations } from './authorization-vault.ts';
import { SecretsManagerCredentials } from './credentials.ts';
import type { RefreshDependencies } from './refresh-token.ts';
import { renewalOf } from './renewal.ts';
import { SecretsManagerTickets } from './ticket-vault.ts';
import { SecretsManagerTokens } from './token-vault.ts';

/** What the two functions that may read credentials are made of. */
export const tokenFunctionDependencies = (): RefreshDependencies => {
  const env = loadEnv(accountsEnv, tokenWriterEnv, platformsEnv, officialAccountEnv, wecomEnv, eventsEnv);
  const secrets = new SecretsManagerClient(clientDefaults);
  const newSecret = { kmsKeyId: env.KMS_KEY_ID, tags: env.SECRET_TAGS };
  const transport = officialAccountTransport({ baseUrl: env.OFFICIAL_ACCOUNT_URL });
  return renewalOf({
    accounts: new DynamoAccountStore(documentClient(), env.ACCOUNTS_TABLE),
    events: new EventBridgeBus(env.EVENT_BUS),
    credentials: new SecretsManagerCredentials(secrets, env.CREDENTIALS_PREFIX),
    vault: new SecretsManagerTokens(secrets, env.TOKENS_PREFIX, newSecret),
    tickets: new SecretsManagerTickets(secrets, env.TICKETS_PREFIX),
    authorizations: new SecretsManagerAuthorizations(secrets, env.AUTHORIZATIONS_PREFIX, newSecret),
    officialAccount: createOfficialAccountClient(transport),
    component: createComponentClient(transport),
    wecom: createWecomClient(wecomTransport({ baseUrl: env.WECOM_URL })),
  });
};
