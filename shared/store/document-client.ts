import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientDefaults } from '../aws-client.ts';

/** Optional fields that are absent are left out of a row, not refused. */
export const documentClient = (client: DynamoDBClient = new DynamoDBClient(clientDefaults)): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
