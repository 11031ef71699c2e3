import * as z from 'zod';
import { accountId } from '../domain/account.ts';
import { syncId } from '../domain/sync.ts';
import { StateMachine, startIfPossible } from '../state-machine.ts';

/** What an execution is started with and hands to each of its steps: which sync, and the how-manieth execution for it this is. */
export const syncExecution = z.object({ account_id: accountId, sync_id: syncId, attempt: z.int().positive() });
export type SyncExecution = z.infer<typeof syncExecution>;
/** One of the workers that read deliveries side by side. */
export const shardExecution = syncExecution.extend({ shard: z.int().nonnegative() });
export type ShardExecution = z.infer<typeof shardExecution>;

export interface SyncStarter {
  /** Starting twice is harmless. */
  start(execution: SyncExecution): Promise<void>;
}

export class StepFunctionsSyncs implements SyncStarter {
  readonly #machine: StateMachine;
  constructor(...machine: ConstructorParameters<typeof StateMachine>) {
    this.#machine = new StateMachine(...machine);
  }

  async start({ account_id, sync_id, attempt }: SyncExecution): Promise<void> {
    // 32 + 25 + digits.
    await this.#machine.start(`${account_id}-${sync_id}-${attempt}`, { account_id, sync_id, attempt });
  }
}

/** Starts an execution for a sync that is stored. If that fails, the sync is stalled after a while, and `start-due-syncs` starts one. */
export const startSyncIfPossible = (executions: SyncStarter, { account_id, sync_id, attempt }: SyncExecution): Promise<void> =>
  startIfPossible(executions, { account_id, sync_id, attempt });
