import { asLogged, logger } from '../logger.ts';
import type { Execution, ExecutionStarter } from './executions.ts';

/** Starts an execution for a row that is stored. If that fails, the row is overdue after a while, and `resume-stalled` starts one. */
export const startIfPossible = async (executions: ExecutionStarter, { account_id, msg_id, attempt }: Execution): Promise<void> => {
  await executions.start({ account_id, msg_id, attempt }).catch((error: unknown) => {
    logger.warn('execution not started yet', { account_id, msg_id, error: asLogged(error) });
  });
};
