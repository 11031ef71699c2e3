import * as z from 'zod';
import { accountId } from '../domain/account.ts';
import { groupMessageId, memberId } from '../domain/group-message-id.ts';
import { mostPerPage } from '../wechat/wecom.ts';
import { time } from './inputs.ts';

export const groupMessagePath = z.strictObject({ account_id: accountId, msgid: groupMessageId });
export const memberPath = z.strictObject({ account_id: accountId, msgid: groupMessageId, userid: memberId });

// Over its maximum, WeCom takes its default instead and does not say so: of 5000 that were asked for, 500 would come.
const limitUpTo = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,3}$/, { error: `must be a whole number from 1 to ${most}` })
    .transform(Number)
    .refine((value) => value <= most, { error: `must be at most ${most}` })
    .optional();
// WeCom's own is inside; its length is not documented, those that were seen have some 100 characters.
const cursor = z.string().min(1).max(4096).optional();

const filterTypes = { '0': 0, '1': 1, '2': 2 } as const;

// "Not more than one month", says the page, and not how many days that is: the longest there is. Should WeCom mean less, it refuses.
// https://developer.work.weixin.qq.com/document/path/93338
const mostDays = 31;
const mostMs = mostDays * 24 * 3600 * 1000;

/** What is wrong with a period is told of two times, and of nothing else. */
const when = ({ issues }: { readonly issues: readonly unknown[] }) => issues.length === 0;

export const liveMessagesQuery = z
  .strictObject({
    chat_type: z.enum(['single', 'group'], { error: "must be 'single' (customers) or 'group' (customer groups)" }).default('single'),
    start_time: time,
    end_time: time,
    creator: memberId.optional(),
    /** Left out when not asked for: 0 is not the same as none. */
    filter_type: z
      .enum(['0', '1', '2'], { error: 'must be 0 (by the company), 1 (by members) or 2 (both)' })
      .transform((type) => filterTypes[type])
      .optional(),
    limit: limitUpTo(mostPerPage.groupMessages),
    cursor,
  })
  .refine(({ start_time, end_time }) => start_time < end_time, { path: ['end_time'], error: 'must be after start_time', when })
  .refine(({ start_time, end_time }) => Date.parse(end_time) - Date.parse(start_time) <= mostMs, {
    path: ['end_time'],
    error: `must be at most a month (${mostDays} days) after start_time: ask for each month by itself`,
    when,
  });
export const liveTasksQuery = z.strictObject({ limit: limitUpTo(mostPerPage.tasks), cursor });
export const liveResultsQuery = z.strictObject({ limit: limitUpTo(mostPerPage.results), cursor });
