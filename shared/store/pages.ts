import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';

type Row = Record<string, unknown>;

/** All pages of a query, one after another as they are read. */
export async function* pagesOf(client: DynamoDBDocumentClient, query: QueryCommandInput): AsyncIterable<Row[]> {
  let start = query.ExclusiveStartKey;
  do {
    const page = await client.send(new QueryCommand({ ...query, ExclusiveStartKey: start }));
    yield page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start);
}

// A filter may match few of the rows it reads: one call reads at most 5 x 500 rows and then says where it stopped.
const pagesPerList = 5;
const rowsPerFilteredPage = 500;

/** Up to `limit` rows of a query, with or without a filter, and after which row to go on: there may be none. */
export const listPage = async (client: DynamoDBDocumentClient, query: QueryCommandInput, limit: number) => {
  const found: Row[] = [];
  let start = query.ExclusiveStartKey;
  for (let page = 0; page < pagesPerList; page++) {
    const Limit = query.FilterExpression === undefined ? limit - found.length : rowsPerFilteredPage;
    const answer = await client.send(new QueryCommand({ ...query, Limit, ExclusiveStartKey: start }));
    found.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
    if (!start || found.length >= limit) break;
  }
  const rows = found.slice(0, limit);
  return { rows, after: found.length > limit ? rows.at(-1) : start };
};
