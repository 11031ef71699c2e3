import * as z from 'zod';
import { addCounts, deliveryCounts, noDeliveries, sameCounts } from './delivery.ts';
import type { ChatType, GroupMessageTotals } from './group-message.ts';
import { type GroupTask, isTaskSettled } from './group-task.ts';

const count = z.int().nonnegative();

/** Of some of a message's members. */
export const totalsSum = z.object({
  members: z.object({ all: count, sent: count, pending: count, other: count }),
  deliveries: deliveryCounts,
  members_unread: count,
  unsettled: count,
});
export type TotalsSum = z.infer<typeof totalsSum>;

export const nothingSummed: TotalsSum = {
  members: { all: 0, sent: 0, pending: 0, other: 0 },
  deliveries: noDeliveries,
  members_unread: 0,
  unsettled: 0,
};

/** Adds members up, page by page of their tasks. */
export const sumTasks = (sum: TotalsSum, tasks: readonly GroupTask[], chatType: ChatType): TotalsSum => {
  const members = { ...sum.members, all: sum.members.all + tasks.length };
  let { deliveries, members_unread, unsettled } = sum;
  for (const task of tasks) {
    members[task.status]++;
    if (task.counts) deliveries = addCounts(deliveries, task.counts);
    else members_unread++;
    if (!isTaskSettled(task, chatType)) unsettled++;
  }
  return { members, deliveries, members_unread, unsettled };
};

/** What the sum over all members says, and no more: of whom nothing was read is unknown and not zero. */
export const totalsOf = ({ members, deliveries, members_unread }: TotalsSum, chatType: ChatType): GroupMessageTotals => ({
  members,
  deliveries:
    members_unread === members.all && members.all > 0 ? null : { ...deliveries, pending: chatType === 'group' ? null : deliveries.pending },
  members_unread,
});

export const sameTotals = (one: GroupMessageTotals | undefined, other: GroupMessageTotals): boolean =>
  one !== undefined &&
  one.members_unread === other.members_unread &&
  one.members.all === other.members.all &&
  one.members.sent === other.members.sent &&
  one.members.pending === other.members.pending &&
  one.members.other === other.members.other &&
  (one.deliveries === null) === (other.deliveries === null) &&
  one.deliveries?.pending === other.deliveries?.pending &&
  sameCounts(withoutPending(one), withoutPending(other));

const withoutPending = ({ deliveries }: GroupMessageTotals) => (deliveries ? { ...deliveries, pending: 0 } : undefined);
