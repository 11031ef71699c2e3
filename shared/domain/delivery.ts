import * as z from 'zod';
import { accountId } from './account.ts';
import type { ChatType } from './group-message.ts';
import { groupMessageId, memberId, recipientId, recipientKey, taskKey } from './group-message-id.ts';
import { fromUnix } from './time.ts';

/**
 * What became of one recipient's copy. `not_friend`: the customer is no contact of the member; `limit_reached`: has received
 * too many group messages; `other`: a number that WeCom has not documented.
 */
export const deliveryStatus = z.enum(['pending', 'sent', 'not_friend', 'limit_reached', 'other']);
export type DeliveryStatus = z.infer<typeof deliveryStatus>;
/** https://developer.work.weixin.qq.com/document/path/93338: not the numbers of a task, where 2 is sent. */
const byNumber: readonly DeliveryStatus[] = ['pending', 'sent', 'not_friend', 'limit_reached'];

/** A row of the deliveries table. Loose: a field that a later version wrote is kept. */
export const delivery = z.looseObject({
  /** Account, message and member. */
  task: z.string(),
  recipient_id: recipientId,
  /** Account and recipient. */
  recipient: z.string(),
  account_id: accountId,
  msgid: groupMessageId,
  userid: memberId,
  recipient_kind: z.enum(['customer', 'customer_group']),
  status: deliveryStatus,
  /** WeCom's number, where it is none of the documented. */
  upstream_status: z.int().optional(),
  send_time: z.iso.datetime().optional(),
  /** When the message was created. */
  create_time: z.iso.datetime(),
  first_seen_at: z.iso.datetime(),
  /** Since when it is as it is, as far as we saw. */
  changed_at: z.iso.datetime(),
  /** In seconds since 1970: DynamoDB deletes the row some time after. */
  expires_at: z.int(),
});
export type Delivery = z.infer<typeof delivery>;

/** One recipient in WeCom's list of results; times in seconds since 1970. */
interface Result {
  readonly external_userid?: string | undefined;
  readonly chat_id?: string | undefined;
  readonly status: number;
  readonly send_time?: number | undefined;
}

/** Of whom a list of results is. */
export interface DeliveryOf {
  readonly account_id: string;
  readonly msgid: string;
  readonly userid: string;
  readonly chat_type: ChatType;
  readonly create_time: string;
  readonly expires_at: number;
}

/** The row after WeCom's word about this recipient. Undefined: it names none, or one that no key can hold. */
export const delivered = (of: DeliveryOf, result: Result, stored: Delivery | undefined, now: Date): Delivery | undefined => {
  // A sample of WeCom's has both ids; which one counts follows from whom the message is for.
  const named = of.chat_type === 'group' ? result.chat_id : result.external_userid;
  const id = recipientId.safeParse(named ?? result.external_userid ?? result.chat_id);
  if (!id.success) return undefined;
  const { account_id, msgid, userid, create_time, expires_at } = of;
  const status = byNumber[result.status] ?? 'other';
  const next: Delivery = {
    ...stored,
    task: taskKey(account_id, msgid, userid),
    recipient_id: id.data,
    recipient: recipientKey(account_id, id.data),
    ...{ account_id, msgid, userid, create_time, expires_at, status },
    recipient_kind: of.chat_type === 'group' ? 'customer_group' : 'customer',
    upstream_status: status === 'other' ? result.status : undefined,
    send_time: fromUnix(result.send_time),
    first_seen_at: stored?.first_seen_at ?? now.toISOString(),
    changed_at: now.toISOString(),
  };
  return stored && isSame(stored, next) ? stored : next;
};

const isSame = (one: Delivery, other: Delivery): boolean =>
  one.status === other.status && one.upstream_status === other.upstream_status && one.send_time === other.send_time;

/** How many there are of each status. */
export const deliveryCounts = z.object({
  pending: z.int().nonnegative(),
  sent: z.int().nonnegative(),
  not_friend: z.int().nonnegative(),
  limit_reached: z.int().nonnegative(),
  other: z.int().nonnegative(),
});
export type DeliveryCounts = z.infer<typeof deliveryCounts>;

export const noDeliveries: DeliveryCounts = { pending: 0, sent: 0, not_friend: 0, limit_reached: 0, other: 0 };

export const countDeliveries = (deliveries: Iterable<Pick<Delivery, 'status'>>): DeliveryCounts => {
  const counts = { ...noDeliveries };
  for (const { status } of deliveries) counts[status]++;
  return counts;
};

export const addCounts = (one: DeliveryCounts, other: DeliveryCounts): DeliveryCounts => ({
  pending: one.pending + other.pending,
  sent: one.sent + other.sent,
  not_friend: one.not_friend + other.not_friend,
  limit_reached: one.limit_reached + other.limit_reached,
  other: one.other + other.other,
});

/** As far as they are known: null is what WeCom does not list, and so need not be none. */
export const knownDeliveries = deliveryCounts.extend({
  pending: deliveryCounts.shape.pending.nullable(),
  not_friend: deliveryCounts.shape.not_friend.nullable(),
  limit_reached: deliveryCounts.shape.limit_reached.nullable(),
  other: deliveryCounts.shape.other.nullable(),
});
export type KnownDeliveries = z.infer<typeof knownDeliveries>;

/** Of customer groups WeCom lists what was sent: that it lists nothing else does not say that there is nothing else. */
export const knownOf = (counts: DeliveryCounts, chatType: ChatType): KnownDeliveries => {
  if (chatType === 'single') return counts;
  const { sent, pending, not_friend, limit_reached, other } = counts;
  return { pending: pending || null, sent, not_friend: not_friend || null, limit_reached: limit_reached || null, other: other || null };
};

export const sameCounts = (one: KnownDeliveries | undefined, other: KnownDeliveries | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && deliveryStatus.options.every((status) => one[status] === other[status]));
