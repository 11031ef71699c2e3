import type { GroupMessage } from './group-message.ts';
import { deliveryStatus } from './outcomes.ts';

const unix = (time: number | null) => (time === null ? null : Math.floor(time / 1000));

/** Every task as it really is, without quirks and whoever may see it; `send_time` in Unix seconds, null for none. */
export function* taskRows(message: GroupMessage, now: number) {
  for (let place = 0; place < message.taskCount; place += 1) {
    const { userid, status, sentAt } = message.task(place, now);
    yield { userid, status, send_time: unix(sentAt) };
  }
}

/**
 * Every delivery as it really is, of all members or of the one at this place of the task list. `listed` is whether WeCom tells it at all: to groups
 * only what was sent.
 */
export function* deliveryRows(message: GroupMessage, now: number, only?: number) {
  const [first, end] = only === undefined ? [0, message.taskCount] : [only, only + 1];
  for (let place = first; place < end; place += 1)
    for (let position = 0; position < message.recipientCount(place); position += 1) {
      const row = message.delivery(place, position, now);
      const { userid, recipientId, status, sentAt } = row;
      yield { userid, recipient_id: recipientId, status, send_time: unix(sentAt), listed: message.isListed(row) };
    }
}

export const totalsOf = (message: GroupMessage, now: number) => {
  const members = { all: message.taskCount, sent: 0, pending: 0 };
  for (const { status } of taskRows(message, now)) members[status === 0 ? 'pending' : 'sent'] += 1;
  const deliveries = { all: 0, listed: 0, pending: 0, sent: 0, not_friend: 0, limit_reached: 0, other: 0 };
  for (const { status, listed } of deliveryRows(message, now)) {
    deliveries.all += 1;
    if (listed) deliveries.listed += 1;
    deliveries[names.get(status) ?? 'other'] += 1;
  }
  return { members, deliveries };
};

const names = new Map<number, 'pending' | 'sent' | 'not_friend' | 'limit_reached'>([
  [deliveryStatus.pending, 'pending'],
  [deliveryStatus.sent, 'sent'],
  [deliveryStatus.not_friend, 'not_friend'],
  [deliveryStatus.limit_reached, 'limit_reached'],
]);
