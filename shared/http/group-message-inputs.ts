import * as z from 'zod';
import { accountId } from '../domain/account.ts';
import { deliveryStatus } from '../domain/delivery.ts';
import { chatType } from '../domain/group-message.ts';
import { memberId, recipientId } from '../domain/group-message-id.ts';
import { taskStatus } from '../domain/group-task.ts';
import { syncId } from '../domain/sync.ts';
import { limit, pastTime, time } from './inputs.ts';

export const recipientPath = z.strictObject({ account_id: accountId, recipient_id: recipientId });
export const syncPath = z.strictObject({ account_id: accountId, sync_id: syncId });

const cursor = z.string().min(1).max(1024).optional();

export const groupMessagesQuery = z
  .strictObject({ chat_type: chatType.optional(), from: time.optional(), to: time.optional(), limit, cursor })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, { path: ['to'], error: 'must be after from' });
export const tasksQuery = z.strictObject({ status: taskStatus.optional(), limit, cursor });
export const deliveriesQuery = z.strictObject({ status: deliveryStatus.optional(), userid: memberId.optional(), limit, cursor });
export const pageQuery = z.strictObject({ limit, cursor });

/** Any period, or none: from where the last sync ended. */
export const syncBody = (now: () => Date) =>
  z
    .strictObject({
      start_time: pastTime(now).optional().meta({ description: 'left out: from where the last sync ended, and whatever is due' }),
      end_time: pastTime(now).optional().meta({ description: 'left out: now' }),
    })
    .refine(({ start_time, end_time }) => start_time !== undefined || end_time === undefined, {
      path: ['start_time'],
      error: 'is missing: a period that ends begins, too',
    })
    .refine(({ start_time, end_time }) => start_time === undefined || end_time === undefined || start_time < end_time, {
      path: ['end_time'],
      error: 'must be after start_time',
    });
