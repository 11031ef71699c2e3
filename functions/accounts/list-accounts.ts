import * as z from 'zod';
import { accountId } from '../../shared/domain/account.ts';
import { accountsEnv, egressEnv, loadEnv } from '../../shared/env.ts';
import { apiHandler, noBody, noPath } from '../../shared/http/api-handler.ts';
import { readCursor, writeCursor } from '../../shared/http/cursor.ts';
import { limit } from '../../shared/http/inputs.ts';
import { presentAccount } from '../../shared/http/present-account.ts';
import { type AccountStore, DynamoAccountStore } from '../../shared/store/account-store.ts';
import { documentClient } from '../../shared/store/document-client.ts';

const query = z.strictObject({ limit, cursor: z.string().min(1).max(512).optional() });
export const input = { path: noPath, query, body: noBody };
/** Where a page ended. */
const position = z.strictObject({ account_id: accountId });
const list = ['accounts'];

export const makeHandler = (accounts: Pick<AccountStore, 'all'>, egressAddresses?: readonly string[]) =>
  apiHandler(input, async ({ query: { limit, cursor }, mayUse }) => {
    const after = cursor === undefined ? '' : readCursor(cursor, list, position).account_id;
    // There are tens of them: all are read, and what the caller's token does not name is not shown, and not counted either.
    const rest = (await accounts.all())
      .filter(({ account_id }) => account_id > after && mayUse(account_id))
      .sort((one, other) => (one.account_id < other.account_id ? -1 : 1));
    const page = rest.slice(0, limit);
    const last = rest.length > limit ? page.at(-1) : undefined;
    const next = last && { next_cursor: writeCursor({ account_id: last.account_id }, list) };
    return { status: 200, body: { accounts: page.map((account) => presentAccount(account, egressAddresses)), ...next } };
  });

const env = loadEnv(accountsEnv, egressEnv);
export const handler = makeHandler(new DynamoAccountStore(documentClient(), env.ACCOUNTS_TABLE), env.EGRESS_ADDRESSES);
