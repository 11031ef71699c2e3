import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { clientDefaults } from '../aws-client.ts';
import { accountId } from '../domain/account.ts';
import { massMessageId } from '../domain/mass-message.ts';

/** What an execution is started with and hands to each of its steps: which message, and the how-manieth execution for it this is. */
export const execution = z.object({ account_id: accountId, msg_id: massMessageId, attempt: z.int().positive() });
export type Execution = z.infer<typeof execution>;

export interface ExecutionStarter {
  /** Starting twice is harmless. */
  start(execution: Execution): Promise<void>;
}

export class StepFunctionsStarter implements ExecutionStarter {
  readonly #machine: string;
  readonly #client: SFNClient;
  constructor(stateMachineArn: string, client: SFNClient = new SFNClient(clientDefaults)) {
    this.#machine = stateMachineArn;
    this.#client = client;
  }

  async start({ account_id, msg_id, attempt }: Execution): Promise<void> {
    const command = new StartExecutionCommand({
      stateMachineArn: this.#machine,
      // A name stays taken for 90 days after an execution ended, hence the attempt. At most 80 characters; this has 32 + 19 + digits.
      name: `${account_id}-${msg_id}-${attempt}`,
      input: JSON.stringify({ account_id, msg_id, attempt }),
    });
    // Also when that execution has ended by now: if it left its message unfinished, `resume-stalled` starts one of another name.
    await this.#client.send(command).catch((error: unknown) => {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    });
  }
}
