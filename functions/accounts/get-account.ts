import { accountsEnv, egressEnv, loadEnv } from '../../shared/env.ts';
import { apiHandler, noBody, noQuery } from '../../shared/http/api-handler.ts';
import { accountPath } from '../../shared/http/inputs.ts';
import { presentAccount } from '../../shared/http/present-account.ts';
import { type AccountStore, DynamoAccountStore } from '../../shared/store/account-store.ts';
import { documentClient } from '../../shared/store/document-client.ts';

export const input = { path: accountPath, query: noQuery, body: noBody };

export const makeHandler = (accounts: Pick<AccountStore, 'get'>, egressAddresses?: readonly string[]) =>
  apiHandler(input, async ({ path: { account_id } }) => ({
    status: 200,
    body: presentAccount(await accounts.get(account_id), egressAddresses),
  }));

const env = loadEnv(accountsEnv, egressEnv);
export const handler = makeHandler(new DynamoAccountStore(documentClient(), env.ACCOUNTS_TABLE), env.EGRESS_ADDRESSES);
