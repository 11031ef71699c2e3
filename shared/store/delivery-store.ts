import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Delivery, type DeliveryStatus, delivery } from '../domain/delivery.ts';
import { recipientKey, taskKey } from '../domain/group-message-id.ts';
import { putAll } from './batches.ts';
import { listPage, pagesOf } from './pages.ts';
import { readRows } from './rows.ts';

/** Where the deliveries to one recipient were left off. */
export type RecipientPosition = Pick<Delivery, 'msgid' | 'userid' | 'create_time'>;

/** What operations and the sync depend on. */
export interface DeliveryStore {
  /** Everything stored of a member's part in a message, by recipient. */
  ofTask(accountId: string, msgid: string, userid: string): Promise<Map<string, Delivery>>;
  /** Stores rows without a condition: one worker at a time owns a member's list, and each row is only WeCom's latest word. */
  putAll(deliveries: readonly Delivery[]): Promise<void>;
  /** By recipient. A page may be shorter than `limit` and still have a next one, which begins after `next`. */
  listOfTask(
    task: { readonly account_id: string; readonly msgid: string; readonly userid: string },
    filter: { readonly status?: DeliveryStatus | undefined },
    limit: number,
    afterRecipient?: string,
  ): Promise<{ deliveries: Delivery[]; next?: string }>;
  /** The newest message first. */
  listOfRecipient(
    accountId: string,
    recipient: string,
    limit: number,
    after?: RecipientPosition,
  ): Promise<{ deliveries: Delivery[]; next?: RecipientPosition }>;
}

const keyOf = (item: Record<string, unknown>) => `delivery ${String(item['task'])}/${String(item['recipient_id'])}`;

export class DynamoDeliveryStore implements DeliveryStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async ofTask(accountId: string, msgid: string, userid: string): Promise<Map<string, Delivery>> {
    const found = new Map<string, Delivery>();
    // Of a member whose list took two steps, the second has to see what the first has just stored.
    const query = { ...this.#ofTask(taskKey(accountId, msgid, userid)), ConsistentRead: true };
    for await (const page of pagesOf(this.#client, query))
      for (const row of readRows(delivery, page, keyOf)) found.set(row.recipient_id, row);
    return found;
  }

  async putAll(deliveries: readonly Delivery[]): Promise<void> {
    await putAll(this.#client, this.#table, deliveries);
  }

  async listOfTask(
    { account_id, msgid, userid }: { readonly account_id: string; readonly msgid: string; readonly userid: string },
    { status }: { readonly status?: DeliveryStatus | undefined },
    limit: number,
    afterRecipient?: string,
  ) {
    const task = taskKey(account_id, msgid, userid);
    const query = this.#ofTask(task);
    const filtered = status && {
      FilterExpression: '#status = :status',
      ExpressionAttributeNames: { ...query.ExpressionAttributeNames, '#status': 'status' },
      ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ':status': status },
    };
    const ExclusiveStartKey = afterRecipient === undefined ? undefined : { task, recipient_id: afterRecipient };
    const { rows, after } = await listPage(this.#client, { ...query, ...filtered, ExclusiveStartKey }, limit);
    return { deliveries: readRows(delivery, rows, keyOf), ...(after && { next: String(after['recipient_id']) }) };
  }

  async listOfRecipient(accountId: string, recipientId: string, limit: number, after?: RecipientPosition) {
    const recipient = recipientKey(accountId, recipientId);
    const { rows, after: last } = await listPage(
      this.#client,
      {
        TableName: this.#table,
        IndexName: 'by_recipient',
        KeyConditionExpression: 'recipient = :recipient',
        ExpressionAttributeValues: { ':recipient': recipient },
        ScanIndexForward: false,
        ExclusiveStartKey: after && {
          task: taskKey(accountId, after.msgid, after.userid),
          recipient_id: recipientId,
          recipient,
          create_time: after.create_time,
        },
      },
      limit,
    );
    // The table's keys are the index's too: the last one names the message and the member.
    const [, msgid = '', userid = ''] = String(last?.['task']).split('/');
    return {
      deliveries: readRows(delivery, rows, keyOf),
      ...(last && { next: { msgid, userid, create_time: String(last['create_time']) } }),
    };
  }

  #ofTask(task: string) {
    return {
      TableName: this.#table,
      KeyConditionExpression: '#task = :task',
      ExpressionAttributeNames: { '#task': 'task' },
      ExpressionAttributeValues: { ':task': task },
    };
  }
}
