import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AccountRows } from '../infra/account/account-rows.ts';
import { AccountSecrets } from '../infra/account/account-secrets.ts';
import { addAccount } from '../infra/account/add-account.ts';
import { DynamoAccountStore } from '../shared/store/account-store.ts';
import { documentClient } from '../shared/store/document-client.ts';
import { clientConfig } from './aws.ts';

export interface OfficialAccount {
  readonly account_id: string;
  readonly appid: string;
  readonly secret: string;
}

/** Adds an Official Account to stage `local` as `npm run account -- add` does. Its first token is fetched when somebody needs it. */
export const addOfficialAccount = async (
  endpoint: string,
  table: string,
  { account_id, appid, secret }: OfficialAccount,
  now: Date,
): Promise<void> => {
  using secrets = disposable(new SecretsManagerClient(clientConfig(endpoint)));
  using client = disposable(new DynamoDBClient(clientConfig(endpoint)));
  const tables = documentClient(client);
  const dependencies = {
    accounts: new DynamoAccountStore(tables, table),
    rows: new AccountRows(tables, table),
    secrets: new AccountSecrets(secrets, 'local'),
  };
  await addAccount(dependencies, account_id, { kind: 'official_account', appid, secret }, now);
};

const disposable = <T extends { destroy: () => void }>(client: T): T & Disposable =>
  Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
