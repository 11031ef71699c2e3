import { startIfPossible } from '../state-machine.ts';
import type { Execution, ExecutionStarter } from './executions.ts';

/** Starts an execution for a row that is stored. If that fails, the row is overdue after a while, and `resume-stalled` starts one. */
export const startTrackingIfPossible = (executions: ExecutionStarter, { account_id, msg_id, attempt }: Execution): Promise<void> =>
  startIfPossible(executions, { account_id, msg_id, attempt });
