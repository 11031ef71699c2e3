import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { clientDefaults } from '../aws-client.ts';
import type { Channel } from '../domain/channel.ts';
import type { accountsEnv, tokenReaderEnv } from '../env.ts';
import { DynamoAccountStore } from '../store/account-store.ts';
import { documentClient } from '../store/document-client.ts';
import { getSendingAccount } from '../store/sending-account.ts';
import { refreshThroughLambda } from './lambda-refresh.ts';
import { TokenSource } from './token-source.ts';
import { SecretsManagerTokens } from './token-vault.ts';

/** The tokens of a deployed operation on one channel, which may read tokens but no credentials: renewing is another function's. */
export const operationTokens = (
  channel: Channel,
  env: z.infer<typeof accountsEnv> & z.infer<typeof tokenReaderEnv>,
  accounts = new DynamoAccountStore(documentClient(), env.ACCOUNTS_TABLE),
): TokenSource =>
  new TokenSource({
    accounts: { get: (accountId) => getSendingAccount(channel, accounts, accountId) },
    tokens: new SecretsManagerTokens(new SecretsManagerClient(clientDefaults), env.TOKENS_PREFIX),
    refresh: refreshThroughLambda(env.REFRESH_TOKEN_FUNCTION),
  });
