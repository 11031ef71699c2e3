import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type ChatType, type GroupMessage, groupMessage } from '../domain/group-message.ts';
import { getAll } from './batches.ts';
import { GroupMessageNotFoundError, StaleRowError } from './errors.ts';
import { listPage } from './pages.ts';
import { readRow, readRows, whenRefused } from './rows.ts';

/** Where a listing stopped: the last row that was returned. */
export type GroupMessagePosition = Pick<GroupMessage, 'msgid' | 'create_time'>;

export interface GroupMessageFilter {
  readonly chat_type?: ChatType | undefined;
  /** Bounds of create_time, RFC 3339 in UTC; the first included, the second not. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Where a sync is among the messages that it takes on: a message, and its time in their order. */
export interface SelectionPosition {
  readonly msgid: string;
  readonly time: string;
}
export interface Selection {
  readonly messages: GroupMessage[];
  /** Absent: there are no more. */
  readonly after?: SelectionPosition;
}

/** What operations and the sync depend on. */
export interface GroupMessageStore {
  /** Stores a new row. False: it is there already, and stays as it is. */
  create(message: GroupMessage): Promise<boolean>;
  /** @throws GroupMessageNotFoundError, UnreadableRowError */
  get(accountId: string, msgid: string): Promise<GroupMessage>;
  /** Which of these are stored. */
  known(accountId: string, msgids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Replaces the row at `next.rev - 1`. @throws StaleRowError if that is not what is stored */
  save(next: GroupMessage): Promise<void>;
  /** The newest first. A page may be shorter than `limit` and still have a next one. */
  list(
    accountId: string,
    filter: GroupMessageFilter,
    limit: number,
    after?: GroupMessagePosition,
  ): Promise<{ messages: GroupMessage[]; next?: GroupMessagePosition }>;
  /** Those to be refreshed by that time, the longest due first; read after `after`. */
  due(accountId: string, by: string, limit: number, after?: SelectionPosition): Promise<Selection>;
  /** Those created from `first` to `last`, both included, the oldest first; read after `after`. */
  createdIn(accountId: string, period: { first: string; last: string }, limit: number, after?: SelectionPosition): Promise<Selection>;
}

const keyOf = (item: Record<string, unknown>) => `group message ${String(item['account_id'])}/${String(item['msgid'])}`;

export class DynamoGroupMessageStore implements GroupMessageStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async create(message: GroupMessage): Promise<boolean> {
    return this.#client
      .send(new PutCommand({ TableName: this.#table, Item: message, ConditionExpression: 'attribute_not_exists(msgid)' }))
      .then(() => true)
      .catch(whenRefused(() => false));
  }

  async get(accountId: string, msgid: string): Promise<GroupMessage> {
    const Key = { account_id: accountId, msgid };
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    if (!Item) throw new GroupMessageNotFoundError(accountId, msgid);
    return readRow(groupMessage, Item, keyOf(Item));
  }

  async known(accountId: string, msgids: readonly string[]): Promise<ReadonlySet<string>> {
    const keys = [...new Set(msgids)].map((msgid) => ({ account_id: accountId, msgid }));
    return new Set((await getAll(this.#client, this.#table, keys)).map(({ msgid }) => String(msgid)));
  }

  async save(next: GroupMessage): Promise<void> {
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

  async list(accountId: string, { chat_type, from, to }: GroupMessageFilter, limit: number, after?: GroupMessagePosition) {
    const query = {
      ...this.#byCreateTime(accountId, from ?? '0', to === undefined ? ':' : justBefore(to)),
      ScanIndexForward: false,
      ExclusiveStartKey: after && { account_id: accountId, msgid: after.msgid, create_time: after.create_time },
    };
    const { rows, after: last } = await listPage(
      this.#client,
      chat_type === undefined
        ? query
        : {
            ...query,
            FilterExpression: 'chat_type = :chat_type',
            ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ':chat_type': chat_type },
          },
      limit,
    );
    return {
      messages: readRows(groupMessage, rows, keyOf),
      ...(last && { next: { msgid: String(last['msgid']), create_time: String(last['create_time']) } }),
    };
  }

  async due(accountId: string, by: string, limit: number, after?: SelectionPosition): Promise<Selection> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: 'due',
        KeyConditionExpression: 'due = :due AND next_refresh_at <= :by',
        ExpressionAttributeValues: { ':due': accountId, ':by': by },
        Limit: limit,
        ExclusiveStartKey: after && { account_id: accountId, msgid: after.msgid, due: accountId, next_refresh_at: after.time },
      }),
    );
    return selection(Items, LastEvaluatedKey, 'next_refresh_at');
  }

  async createdIn(
    accountId: string,
    { first, last }: { first: string; last: string },
    limit: number,
    after?: SelectionPosition,
  ): Promise<Selection> {
    const { rows, after: next } = await listPage(
      this.#client,
      {
        ...this.#byCreateTime(accountId, first, last),
        ExclusiveStartKey: after && { account_id: accountId, msgid: after.msgid, create_time: after.time },
      },
      limit,
    );
    return selection(rows, next, 'create_time');
  }

  #byCreateTime(accountId: string, first: string, last: string) {
    return {
      TableName: this.#table,
      IndexName: 'by_create_time',
      KeyConditionExpression: 'account_id = :account_id AND create_time BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':account_id': accountId, ':first': first, ':last': last },
    };
  }
}

type Row = Record<string, unknown>;
const selection = (rows: readonly Row[], last: Row | undefined, time: 'next_refresh_at' | 'create_time'): Selection => ({
  messages: readRows(groupMessage, rows, keyOf),
  ...(last && { after: { msgid: String(last['msgid']), time: String(last[time]) } }),
});

/** BETWEEN includes both ends; stored times are whole milliseconds. */
const justBefore = (time: string): string => new Date(new Date(time).getTime() - 1).toISOString();
