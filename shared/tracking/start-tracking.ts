import { register } from '../domain/follow.ts';
import type { MassMessage } from '../domain/mass-message.ts';
import type { TrackingSchedule } from '../domain/tracking-schedule.ts';
import { asLogged, logger } from '../logger.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { MassMessageStore } from '../store/mass-message-store.ts';
import type { ExecutionStarter } from './executions.ts';

export interface StartTrackingDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly messages: Pick<MassMessageStore, 'create' | 'get'>;
  readonly executions: ExecutionStarter;
  readonly schedule: TrackingSchedule;
  readonly now?: () => Date;
}

/**
 * Registers a mass message and starts following it. A message that is registered already stays as it is. The row comes
 * first: if no execution can be started now, `resume-stalled` starts one, and the registration stands.
 * @throws AccountNotFoundError
 */
export const makeStartTracking =
  ({ accounts, messages, executions, schedule, now = () => new Date() }: StartTrackingDependencies) =>
  async (input: Parameters<typeof register>[0]): Promise<{ created: boolean; message: MassMessage }> => {
    const { account_id, msg_id } = input;
    await accounts.get(account_id);
    const message = register(input, now(), schedule);
    if (!(await messages.create(message))) return { created: false, message: await messages.get(account_id, msg_id) };
    await executions.start(message).catch((error: unknown) => {
      logger.warn('execution not started yet', { account_id, msg_id, error: asLogged(error) });
    });
    return { created: true, message };
  };
