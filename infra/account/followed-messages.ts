import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';

/**
 * How many messages of the account are still on their way. Of the `due` index, which holds these rows and no others, over
 * all accounts: some hundreds, where the account's own index holds every message of all years.
 */
export const countFollowed = async (client: DynamoDBDocumentClient, table: string, accountId: string): Promise<number> => {
  let count = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'due',
        Select: 'COUNT',
        KeyConditionExpression: 'due = :due',
        FilterExpression: 'account_id = :account_id',
        ExpressionAttributeValues: { ':due': 'mass-message', ':account_id': accountId },
        ExclusiveStartKey: start,
      }),
    );
    count += page.Count ?? 0;
    start = page.LastEvaluatedKey;
  } while (start);
  return count;
};
