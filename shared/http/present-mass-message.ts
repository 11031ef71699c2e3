import * as z from 'zod';
import { deletion } from '../domain/deletion.ts';
import { historyEntry, isSettled, type MassMessage, massMessage } from '../domain/mass-message.ts';
import { article, copyright, counts, pushed } from '../domain/pushed.ts';

/** A deletion as the API shows it. */
export const deletionView = deletion.omit({ n: true }).meta({ id: 'Deletion' });

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
    pushed: pushed.nullable().meta({ description: "the newest of WeChat's pushes about it" }),
    counts: counts.nullable().meta({ description: "how many recipients; null until WeChat's push says so, for nothing else does" }),
    articles: z.array(article).nullable().meta({ description: 'the pages of its articles, as pushed' }),
    copyright: copyright.nullable().meta({ description: 'what the check for originality found, as pushed' }),
    deletions: z.array(deletionView).meta({ description: 'who asked to delete it, and what came of it' }),
    history: z.array(historyEntry.omit({ published: true })),
  })
  .strip()
  .meta({ id: 'MassMessage' });
export type MassMessageView = z.infer<typeof massMessageView>;

export const presentMassMessage = (message: MassMessage): MassMessageView => {
  const { confirmation_deadline, next_step_at, ...rest } = message;
  // Its state is, and yet there may be something to learn: what became of a deletion.
  const settled = isSettled(message.state) && message.deletion_look_at === undefined;
  return massMessageView.parse({
    pushed: null,
    counts: null,
    articles: null,
    copyright: null,
    ...rest,
    settled,
    ...(message.state === 'awaiting_confirmation' && { confirmation_deadline }),
    ...(!settled && { next_step_at }),
  });
};
