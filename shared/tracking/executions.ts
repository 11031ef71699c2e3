import * as z from 'zod';
import { accountId } from '../domain/account.ts';
import { massMessageId } from '../domain/mass-message.ts';
import { StateMachine } from '../state-machine.ts';

/** What an execution is started with and hands to each of its steps: which message, and the how-manieth execution for it this is. */
export const execution = z.object({ account_id: accountId, msg_id: massMessageId, attempt: z.int().positive() });
export type Execution = z.infer<typeof execution>;

export interface ExecutionStarter {
  /** Starting twice is harmless. */
  start(execution: Execution): Promise<void>;
}

export class StepFunctionsStarter implements ExecutionStarter {
  readonly #machine: StateMachine;
  constructor(...machine: ConstructorParameters<typeof StateMachine>) {
    this.#machine = new StateMachine(...machine);
  }

  async start({ account_id, msg_id, attempt }: Execution): Promise<void> {
    // 32 + 19 + digits. An execution that left its message unfinished is followed by one of another attempt: see resume-stalled.
    await this.#machine.start(`${account_id}-${msg_id}-${attempt}`, { account_id, msg_id, attempt });
  }
}
