import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Account } from '../../../shared/domain/account.ts';
import { DynamoAccountStore } from '../../../shared/store/account-store.ts';
import { DynamoDeliveryStore } from '../../../shared/store/delivery-store.ts';
import { documentClient } from '../../../shared/store/document-client.ts';
import { DynamoGroupMessageStore } from '../../../shared/store/group-message-store.ts';
import { DynamoGroupTaskStore } from '../../../shared/store/group-task-store.ts';
import { DynamoSyncStore } from '../../../shared/store/sync-store.ts';

const row = z.record(z.string(), z.unknown());
const input = z.object({
  TableName: z.string().optional(),
  Item: row.optional(),
  UpdateExpression: z.string().optional(),
  RequestItems: z.record(z.string(), z.union([z.array(z.object({ PutRequest: z.object({ Item: row }) })), z.unknown()])).optional(),
});
const output = z.object({ Attributes: row.optional() });

/** What was written, by table: how many rows, and the largest of them, in bytes of JSON. */
export class Written {
  readonly rows: Record<string, number> = {};
  readonly largest: Record<string, number> = {};
  /** Requests of any kind. */
  requests = 0;

  note(table: string, items: readonly unknown[]): void {
    this.rows[table] = (this.rows[table] ?? 0) + items.length;
    for (const item of items)
      this.largest[table] = Math.max(this.largest[table] ?? 0, item === undefined ? 0 : Buffer.byteLength(JSON.stringify(item)));
  }
}

/** Real tables in another process, every write counted on its way. */
export const startTables = async () => {
  const server = fork(fileURLToPath(new URL('./tables-server.ts', import.meta.url)));
  const [told] = await once(server, 'message');
  const { endpoint } = z.object({ endpoint: z.string() }).parse(told);
  const raw = new DynamoDBClient({ endpoint, region: 'local', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  let written = new Written();
  raw.middlewareStack.add(
    (next) => async (args) => {
      const { TableName = '', Item, UpdateExpression, RequestItems = {} } = input.parse(args.input);
      const result = await next(args);
      written.requests++;
      if (Item) written.note(TableName, [Item]);
      if (UpdateExpression !== undefined) written.note(TableName, [output.parse(result.output).Attributes]);
      for (const [table, requests] of Object.entries(RequestItems)) if (Array.isArray(requests)) written.note(table, requests.map(itemOf));
      return result;
    },
    { step: 'initialize' },
  );
  const client = documentClient(raw);
  return {
    accounts: new DynamoAccountStore(client, 'accounts'),
    groupMessages: new DynamoGroupMessageStore(client, 'group-messages'),
    groupTasks: new DynamoGroupTaskStore(client, 'group-tasks'),
    deliveries: new DynamoDeliveryStore(client, 'deliveries'),
    syncs: new DynamoSyncStore(client, 'syncs'),
    addAccount: async (account: Account): Promise<void> => {
      await client.send(new PutCommand({ TableName: 'accounts', Item: account }));
    },
    /** Since this was last called. */
    takeWritten: (): Written => {
      const taken = written;
      written = new Written();
      return taken;
    },
    close: () => {
      raw.destroy();
      server.disconnect();
    },
  };
};
export type BenchTables = Awaited<ReturnType<typeof startTables>>;

const itemOf = (request: { readonly PutRequest: { readonly Item: unknown } }): unknown => request.PutRequest.Item;
