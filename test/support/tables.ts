import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { afterAll, beforeAll } from 'vitest';
import type { Account } from '../../shared/domain/account.ts';
import { DynamoAccountStore } from '../../shared/store/account-store.ts';
import { DynamoArticleStore } from '../../shared/store/article-store.ts';
import { DynamoDeliveryStore } from '../../shared/store/delivery-store.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { DynamoGroupMessageStore } from '../../shared/store/group-message-store.ts';
import { DynamoGroupTaskStore } from '../../shared/store/group-task-store.ts';
import { DynamoMassMessageStore } from '../../shared/store/mass-message-store.ts';
import { DynamoSyncStore } from '../../shared/store/sync-store.ts';

type Keys = readonly [partition: string, sort?: string];

/** The keys of the deployed tables; a test of the infrastructure holds the two together. */
export const tableKeys = {
  accounts: { key: ['account_id'], indexes: {} },
  'mass-messages': {
    key: ['account_id', 'msg_id'],
    indexes: { by_submitted_at: ['account_id', 'submitted_at'], due: ['due', 'next_step_at'] },
  },
  articles: { key: ['account_id', 'url_digest'], indexes: {} },
  'group-messages': {
    key: ['account_id', 'msgid'],
    indexes: { by_create_time: ['account_id', 'create_time'], due: ['due', 'next_refresh_at'] },
  },
  'group-tasks': { key: ['message', 'userid'], indexes: {} },
  deliveries: { key: ['task', 'recipient_id'], indexes: { by_recipient: ['recipient', 'create_time'] } },
  syncs: { key: ['account_id', 'sync_id'], indexes: { due: ['due', 'next_step_at'] } },
} as const satisfies Record<string, { key: Keys; indexes: Record<string, Keys> }>;

const keySchema = ([partition, sort]: Keys) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  ...(sort ? [{ AttributeName: sort, KeyType: 'RANGE' as const }] : []),
];

const createTable = (name: keyof typeof tableKeys): CreateTableCommandInput => {
  const { key, indexes } = tableKeys[name];
  const all: Keys[] = [key, ...Object.values<Keys>(indexes)];
  const names = new Set(all.flatMap((keys) => keys.filter((part) => part !== undefined)));
  const GlobalSecondaryIndexes = Object.entries<Keys>(indexes).map(([IndexName, keys]) => ({
    IndexName,
    KeySchema: keySchema(keys),
    Projection: { ProjectionType: 'ALL' as const },
  }));
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    KeySchema: keySchema(key),
    ...(GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes }),
  };
};

/** All of them, empty, on a server that has none yet. */
export const createTables = async (client: DynamoDBClient): Promise<void> => {
  for (const name of Object.keys(tableKeys) as (keyof typeof tableKeys)[]) {
    await client.send(new CreateTableCommand(createTable(name)));
    await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.1 }, { TableName: name });
  }
};

/** Real tables in process, for the tests of one file. Closed at the end. */
export const useTables = () => {
  const server = dynalite({ createTableMs: 0 });
  let raw: DynamoDBClient;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    raw = new DynamoDBClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'local',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    });
    await createTables(raw);
  });
  afterAll(() => {
    raw.destroy();
    server.close();
  });
  const client = (): DynamoDBDocumentClient => documentClient(raw);
  return {
    client,
    accounts: () => new DynamoAccountStore(client(), 'accounts'),
    messages: () => new DynamoMassMessageStore(client(), 'mass-messages'),
    articles: () => new DynamoArticleStore(client(), 'articles'),
    groupMessages: () => new DynamoGroupMessageStore(client(), 'group-messages'),
    groupTasks: () => new DynamoGroupTaskStore(client(), 'group-tasks'),
    deliveries: () => new DynamoDeliveryStore(client(), 'deliveries'),
    syncs: () => new DynamoSyncStore(client(), 'syncs'),
    /** Adds an account under an id of its own and returns the id. */
    async addAccount(row: Partial<Account> = {}): Promise<string> {
      const account_id = `oa-${crypto.randomUUID().slice(0, 8)}`;
      const Item = {
        account_id,
        kind: 'official_account',
        upstream_id: 'wx0123456789abcdef',
        created_at: '2026-01-01T00:00:00.000Z',
        attention: {},
        ...row,
      };
      await client().send(new PutCommand({ TableName: 'accounts', Item }));
      return account_id;
    },
  };
};
