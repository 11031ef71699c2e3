import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { PageGuard } from '../domain/cursor-guard.ts';
import { messageKey } from '../domain/group-message-id.ts';
import { type GroupTask, groupTask, type TaskStatus } from '../domain/group-task.ts';
import { putAll } from './batches.ts';
import { listPage, pagesOf } from './pages.ts';
import { readRow, readRows, whenRefused } from './rows.ts';

/** What operations and the sync depend on. */
export interface GroupTaskStore {
  /** The tasks of a message by userid, after that one, page by page as they are read. */
  pages(accountId: string, msgid: string, afterUserid?: string): AsyncIterable<GroupTask[]>;
  /** Undefined: the member has no task of this message. @throws UnreadableRowError */
  find(accountId: string, msgid: string, userid: string): Promise<GroupTask | undefined>;
  /** Stores rows as they are: of a sync, one worker at a time owns a message's tasks, and the lease keeps other syncs away. */
  putAll(tasks: readonly GroupTask[]): Promise<void>;
  /** Where a sync is in the list of the member's deliveries, and what is stored of these by now. Nothing happens if the task is gone. */
  notePage(
    task: Pick<GroupTask, 'message' | 'userid'>,
    reading: { sync_id: string } & PageGuard,
    counts?: GroupTask['counts'],
  ): Promise<void>;
  /** What is stored of the member's deliveries, although their list did not come to its end. Nothing happens if the task is gone. */
  noteCounts(task: Pick<GroupTask, 'message' | 'userid'>, counts: NonNullable<GroupTask['counts']>): Promise<void>;
  /** Replaces the row. */
  save(task: GroupTask): Promise<void>;
  /** By userid. A page may be shorter than `limit` and still have a next one, which begins after `next`. */
  list(
    accountId: string,
    msgid: string,
    filter: { readonly status?: TaskStatus | undefined },
    limit: number,
    afterUserid?: string,
  ): Promise<{ tasks: GroupTask[]; next?: string }>;
}

const keyOf = (item: Record<string, unknown>) => `task ${String(item['message'])}/${String(item['userid'])}`;

export class DynamoGroupTaskStore implements GroupTaskStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async *pages(accountId: string, msgid: string, afterUserid?: string): AsyncIterable<GroupTask[]> {
    const query = { ...this.#ofMessage(accountId, msgid, afterUserid), ConsistentRead: true };
    for await (const page of pagesOf(this.#client, query)) yield readRows(groupTask, page, keyOf);
  }

  async find(accountId: string, msgid: string, userid: string): Promise<GroupTask | undefined> {
    const Key = { message: messageKey(accountId, msgid), userid };
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    return Item && readRow(groupTask, Item, keyOf(Item));
  }

  async putAll(tasks: readonly GroupTask[]): Promise<void> {
    await putAll(this.#client, this.#table, tasks);
  }

  async notePage(
    task: Pick<GroupTask, 'message' | 'userid'>,
    reading: { sync_id: string } & PageGuard,
    counts?: GroupTask['counts'],
  ): Promise<void> {
    await this.#note(task, { reading, ...(counts && { counts }) });
  }

  async noteCounts(task: Pick<GroupTask, 'message' | 'userid'>, counts: NonNullable<GroupTask['counts']>): Promise<void> {
    await this.#note(task, { counts });
  }

  async #note({ message, userid }: Pick<GroupTask, 'message' | 'userid'>, fields: Partial<GroupTask>): Promise<void> {
    const names = Object.keys(fields);
    await this.#client
      .send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { message, userid },
          UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
          ConditionExpression: 'attribute_exists(userid)',
          ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value])),
        }),
      )
      .catch(whenRefused(() => undefined));
  }

  async save(task: GroupTask): Promise<void> {
    await this.#client
      .send(new PutCommand({ TableName: this.#table, Item: task, ConditionExpression: 'attribute_exists(userid)' }))
      .catch(whenRefused(() => undefined));
  }

  async list(
    accountId: string,
    msgid: string,
    { status }: { readonly status?: TaskStatus | undefined },
    limit: number,
    afterUserid?: string,
  ) {
    const query = this.#ofMessage(accountId, msgid, afterUserid);
    const filtered = status && {
      FilterExpression: '#status = :status',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ':status': status },
    };
    const { rows, after } = await listPage(this.#client, { ...query, ...filtered }, limit);
    return { tasks: readRows(groupTask, rows, keyOf), ...(after && { next: String(after['userid']) }) };
  }

  #ofMessage(accountId: string, msgid: string, afterUserid?: string) {
    const message = messageKey(accountId, msgid);
    return {
      TableName: this.#table,
      KeyConditionExpression: 'message = :message',
      ExpressionAttributeValues: { ':message': message },
      ExclusiveStartKey: afterUserid === undefined ? undefined : { message, userid: afterUserid },
    };
  }
}
