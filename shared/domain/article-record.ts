import * as z from 'zod';
import { accountId } from './account.ts';
import { type Deletion, type DeletionEnd, deletion, ended, withDeletion } from './deletion.ts';
import { massMessageId } from './mass-message.ts';

/** The page of an article: mass messages that sent the same material share it, and with a deletion it is gone for all of them. */
export const articleRecord = z.looseObject({
  account_id: accountId,
  url_digest: z.string().regex(/^[0-9a-f]{64}$/),
  url: z.string(),
  /** The position of the article in each message that sent it, as WeChat's pushes said. */
  sends: z.record(massMessageId, z.int().positive()),
  /** By this address, and with a message that sent it. One page is one target, `all`. */
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

/** The entry that says that the page is gone. */
export const goneWith = ({ deletions }: Pick<ArticleRecord, 'deletions'>): Deletion | undefined =>
  deletions.find(({ outcome }) => outcome === 'deleted');

/** The record of a page that is gone, as a message that sent it knows. Undefined: it is known. */
export const pageGone = (
  record: ArticleRecord,
  { asked_at, asked_by, upstream }: Pick<Deletion, 'asked_at' | 'asked_by' | 'upstream'>,
  now: Date,
): ArticleRecord | undefined => {
  if (goneWith(record)) return undefined;
  const end = { outcome: 'deleted', settled_at: now.toISOString(), upstream } as const;
  // By this address, and what came of it is known only now.
  const own = record.deletions.find((entry) => entry.asked_at === asked_at && entry.asked_by === asked_by);
  const deletions = own
    ? record.deletions.map((entry) => (entry === own ? { ...entry, ...end } : entry))
    : withDeletion(record.deletions, { target: 'all', asked_at, asked_by, ...end });
  return { ...record, deletions, rev: record.rev + 1 };
};
