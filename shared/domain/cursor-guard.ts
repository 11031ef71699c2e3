import * as z from 'zod';

/**
 * Where a list stands: the cursor of the next page, and what finds out when cursors go round in a circle, of whatever length, while
 * keeping one of them only: it is replaced after 1, 2, 4, 8, … pages (Brent's algorithm).
 */
export const pageGuard = z.object({
  cursor: z.string(),
  pages: z.int().positive(),
  /** The cursor after page `kept_at`, which none after it may equal. */
  kept: z.string(),
  kept_at: z.int().positive(),
});
export type PageGuard = z.infer<typeof pageGuard>;

/** @returns the place after one more page; undefined when its cursor was there before, so that the list would never end */
export const nextPage = (before: PageGuard | undefined, cursor: string): PageGuard | undefined => {
  if (!before) return { cursor, pages: 1, kept: cursor, kept_at: 1 };
  if (cursor === before.cursor || cursor === before.kept) return undefined;
  const pages = before.pages + 1;
  return pages === before.kept_at * 2 ? { cursor, pages, kept: cursor, kept_at: pages } : { ...before, cursor, pages };
};
