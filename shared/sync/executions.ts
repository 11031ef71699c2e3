import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { clientDefaults } from '../aws-client.ts';
import { accountId } from '../domain/account.ts';
import { syncId } from '../domain/sync.ts';
import { asLogged, logger } from '../logger.ts';

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
  readonly #machine: string;
  readonly #client: SFNClient;
  constructor(stateMachineArn: string, client: SFNClient = new SFNClient(clientDefaults)) {
    this.#machine = stateMachineArn;
    this.#client = client;
  }

  async start({ account_id, sync_id, attempt }: SyncExecution): Promise<void> {
    const command = new StartExecutionCommand({
      stateMachineArn: this.#machine,
      // At most 80 characters; this has 32 + 25 + digits. A name stays taken for 90 days after an execution ended, hence the attempt.
      name: `${account_id}-${sync_id}-${attempt}`,
      input: JSON.stringify({ account_id, sync_id, attempt }),
    });
    await this.#client.send(command).catch((error: unknown) => {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    });
  }
}

/** Starts an execution for a sync that is stored. If that fails, the sync is stalled after a while, and `start-due-syncs` starts one. */
export const startIfPossible = async (executions: SyncStarter, { account_id, sync_id, attempt }: SyncExecution): Promise<void> => {
  await executions.start({ account_id, sync_id, attempt }).catch((error: unknown) => {
    logger.warn('execution not started yet', { account_id, sync_id, error: asLogged(error) });
  });
};
