import { begun, newSyncId, type Sync } from '../domain/sync.ts';
import type { SyncSchedule } from '../domain/sync-schedule.ts';
import type { AccountStore } from '../store/account-store.ts';
import { getSendingAccount } from '../store/sending-account.ts';
import type { SyncStore } from '../store/sync-store.ts';
import { type SyncStarter, startSyncIfPossible } from './executions.ts';
import { periodSince } from './period.ts';

export interface StartSyncDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly syncs: Pick<SyncStore, 'create'>;
  readonly executions: SyncStarter;
  readonly schedule: SyncSchedule;
  readonly now?: () => Date;
}

export interface SyncRequest {
  readonly account_id: string;
  /** Left out: from where the last sync ended, and whatever is due. */
  readonly start_time?: string | undefined;
  /** Left out: now. */
  readonly end_time?: string | undefined;
  readonly caller: string;
}

/**
 * Starts a sync on request. While another one of the account runs it waits. The row comes first: if no execution can be started now,
 * `start-due-syncs` starts one.
 * @throws AccountNotFoundError, AccountOfOtherChannelError, AccountSendsNothingError
 */
export const makeStartSync =
  ({ accounts, syncs, executions, schedule, now = () => new Date() }: StartSyncDependencies) =>
  async ({ account_id, start_time, end_time, caller }: SyncRequest): Promise<Sync> => {
    const account = await getSendingAccount('wecom', accounts, account_id);
    const asked = now();
    const period =
      start_time === undefined ? periodSince(account, asked, schedule) : { start_time, end_time: end_time ?? asked.toISOString() };
    const sync = begun(
      {
        account_id,
        sync_id: newSyncId(asked),
        trigger: 'request',
        requested_by: caller,
        period,
        selection: start_time === undefined ? 'due' : 'period',
      },
      asked,
      schedule,
    );
    await syncs.create(sync);
    await startSyncIfPossible(executions, sync);
    return sync;
  };
