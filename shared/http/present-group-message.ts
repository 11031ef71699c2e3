import * as z from 'zod';
import { delivery, knownOf } from '../domain/delivery.ts';
import { type ChatType, type GroupMessage, groupMessage, groupMessageTotals } from '../domain/group-message.ts';
import { groupTask } from '../domain/group-task.ts';

const unlisted = 'to customer groups WeCom lists only what was sent: what else there may be is null';

const totals = groupMessageTotals
  .extend({
    deliveries: groupMessageTotals.shape.deliveries.meta({
      description: `of the members whose deliveries have been read, null: of none; ${unlisted}`,
    }),
    members_unread: groupMessageTotals.shape.members_unread.meta({
      description: 'members of whose deliveries nothing is known: they are missing from `deliveries`',
    }),
  })
  .meta({ id: 'GroupMessageTotals' });

const { chat_type, creator, create_type, text, attachments, settled, cancelled_at, failure, next_refresh_at, history } = groupMessage.shape;

/** A group message as the API shows it. */
export const groupMessageView = groupMessage
  .pick({ account_id: true, msgid: true, create_time: true, discovered_at: true, history_dropped: true })
  .extend({
    chat_type: chat_type.meta({ description: 'single: to customers, group: to customer groups' }),
    creator: creator.meta({ description: 'userid; absent when an API created the message' }),
    create_type: create_type.meta({ description: '0: by the company, 1: by a member' }),
    text: text.meta({ description: 'as WeCom has it' }),
    attachments: attachments.meta({ description: 'as WeCom has it' }),
    settled: settled.meta({ description: 'no further change is expected' }),
    cancelled_at: cancelled_at.meta({ description: 'when WeCom said that it was cancelled; what was sent by then stays sent' }),
    failure: failure.meta({ description: 'why the last refresh did not come to its end' }),
    next_refresh_at: next_refresh_at.meta({
      description: 'the first sync after it looks at the message again; absent when nothing more is expected, or it is too old',
    }),
    totals: totals.nullable().meta({ description: 'null until the whole list of its members has been read' }),
    totals_at: z.iso.datetime().nullable().meta({ description: 'when they were last found to be different' }),
    history: z.array(history.element.omit({ published: true }).extend({ totals })),
  })
  .strip()
  .meta({ id: 'GroupMessage' });
export type GroupMessageView = z.infer<typeof groupMessageView>;

export const presentGroupMessage = (message: GroupMessage): GroupMessageView =>
  groupMessageView.parse({ totals: null, totals_at: null, ...message });

const upstreamStatus = { description: "WeCom's number, where `status` is `other`: it is none of the documented" };
const changedAt = { description: 'since when it is as it is, as far as a sync saw' };

/** One member's part in a group message. */
export const groupTaskView = groupTask
  .pick({ userid: true, send_time: true, first_seen_at: true })
  .extend({
    status: groupTask.shape.status.meta({ description: 'whether the member has confirmed' }),
    upstream_status: groupTask.shape.upstream_status.meta(upstreamStatus),
    changed_at: groupTask.shape.changed_at.meta(changedAt),
    deliveries: groupMessageTotals.shape.deliveries.meta({
      description: `how many, as of the last time when all of them were read, null: they never were; ${unlisted}`,
    }),
  })
  .strip()
  .meta({ id: 'GroupTask' });
export type GroupTaskView = z.infer<typeof groupTaskView>;

export const presentGroupTask = ({ counts, ...task }: z.infer<typeof groupTask>, chatType: ChatType): GroupTaskView =>
  groupTaskView.parse({ ...task, deliveries: counts ? knownOf(counts, chatType) : null });

/** What became of one recipient's copy. */
export const deliveryView = delivery
  .pick({ msgid: true, userid: true, recipient_kind: true, send_time: true, first_seen_at: true })
  .extend({
    recipient_id: delivery.shape.recipient_id.meta({ description: 'external_userid of a customer, chat_id of a customer group' }),
    status: delivery.shape.status.meta({
      description: 'not_friend: the customer is no contact of the member; limit_reached: has received too many group messages',
    }),
    upstream_status: delivery.shape.upstream_status.meta(upstreamStatus),
    create_time: delivery.shape.create_time.meta({ description: 'of the message' }),
    changed_at: delivery.shape.changed_at.meta(changedAt),
  })
  .strip()
  .meta({ id: 'Delivery' });
export type DeliveryView = z.infer<typeof deliveryView>;

export const presentDelivery = (row: z.infer<typeof delivery>): DeliveryView => deliveryView.parse(row);
