import * as z from 'zod';
import { accountId } from '../domain/account.ts';
import { massMessageId } from '../domain/mass-message.ts';

export const accountPath = z.strictObject({ account_id: accountId });
export const massMessagePath = z.strictObject({ account_id: accountId, msg_id: massMessageId });

// Older than WeChat, and far ahead: outside, a year has not the four digits that make times sort as text.
const years = [Date.UTC(2000, 0), Date.UTC(2100, 0)] as const;

/** RFC 3339 with any offset, as UTC with milliseconds: the one form in which times are stored and compared. */
export const time = z.iso
  .datetime({ offset: true, error: 'must be a time as of RFC 3339, such as 2026-01-31T09:00:00+08:00 (in a query, + is written %2B)' })
  .transform((text) => new Date(text))
  .refine((date) => date.getTime() >= years[0] && date.getTime() < years[1], { error: 'must lie between the years 2000 and 2100' })
  .transform((date) => date.toISOString());

// DynamoDB reads at most 1 MB for a page; a hundred rows with ordinary histories are a tenth of it.
const mostPerPage = 100;
export const limit = z
  .string()
  .regex(/^[1-9]\d{0,2}$/, { error: `must be a whole number from 1 to ${mostPerPage}` })
  .transform(Number)
  .refine((value) => value <= mostPerPage, { error: `must be at most ${mostPerPage}` })
  .default(20);

// Clocks differ: a time that is a little ahead of ours is meant as now.
const aheadMs = 5 * 60 * 1000;
export const pastTime = (now: () => Date) =>
  time.refine((text) => new Date(text).getTime() <= now().getTime() + aheadMs, {
    error: 'must not lie in the future, by more than five minutes',
  });

/** The caller's own name for a message. DynamoDB stores Unicode, and half a character is none. */
export const label = z
  .string()
  .min(1, { error: 'must not be empty' })
  .max(200, { error: 'must have at most 200 characters' })
  .refine((text) => text.isWellFormed(), { error: 'must be well-formed Unicode' });
