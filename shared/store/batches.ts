import { setTimeout as pause } from 'node:timers/promises';
import { BatchGetCommand, BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

type Row = Record<string, unknown>;

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html and API_BatchGetItem.html
const rowsPerWrite = 25;
const keysPerRead = 100;
/** Batches on their way at once: of one worker, of which there are a few. */
const atOnce = 4;
// What DynamoDB does not take for now it takes later: tables on demand double within minutes. 25 s in all at most.
const pausesMs = [50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800];

const piecesOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));

/** Ends when nothing is on its way any more: what a frozen function had left behind would be written when it wakes, over newer rows. */
const inTurns = async <T>(pieces: readonly T[], run: (piece: T) => Promise<void>): Promise<void> => {
  let next = 0;
  const worker = async () => {
    try {
      for (let piece = pieces[next++]; piece !== undefined; piece = pieces[next++]) await run(piece);
    } catch (error) {
      next = pieces.length;
      throw error;
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, pieces.length) }, worker));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
};

const patiently = async <T>(left: T[], attempt: (left: T[]) => Promise<T[]>): Promise<void> => {
  let rest = await attempt(left);
  for (const milliseconds of pausesMs) {
    if (rest.length === 0) return;
    await pause(milliseconds * (0.5 + Math.random() / 2));
    rest = await attempt(rest);
  }
  if (rest.length > 0) throw new Error(`DynamoDB did not take ${rest.length} rows`);
};

/** Stores rows without a condition, in place of what is there. Two of one key must not be among them. @throws when DynamoDB keeps refusing some */
export const putAll = async (client: DynamoDBDocumentClient, table: string, rows: readonly Row[]): Promise<void> =>
  inTurns(piecesOf(rows, rowsPerWrite), (piece) =>
    patiently(piece, async (left) => {
      const RequestItems = { [table]: left.map((Item) => ({ PutRequest: { Item } })) };
      const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems }));
      return (UnprocessedItems?.[table] ?? []).flatMap(({ PutRequest }) => (PutRequest?.Item ? [PutRequest.Item] : []));
    }),
  );

/** The rows of those keys that are there, in no order. @throws when DynamoDB keeps refusing some */
export const getAll = async (client: DynamoDBDocumentClient, table: string, keys: readonly Row[]): Promise<Row[]> => {
  const found: Row[] = [];
  await inTurns(piecesOf(keys, keysPerRead), (piece) =>
    patiently(piece, async (Keys) => {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
      );
      found.push(...(Responses?.[table] ?? []));
      return UnprocessedKeys?.[table]?.Keys ?? [];
    }),
  );
  return found;
};
