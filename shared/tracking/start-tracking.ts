import { register } from '../domain/follow.ts';
import type { MassMessage } from '../domain/mass-message.ts';
import { registeredLate } from '../domain/push.ts';
import type { TrackingSchedule } from '../domain/tracking-schedule.ts';
import type { AccountStore } from '../store/account-store.ts';
import { changeRow } from '../store/change-row.ts';
import type { MassMessageStore } from '../store/mass-message-store.ts';
import { getSendingAccount } from '../store/sending-account.ts';
import type { ExecutionStarter } from './executions.ts';
import { startTrackingIfPossible } from './start-tracking-if-possible.ts';

export interface StartTrackingDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly messages: Pick<MassMessageStore, 'create' | 'get' | 'save'>;
  readonly executions: ExecutionStarter;
  readonly schedule: TrackingSchedule;
  readonly now?: () => Date;
}

/**
 * Registers a mass message and starts following it. A message that is registered already stays as it is; one that WeChat's
 * push was faster to tell of gets its label. The row comes first: if no execution can be started now, `resume-stalled` starts one, and the registration stands.
 * @throws AccountNotFoundError, AccountOfOtherChannelError, AccountSendsNothingError
 */
export const makeStartTracking =
  ({ accounts, messages, executions, schedule, now = () => new Date() }: StartTrackingDependencies) =>
  async (input: Parameters<typeof register>[0]): Promise<{ created: boolean; message: MassMessage }> => {
    const { account_id, msg_id } = input;
    await getSendingAccount('official_account', accounts, account_id);
    const message = register(input, now(), schedule);
    if (!(await messages.create(message))) {
      const read = () => messages.get(account_id, msg_id);
      const save = (next: MassMessage) => messages.save(next);
      return { created: false, message: await changeRow(await read(), (current) => registeredLate(current, input), { read, save }) };
    }
    await startTrackingIfPossible(executions, message);
    return { created: true, message };
  };
