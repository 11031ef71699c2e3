import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { account } from '../shared/domain/account.ts';
import { documentClient } from '../shared/store/document-client.ts';
import { whenRefused } from '../shared/store/rows.ts';
import { type Credentials, credentials } from '../shared/tokens/credentials.ts';
import { clientConfig } from './aws.ts';

export interface OfficialAccount {
  readonly account_id: string;
  readonly appid: string;
  readonly secret: string;
}

/** Adds an Official Account to a deployed stage: its credential, then its row. Adding it again changes nothing. */
export const addOfficialAccount = async (endpoint: string, table: string, added: OfficialAccount, now: Date): Promise<void> => {
  const secrets = new SecretsManagerClient(clientConfig(endpoint));
  const tables = new DynamoDBClient(clientConfig(endpoint));
  try {
    const { account_id, appid, secret } = added;
    await putCredential(secrets, account_id, credentials.parse({ kind: 'official_account', appid, secret }));
    const row = account.parse({
      account_id,
      kind: 'official_account',
      upstream_id: appid,
      created_at: now.toISOString(),
      attention: {},
    });
    const put = new PutCommand({ TableName: table, Item: row, ConditionExpression: 'attribute_not_exists(account_id)' });
    await documentClient(tables)
      .send(put)
      .catch(whenRefused(() => undefined));
  } finally {
    secrets.destroy();
    tables.destroy();
  }
};

const putCredential = async (secrets: SecretsManagerClient, accountId: string, credential: Credentials) => {
  const name = `waybill/local/credentials/${accountId}`;
  const SecretString = JSON.stringify(credential);
  try {
    await secrets.send(new CreateSecretCommand({ Name: name, SecretString }));
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    const present = await secrets.send(new GetSecretValueCommand({ SecretId: name }));
    if (present.SecretString !== SecretString) await secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString }));
  }
};
