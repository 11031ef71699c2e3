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

// A mass message has at most eight articles; WeChat says no to the others.
const articleIndex = z
  .string()
  .regex(/^[1-9]\d?$/, { error: 'must be a whole number from 1 to 99' })
  .transform(Number);
/** What to delete of a message. Without either field WeChat would delete all of it, so that has to be said. */
export const deletionQuery = z
  .strictObject({ article_idx: articleIndex.optional(), all: z.literal('true', { error: "must be 'true'" }).optional() })
  .refine(({ article_idx, all }) => article_idx !== undefined || all !== undefined, {
    path: ['article_idx'],
    error: 'is missing: name the article, counted from 1, or say all=true',
  })
  .refine(({ article_idx, all }) => article_idx === undefined || all === undefined, {
    path: ['all'],
    error: 'does not go with article_idx: the one deletes every article, the other one of them',
  });

const isArticleUrl = (text: string): boolean => {
  const url = URL.parse(text);
  // A port or a name and password are part of no article's address.
  return url !== null && /^https?:$/.test(url.protocol) && url.host === 'mp.weixin.qq.com' && url.username === '' && url.password === '';
};
/** The address of an article's page, as WeChat gives it. */
export const articleUrl = z
  .string({ error: 'must be a text' })
  .max(2048, { error: 'must have at most 2048 characters' })
  .refine(isArticleUrl, { error: 'must be the address of an article, such as https://mp.weixin.qq.com/s/...' });
