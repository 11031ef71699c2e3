import * as z from 'zod';
import { addCounts, deliveryCounts, knownOf, noDeliveries, sameCounts } from './delivery.ts';
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
    // What was known of a member who has confirmed since is known no more.
    if (task.counts && task.read?.status === task.status) deliveries = addCounts(deliveries, task.counts);
    else members_unread++;
    if (!isTaskSettled(task, chatType)) unsettled++;
  }
  return { members, deliveries, members_unread, unsettled };
};

/** What the sum over all members says, and no more: of whom nothing was read is unknown and not zero. */
export const totalsOf = ({ members, deliveries, members_unread }: TotalsSum, chatType: ChatType): GroupMessageTotals => ({
  members,
  deliveries: members_unread === members.all && members.all > 0 ? null : knownOf(deliveries, chatType),
  members_unread,
});

export const sameTotals = (one: GroupMessageTotals | undefined, other: GroupMessageTotals): boolean =>
  one !== undefined &&
  one.members_unread === other.members_unread &&
  one.members.all === other.members.all &&
  one.members.sent === other.members.sent &&
  one.members.pending === other.members.pending &&
  one.members.other === other.members.other &&
  sameCounts(one.deliveries ?? undefined, other.deliveries ?? undefined);
