import * as z from 'zod';
import { accountId } from './account.ts';
import { pageGuard } from './cursor-guard.ts';
import { deliveryCounts } from './delivery.ts';
import type { ChatType } from './group-message.ts';
import { groupMessageId, memberId, messageKey } from './group-message-id.ts';
import { fromUnix, secondsAfter } from './time.ts';

/** Whether the member has confirmed. `other`: a number that WeCom has not documented. */
export const taskStatus = z.enum(['pending', 'sent', 'other']);
export type TaskStatus = z.infer<typeof taskStatus>;
/** https://developer.work.weixin.qq.com/document/path/93338: there is no 1. */
const byNumber: Readonly<Record<number, TaskStatus>> = { 0: 'pending', 2: 'sent' };

/** A row of the group-tasks table: one member's part in a group message. Loose: a field that a later version wrote is kept. */
export const groupTask = z.looseObject({
  /** Account and msgid. */
  message: z.string(),
  userid: memberId,
  account_id: accountId,
  msgid: groupMessageId,
  status: taskStatus,
  /** WeCom's number, where it is none of the documented. */
  upstream_status: z.int().optional(),
  send_time: z.iso.datetime().optional(),
  first_seen_at: z.iso.datetime(),
  /** Since when it is as it is, as far as we saw. */
  changed_at: z.iso.datetime(),
  /** Of the member's deliveries, as of the last time when all of them were read. Absent: they never were, and are unknown. */
  counts: deliveryCounts.optional(),
  /** How the task stood when all of its deliveries were last read. */
  read: z
    .object({
      status: taskStatus,
      send_time: z.iso.datetime().optional(),
      /** So soon after the member confirmed that WeCom may not have listed every customer group yet. */
      early: z.boolean().optional(),
    })
    .optional(),
  /** Where a sync is in the list of deliveries, while that has more pages. */
  reading: z.object({ sync_id: z.string(), ...pageGuard.shape }).optional(),
});
export type GroupTask = z.infer<typeof groupTask>;

/** The row after WeCom's word about this member; the very same when nothing changed. Undefined: no key can hold the userid. */
export const tasked = (
  of: { readonly account_id: string; readonly msgid: string },
  task: { readonly userid: string; readonly status: number; readonly send_time?: number | undefined },
  stored: GroupTask | undefined,
  now: Date,
): GroupTask | undefined => {
  const userid = memberId.safeParse(task.userid);
  if (!userid.success) return undefined;
  const { account_id, msgid } = of;
  const status = byNumber[task.status] ?? 'other';
  const upstream_status = status === 'other' ? task.status : undefined;
  const send_time = fromUnix(task.send_time);
  if (stored && stored.status === status && stored.upstream_status === upstream_status && stored.send_time === send_time) return stored;
  return {
    ...stored,
    message: messageKey(account_id, msgid),
    userid: userid.data,
    ...{ account_id, msgid, status, upstream_status, send_time },
    first_seen_at: stored?.first_seen_at ?? now.toISOString(),
    changed_at: now.toISOString(),
  };
};

/**
 * Whether WeCom can have anything new to tell about a member's deliveries: the task changed since they were last read, or was sent
 * and some are still pending. Of customer groups only what was sent is listed, so that after a while there is nothing to wait for.
 * @param unconfirmed read again, too, what belongs to members who have not confirmed
 */
export const needsReading = (task: GroupTask, chatType: ChatType, { unconfirmed }: { readonly unconfirmed: boolean }): boolean => {
  const { read, counts, status, send_time, reading } = task;
  if (!read || !counts || reading) return true;
  if (read.status !== status || read.send_time !== send_time) return true;
  if (status !== 'sent') return unconfirmed;
  return chatType === 'group' ? read.early === true : counts.pending > 0;
};

/** Whether nothing more is expected of a task. */
export const isTaskSettled = (task: GroupTask, chatType: ChatType): boolean =>
  task.status === 'sent' && !needsReading(task, chatType, { unconfirmed: true });

/** The note that all of a task's deliveries have now been read. */
export const readNow = (task: GroupTask, chatType: ChatType, now: Date, settleSeconds: number): GroupTask['read'] => {
  const { status, send_time, changed_at } = task;
  // WeCom does not always say when the member confirmed: it was before we saw it.
  const since = send_time ?? changed_at;
  const early = chatType === 'group' && status === 'sent' && now < secondsAfter(since, settleSeconds);
  return { status, ...(send_time !== undefined && { send_time }), ...(early && { early }) };
};
