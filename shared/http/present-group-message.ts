import * as z from 'zod';
import { delivery } from '../domain/delivery.ts';
import { type GroupMessage, groupMessage, groupMessageTotals } from '../domain/group-message.ts';
import { groupTask } from '../domain/group-task.ts';

/** A group message as the API shows it. */
export const groupMessageView = groupMessage
  .pick({
    account_id: true,
    msgid: true,
    chat_type: true,
    create_time: true,
    creator: true,
    create_type: true,
    text: true,
    attachments: true,
    discovered_at: true,
    settled: true,
    cancelled_at: true,
    failure: true,
    next_refresh_at: true,
    history_dropped: true,
  })
  .extend({
    totals: groupMessageTotals.nullable().meta({
      description: 'null until its members have been read; pending deliveries to customer groups are null, for WeCom lists what was sent',
    }),
    totals_at: z.iso.datetime().nullable().meta({ description: 'when they were last found to be different' }),
    history: z.array(groupMessage.shape.history.element.omit({ published: true })),
  })
  .strip()
  .meta({ id: 'GroupMessage' });
export type GroupMessageView = z.infer<typeof groupMessageView>;

export const presentGroupMessage = (message: GroupMessage): GroupMessageView =>
  groupMessageView.parse({ totals: null, totals_at: null, ...message });

/** One member's part in a group message. */
export const groupTaskView = groupTask
  .pick({ userid: true, status: true, upstream_status: true, send_time: true, first_seen_at: true, changed_at: true })
  .extend({ deliveries: groupTask.shape.counts.unwrap().nullable().meta({ description: 'null until all of them have been read' }) })
  .strip()
  .meta({ id: 'GroupTask' });
export type GroupTaskView = z.infer<typeof groupTaskView>;

export const presentGroupTask = ({ counts, ...task }: z.infer<typeof groupTask>): GroupTaskView =>
  groupTaskView.parse({ ...task, deliveries: counts ?? null });

/** What became of one recipient's copy. */
export const deliveryView = delivery
  .pick({
    msgid: true,
    userid: true,
    recipient_id: true,
    recipient_kind: true,
    status: true,
    upstream_status: true,
    send_time: true,
    create_time: true,
    first_seen_at: true,
    changed_at: true,
  })
  .strip()
  .meta({ id: 'Delivery' });
export type DeliveryView = z.infer<typeof deliveryView>;

export const presentDelivery = (row: z.infer<typeof delivery>): DeliveryView => deliveryView.parse(row);
