import * as z from 'zod';
import { accountId, attentionSubject } from '../domain/account.ts';
import { basis, isSettled, type MassMessage, massMessageId, massMessageState } from '../domain/mass-message.ts';
import { groupMessageProgressed } from './group-message-progressed.ts';

/** `id` stays the same when an event is published again after a crash: consumers dedupe on it, not on the bus's own id. */
export const massMessageStateChanged = z.strictObject({
  version: z.literal(1),
  id: z.string().meta({ description: 'account, message and running number of the history entry' }),
  account_id: accountId,
  msg_id: massMessageId,
  label: z.string().optional(),
  number: z.int().nonnegative(),
  state: massMessageState,
  previous_state: massMessageState.optional(),
  basis,
  settled: z.boolean().meta({ description: 'no further change is expected' }),
  at: z.iso.datetime(),
});

const accountAttention = z.strictObject({
  version: z.literal(1),
  id: z.string().meta({ description: 'account, subject and the time since when' }),
  account_id: accountId,
  subject: attentionSubject,
  code: z.string(),
  errcode: z.int().optional(),
  msg_id: massMessageId.optional().meta({ description: 'the message that met the trouble' }),
  hint: z.string().meta({ description: 'what a person has to do' }),
  since: z.iso.datetime(),
});

/** Every event by its detail-type. A change that breaks a consumer gets a new version, published beside the old one. */
export const eventSchemas = {
  'mass_message.state_changed': massMessageStateChanged,
  'group_message.progressed': groupMessageProgressed,
  'account.attention': accountAttention,
} as const;

export type Event = {
  [Type in keyof typeof eventSchemas]: { readonly type: Type; readonly detail: z.infer<(typeof eventSchemas)[Type]>; readonly at: string };
}[keyof typeof eventSchemas];

/** One event for each history entry that nobody was told about yet, oldest first. */
export const unpublishedEvents = (message: MassMessage): Event[] =>
  message.history.flatMap(({ published, n, at, state, basis: ground }, index) => {
    if (published) return [];
    const previous = message.history[index - 1]?.state;
    return [
      {
        type: 'mass_message.state_changed' as const,
        at,
        detail: {
          version: 1 as const,
          id: `${message.account_id}/${message.msg_id}/${n}`,
          account_id: message.account_id,
          msg_id: message.msg_id,
          ...(message.label !== undefined && { label: message.label }),
          number: n,
          state,
          ...(previous && { previous_state: previous }),
          basis: ground,
          settled: isSettled(state),
          at,
        },
      },
    ];
  });
