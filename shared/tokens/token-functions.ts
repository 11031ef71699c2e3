import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientDefaults } from '../aws-client.ts';
import { accountsEnv, eventsEnv, loadEnv, officialAccountEnv, tokenWriterEnv } from '../env.ts';
import { EventBridgeBus } from '../events/event-bus.ts';
import { DynamoAccountStore } from '../store/account-store.ts';
import { documentClient } from '../store/document-client.ts';
import { createOfficialAccountClient, officialAccountTransport } from '../wechat/official-account.ts';
import { SecretsManagerCredentials } from './credentials.ts';
import { fetchTokenFrom } from './fetch-token.ts';
import type { RefreshDependencies } from './refresh-token.ts';
import { SecretsManagerTokens } from './token-vault.ts';

/** What the two functions that may read credentials are made of. */
export const tokenFunctionDependencies = (): RefreshDependencies => {
  const env = loadEnv(accountsEnv, tokenWriterEnv, officialAccountEnv, eventsEnv);
  const secrets = new SecretsManagerClient(clientDefaults);
  return {
    accounts: new DynamoAccountStore(documentClient(), env.ACCOUNTS_TABLE),
    events: new EventBridgeBus(env.EVENT_BUS),
    credentials: new SecretsManagerCredentials(secrets, env.CREDENTIALS_PREFIX),
    vault: new SecretsManagerTokens(secrets, env.TOKENS_PREFIX, env.KMS_KEY_ID),
    fetchToken: fetchTokenFrom(createOfficialAccountClient(officialAccountTransport({ baseUrl: env.OFFICIAL_ACCOUNT_URL }))),
  };
};
