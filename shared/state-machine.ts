import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { clientDefaults } from './aws-client.ts';
import { asLogged, logger } from './logger.ts';

/** A state machine whose executions are named by us. */
export class StateMachine {
  readonly #arn: string;
  readonly #client: SFNClient;
  constructor(arn: string, client: SFNClient = new SFNClient(clientDefaults)) {
    this.#arn = arn;
    this.#client = client;
  }

  /**
   * Starting twice is harmless, also when that execution has ended by now.
   * @param name at most 80 characters; it stays taken for 90 days after an execution ended
   */
  async start(name: string, input: object): Promise<void> {
    const command = new StartExecutionCommand({ stateMachineArn: this.#arn, name, input: JSON.stringify(input) });
    await this.#client.send(command).catch((error: unknown) => {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    });
  }
}

/** For a start that somebody makes up for later. */
export const startIfPossible = async <E extends object>(
  executions: { readonly start: (execution: E) => Promise<void> },
  execution: E,
): Promise<void> => {
  await executions.start(execution).catch((error: unknown) => {
    logger.warn('execution not started yet', { ...execution, error: asLogged(error) });
  });
};
