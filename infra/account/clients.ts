import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/**
 * Everything AWS that the commands use, with the operator's own credentials.
 * @param region without one, what the environment or the AWS profile says; AWS_DEFAULT_REGION is the AWS CLI's name for it
 */
export const openClients = (region: string | undefined, env: NodeJS.ProcessEnv) => {
  const chosen = region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION']);
  // An address that swallows packets is a setting that is wrong; no answer takes longer than refresh-token's 25 s.
  const config = { requestHandler: { connectionTimeout: 5_000, socketTimeout: 40_000 }, ...(chosen && { region: chosen }) };
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
