import { accountsEnv, loadEnv, syncsEnv } from '../../shared/env.ts';
import { apiHandler, noBody, noQuery } from '../../shared/http/api-handler.ts';
import { syncPath } from '../../shared/http/group-message-inputs.ts';
import { presentSync } from '../../shared/http/present-sync.ts';
import type { AccountStore } from '../../shared/store/account-store.ts';
import { SyncNotFoundError } from '../../shared/store/errors.ts';
import { getAccountOf } from '../../shared/store/sending-account.ts';
import type { SyncStore } from '../../shared/store/sync-store.ts';
import { syncsOf } from '../../shared/store/wecom-tables.ts';

export const input = { path: syncPath, query: noQuery, body: noBody };

export const makeHandler = ({
  accounts,
  syncs,
  now = () => new Date(),
}: {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly syncs: Pick<SyncStore, 'get'>;
  readonly now?: () => Date;
}) =>
  apiHandler(input, async ({ path: { account_id, sync_id } }) => {
    const sync = await syncs.get(account_id, sync_id).catch(async (error: unknown) => {
      // Told apart only when there is nothing: an account that does not exist is the more useful answer.
      if (error instanceof SyncNotFoundError) await getAccountOf('wecom', accounts, account_id);
      throw error;
    });
    return { status: 200, body: presentSync(sync, now()) };
  });

export const handler = makeHandler(syncsOf(loadEnv(accountsEnv, syncsEnv)));
