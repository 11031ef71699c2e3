import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type MassMessage, type MassMessageState, massMessage } from '../domain/mass-message.ts';
import { MassMessageNotFoundError, StaleRowError } from './errors.ts';
import { readRow, readRows, whenRefused } from './rows.ts';

/** Where a listing stopped: the last row that was returned. */
export type Position = Pick<MassMessage, 'msg_id' | 'submitted_at'>;

export interface MassMessageFilter {
  readonly state?: MassMessageState | undefined;
  /** Bounds of submitted_at, RFC 3339 in UTC; the first included, the second not. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What operations depend on. */
export interface MassMessageStore {
  /** Stores a new row. False: it is there already, and stays as it is. */
  create(message: MassMessage): Promise<boolean>;
  /** @throws MassMessageNotFoundError, UnreadableRowError */
  get(accountId: string, msgId: string): Promise<MassMessage>;
  /** Replaces the row at `next.rev - 1`. @throws StaleRowError if that is not what is stored */
  save(next: MassMessage): Promise<void>;
  /** The newest first. A page may be shorter than `limit` and still have a next one. */
  list(
    accountId: string,
    filter: MassMessageFilter,
    limit: number,
    after?: Position,
  ): Promise<{ messages: MassMessage[]; next?: Position }>;
  /** Rows whose next step was due before that time, the longest overdue first, page by page as they are read. */
  overdue(before: Date): AsyncIterable<MassMessage[]>;
}

// A filter by state may match few of the rows it reads: one call reads at most 5 x 500 rows and then hands out a cursor.
const pagesPerList = 5;
const rowsPerFilteredPage = 500;
// Each row of a page costs a write and a start: the first of them should not wait for a megabyte to be read.
const rowsPerOverduePage = 100;

const keyOf = (item: Record<string, unknown>) => `mass message ${String(item['account_id'])}/${String(item['msg_id'])}`;

export class DynamoMassMessageStore implements MassMessageStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async create(message: MassMessage): Promise<boolean> {
    return this.#client
      .send(new PutCommand({ TableName: this.#table, Item: message, ConditionExpression: 'attribute_not_exists(msg_id)' }))
      .then(() => true)
      .catch(whenRefused(() => false));
  }

  async get(accountId: string, msgId: string): Promise<MassMessage> {
    const Key = { account_id: accountId, msg_id: msgId };
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    if (!Item) throw new MassMessageNotFoundError(accountId, msgId);
    return readRow(massMessage, Item, keyOf(Item));
  }

  async save(next: MassMessage): Promise<void> {
    await this.#client
      .send(
        new PutCommand({
          TableName: this.#table,
          Item: next,
          ConditionExpression: 'rev = :previous',
          ExpressionAttributeValues: { ':previous': next.rev - 1 },
        }),
      )
      .catch(
        whenRefused((cause) => {
          throw new StaleRowError(`${keyOf(next)} is no longer at revision ${next.rev - 1}`, { cause });
        }),
      );
  }

  async list(accountId: string, filter: MassMessageFilter, limit: number, after?: Position) {
    const found: Record<string, unknown>[] = [];
    let start: Record<string, unknown> | undefined = after && { account_id: accountId, ...after };
    for (let page = 0; page < pagesPerList; page++) {
      const answer = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: 'by_submitted_at',
          ScanIndexForward: false,
          Limit: filter.state ? rowsPerFilteredPage : limit,
          ExclusiveStartKey: start,
          ...conditions(accountId, filter),
        }),
      );
      found.push(...(answer.Items ?? []));
      start = answer.LastEvaluatedKey;
      if (!start || found.length >= limit) break;
    }
    const returned = found.slice(0, limit);
    const next = found.length > limit ? returned.at(-1) : start;
    return {
      messages: readRows(massMessage, returned, keyOf),
      ...(next && { next: { msg_id: String(next['msg_id']), submitted_at: String(next['submitted_at']) } }),
    };
  }

  async *overdue(before: Date): AsyncIterable<MassMessage[]> {
    let start: Record<string, unknown> | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: 'due',
          KeyConditionExpression: 'due = :due AND next_step_at < :before',
          ExpressionAttributeValues: { ':due': 'mass-message', ':before': before.toISOString() },
          Limit: rowsPerOverduePage,
          ExclusiveStartKey: start,
        }),
      );
      yield readRows(massMessage, page.Items ?? [], keyOf);
      start = page.LastEvaluatedKey;
    } while (start);
  }
}

const conditions = (accountId: string, { state, from, to }: MassMessageFilter) => ({
  // '0' sorts before and ':' after every RFC 3339 time.
  KeyConditionExpression: 'account_id = :account_id AND submitted_at BETWEEN :from AND :to',
  ...(state && { FilterExpression: '#state = :state', ExpressionAttributeNames: { '#state': 'state' } }),
  ExpressionAttributeValues: {
    ':account_id': accountId,
    ':from': from ?? '0',
    ':to': to === undefined ? ':' : justBefore(to),
    ...(state && { ':state': state }),
  },
});

/** BETWEEN includes both ends; stored times are whole milliseconds. */
const justBefore = (time: string): string => new Date(new Date(time).getTime() - 1).toISOString();
