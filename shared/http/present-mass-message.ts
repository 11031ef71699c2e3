import * as z from 'zod';
import { historyEntry, isSettled, type MassMessage, massMessage } from '../domain/mass-message.ts';

/** A mass message as the API shows it. */
export const massMessageView = massMessage
  .pick({
    account_id: true,
    msg_id: true,
    label: true,
    state: true,
    basis: true,
    submitted_at: true,
    registered_at: true,
    state_since: true,
    last_observation: true,
    history_dropped: true,
  })
  .extend({
    settled: z.boolean().meta({ description: 'no further change is expected' }),
    confirmation_deadline: z.iso
      .datetime()
      .optional()
      .meta({ description: 'only while an administrator has to confirm: when WeChat lets the send fail' }),
    next_step_at: z.iso.datetime().optional().meta({ description: 'when Waybill looks at it next' }),
    history: z.array(historyEntry.omit({ published: true })),
  })
  .strip()
  .meta({ id: 'MassMessage' });
export type MassMessageView = z.infer<typeof massMessageView>;

export const presentMassMessage = (message: MassMessage): MassMessageView => {
  const { confirmation_deadline, next_step_at, ...rest } = message;
  const settled = isSettled(message.state);
  return massMessageView.parse({
    ...rest,
    settled,
    ...(message.state === 'awaiting_confirmation' && { confirmation_deadline }),
    ...(!settled && { next_step_at }),
  });
};
