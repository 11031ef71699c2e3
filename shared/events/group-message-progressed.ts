import * as z from 'zod';
import { accountId } from '../domain/account.ts';
import { chatType, type GroupMessage, groupMessageTotals } from '../domain/group-message.ts';
import { groupMessageId } from '../domain/group-message-id.ts';

/** `id` stays the same when an event is published again after a crash: consumers dedupe on it, not on the bus's own id. */
export const groupMessageProgressed = z.strictObject({
  version: z.literal(1),
  id: z.string().meta({ description: 'account, message and running number of the change' }),
  account_id: accountId,
  msgid: groupMessageId,
  chat_type: chatType,
  number: z.int().nonnegative(),
  totals: groupMessageTotals.strict().meta({
    description:
      'null is what nothing is known of: deliveries of which none were read, and to customer groups those that WeCom does not list: all but sent ones',
  }),
  cancelled: z.boolean().meta({ description: 'WeCom says that it was cancelled; what was sent by then stays sent' }),
  settled: z.boolean().meta({ description: 'no further change is expected' }),
  at: z.iso.datetime(),
});

/** One event for each change of the totals that nobody was told about yet, oldest first. */
export const unpublishedProgress = ({ history, account_id, msgid, chat_type, cancelled_at }: GroupMessage) =>
  history
    .filter(({ published }) => !published)
    .map(({ n, at, totals, settled }) => ({
      type: 'group_message.progressed' as const,
      at,
      detail: {
        version: 1 as const,
        id: `${account_id}/${msgid}/${n}`,
        account_id,
        msgid,
        chat_type,
        number: n,
        totals,
        cancelled: cancelled_at !== undefined && cancelled_at <= at,
        settled,
        at,
      },
    }));
