import { CloudFormationClient, type CloudFormationClientConfig } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** Everything AWS that the commands use. @param place what is left out, the environment and the AWS profile say */
export const openClients = (place: Pick<CloudFormationClientConfig, 'region' | 'endpoint' | 'credentials'>) => {
  // An address that swallows packets is a setting that is wrong; no answer takes longer than refresh-token's 25 s.
  const config = { requestHandler: { connectionTimeout: 5_000, socketTimeout: 40_000 }, ...place };
  const cloudFormation = new CloudFormationClient(config);
  const secrets = new SecretsManagerClient(config);
  const tables = new DynamoDBClient(config);
  const functions = new LambdaClient(config);
  return {
    cloudFormation,
    secrets,
    tables,
    functions,
    [Symbol.dispose]: () => {
      for (const client of [cloudFormation, secrets, tables, functions]) client.destroy();
    },
  };
};
export type Clients = ReturnType<typeof openClients>;
