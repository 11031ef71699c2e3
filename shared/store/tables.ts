import type * as z from 'zod';
import type { accountsEnv, articlesEnv, massMessagesEnv } from '../env.ts';
import { DynamoAccountStore } from './account-store.ts';
import { DynamoArticleStore } from './article-store.ts';
import { documentClient } from './document-client.ts';
import { DynamoMassMessageStore } from './mass-message-store.ts';

/** Where the two records of Official Accounts are kept. */
export const recordsOf = (env: z.infer<typeof accountsEnv> & z.infer<typeof massMessagesEnv>) => {
  const client = documentClient();
  return {
    accounts: new DynamoAccountStore(client, env.ACCOUNTS_TABLE),
    messages: new DynamoMassMessageStore(client, env.MASS_MESSAGES_TABLE),
  };
};

/** Where is noted which messages share a page. */
export const articlesOf = (env: z.infer<typeof articlesEnv>) => new DynamoArticleStore(documentClient(), env.ARTICLES_TABLE);
