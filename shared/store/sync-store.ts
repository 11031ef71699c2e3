import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type ShardState, type Sync, sync } from '../domain/sync.ts';
import { StaleRowError, SyncNotFoundError } from './errors.ts';
import { pagesOf } from './pages.ts';
import { readRow, readRows, whenRefused } from './rows.ts';

/** What operations and the steps depend on. */
export interface SyncStore {
  /** Stores a new row. @throws StaleRowError if there is one of that id */
  create(row: Sync): Promise<void>;
  /** @throws SyncNotFoundError, UnreadableRowError */
  get(accountId: string, syncId: string): Promise<Sync>;
  /** Replaces the row of that attempt. For the steps that run alone. @throws StaleRowError if another attempt has taken over */
  save(next: Sync): Promise<void>;
  /** Hands the row to a new attempt, `next.attempt`. @throws StaleRowError if it was handed on, or went on, in the meantime */
  takeOver(next: Sync, before: Pick<Sync, 'next_step_at'>): Promise<void>;
  /**
   * What one worker has done, beside what the others store at the same time. Returns the row as it then is.
   * @param also.parked set for everybody: WeCom blocks the corp
   * @param also.turns 1 once in a step
   * @throws StaleRowError if another attempt has taken over
   */
  saveShard(
    of: Pick<Sync, 'account_id' | 'sync_id' | 'attempt'>,
    shard: number,
    state: ShardState,
    next_step_at: string,
    also: { readonly parked?: Sync['parked']; readonly turns: 0 | 1 },
  ): Promise<Sync>;
  /** Syncs whose next step was due before that time, the longest overdue first, page by page as they are read. */
  overdue(before: Date): AsyncIterable<Sync[]>;
}

const rowsPerOverduePage = 100;
const keyOf = (item: Record<string, unknown>) => `sync ${String(item['account_id'])}/${String(item['sync_id'])}`;

export class DynamoSyncStore implements SyncStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async create(row: Sync): Promise<void> {
    await this.#put(row, { ConditionExpression: 'attribute_not_exists(sync_id)' });
  }

  async get(accountId: string, syncId: string): Promise<Sync> {
    const Key = { account_id: accountId, sync_id: syncId };
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    if (!Item) throw new SyncNotFoundError(accountId, syncId);
    return readRow(sync, Item, keyOf(Item));
  }

  async save(next: Sync): Promise<void> {
    await this.#put(next, { ConditionExpression: 'attempt = :attempt', ExpressionAttributeValues: { ':attempt': next.attempt } });
  }

  async takeOver(next: Sync, { next_step_at }: Pick<Sync, 'next_step_at'>): Promise<void> {
    await this.#put(next, {
      ConditionExpression: 'attempt = :before AND next_step_at = :stalled_at',
      ExpressionAttributeValues: { ':before': next.attempt - 1, ':stalled_at': next_step_at },
    });
  }

  async saveShard(
    { account_id, sync_id, attempt }: Pick<Sync, 'account_id' | 'sync_id' | 'attempt'>,
    shard: number,
    state: ShardState,
    next_step_at: string,
    { parked, turns }: { readonly parked?: Sync['parked']; readonly turns: 0 | 1 },
  ): Promise<Sync> {
    const set = ['shards.#shard = :state', 'next_step_at = :next_step_at', 'resumes = :none', ...(parked ? ['parked = :parked'] : [])];
    const { Attributes = {} } = await this.#client
      .send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { account_id, sync_id },
          ReturnValues: 'ALL_NEW',
          UpdateExpression: `SET ${set.join(', ')} ADD turns :turns`,
          ConditionExpression: 'attempt = :attempt AND attribute_exists(shards.#shard)',
          ExpressionAttributeNames: { '#shard': String(shard) },
          ExpressionAttributeValues: {
            ':state': state,
            ':next_step_at': next_step_at,
            ':none': 0,
            ':turns': turns,
            ':attempt': attempt,
            ...(parked && { ':parked': parked }),
          },
        }),
      )
      .catch(whenRefused((cause) => stale({ account_id, sync_id }, cause)));
    return readRow(sync, Attributes, keyOf(Attributes));
  }

  async *overdue(before: Date): AsyncIterable<Sync[]> {
    const query = {
      TableName: this.#table,
      IndexName: 'due',
      KeyConditionExpression: 'due = :due AND next_step_at < :before',
      ExpressionAttributeValues: { ':due': 'sync', ':before': before.toISOString() },
      Limit: rowsPerOverduePage,
    };
    for await (const page of pagesOf(this.#client, query)) yield readRows(sync, page, keyOf);
  }

  async #put(row: Sync, condition: { ConditionExpression: string; ExpressionAttributeValues?: Record<string, unknown> }): Promise<void> {
    await this.#client
      .send(new PutCommand({ TableName: this.#table, Item: row, ...condition }))
      .catch(whenRefused((cause) => stale(row, cause)));
  }
}

const stale = (row: Pick<Sync, 'account_id' | 'sync_id'>, cause: unknown): never => {
  throw new StaleRowError(`${keyOf(row)} is another attempt's`, { cause });
};
