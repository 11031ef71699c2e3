import * as z from 'zod';
import { accountId } from './account.ts';
import { type DeletionEnd, deletion, ended } from './deletion.ts';
import { massMessageId } from './mass-message.ts';

/** The page of an article: mass messages that sent the same material share it, and with a deletion it is gone for all of them. */
export const articleRecord = z.looseObject({
  account_id: accountId,
  url_digest: z.string().regex(/^[0-9a-f]{64}$/),
  url: z.string(),
  /** The position of the article in each message that sent it, as WeChat's pushes said. */
  sends: z.record(massMessageId, z.int().positive()),
  /** By this address. One page is one target, `all`. */
  deletions: z.array(deletion),
  rev: z.int().nonnegative(),
});
export type ArticleRecord = z.infer<typeof articleRecord>;

/** The messages that sent it, the newest first: WeChat numbers them upwards. */
export const sendsOf = ({ sends }: Pick<ArticleRecord, 'sends'>): [msgId: string, articleIdx: number][] =>
  Object.entries(sends).sort(([a], [b]) => (BigInt(a) < BigInt(b) ? 1 : -1));

// Some 30 bytes each. A service account sends four messages a month to a follower, a tag at a time more: this is years of them.
const keptSends = 2000;

/** The record with one more message that sent it, under WeChat's own spelling of the address. Undefined: it is known. */
export const sentBy = (record: ArticleRecord, msgId: string, articleIdx: number, url: string): ArticleRecord | undefined => {
  if (record.sends[msgId] === articleIdx) return undefined;
  const newest = sendsOf({ sends: { ...record.sends, [msgId]: articleIdx } }).slice(0, keptSends);
  return { ...record, url, sends: Object.fromEntries(newest), rev: record.rev + 1 };
};

/** The record once the call of deletion `n` came to its end. WeChat tells nothing of a page afterwards: without an answer it stays unknown. */
export const pageDeletionEnded = (record: ArticleRecord, n: number, end: DeletionEnd, now: Date): ArticleRecord => ({
  ...record,
  deletions: ended(record.deletions, n, end, now).map((entry) =>
    entry.n === n && entry.outcome === 'unknown' ? { ...entry, settled_at: now.toISOString() } : entry,
  ),
  rev: record.rev + 1,
});
