import type * as z from 'zod';
import type { accountsEnv, deliveriesEnv, groupMessagesEnv, groupTasksEnv, syncsEnv } from '../env.ts';
import { DynamoAccountStore } from './account-store.ts';
import { DynamoDeliveryStore } from './delivery-store.ts';
import { documentClient } from './document-client.ts';
import { DynamoGroupMessageStore } from './group-message-store.ts';
import { DynamoGroupTaskStore } from './group-task-store.ts';
import { DynamoSyncStore } from './sync-store.ts';

/** Where accounts and the group messages of those of WeCom's are kept. */
export const groupMessagesOf = (env: z.infer<typeof accountsEnv> & z.infer<typeof groupMessagesEnv>) => {
  const client = documentClient();
  return {
    accounts: new DynamoAccountStore(client, env.ACCOUNTS_TABLE),
    groupMessages: new DynamoGroupMessageStore(client, env.GROUP_MESSAGES_TABLE),
  };
};

export const groupTasksOf = (env: z.infer<typeof groupTasksEnv>) => new DynamoGroupTaskStore(documentClient(), env.GROUP_TASKS_TABLE);
export const deliveriesOf = (env: z.infer<typeof deliveriesEnv>) => new DynamoDeliveryStore(documentClient(), env.DELIVERIES_TABLE);

/** Where accounts and their syncs are kept. */
export const syncsOf = (env: z.infer<typeof accountsEnv> & z.infer<typeof syncsEnv>) => {
  const client = documentClient();
  return { accounts: new DynamoAccountStore(client, env.ACCOUNTS_TABLE), syncs: new DynamoSyncStore(client, env.SYNCS_TABLE) };
};
