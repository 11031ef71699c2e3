import { nextPage, type PageGuard } from '../domain/cursor-guard.ts';
import type { SyncFailure } from '../domain/sync.ts';
import { ListFailedError, OutOfTimeError, SyncBlockedError, SyncParkedError } from './trouble.ts';

export type ListEnd =
  | { readonly end: 'complete' }
  /** No time is left; the place was noted. */
  | { readonly end: 'unfinished' }
  | { readonly end: 'failed'; readonly failure: Omit<SyncFailure, 'at'> };

const invalidCursor = 50100;

/**
 * Reads a list of WeCom's from where it was left. The one stop rule is that there is no next cursor: a page can be short, or empty,
 * and have one. A cursor that was there before ends the list, and one that WeCom no longer takes begins it anew, once.
 * @param page asks for the page after that cursor, and stores it
 * @param note stores where the list stands
 */
export const readPages = async ({
  from,
  page,
  note,
  isOutOfTime,
}: {
  readonly from: PageGuard | undefined;
  readonly page: (cursor: string | undefined) => Promise<{ readonly nextCursor?: string | undefined }>;
  readonly note: (at: PageGuard) => Promise<void>;
  readonly isOutOfTime: () => boolean;
}): Promise<ListEnd> => {
  let at = from;
  let begunAnew = false;
  for (;;) {
    if (isOutOfTime()) return { end: 'unfinished' };
    try {
      const { nextCursor } = await page(at?.cursor);
      if (nextCursor === undefined) return { end: 'complete' };
      const next = nextPage(at, nextCursor);
      if (!next)
        return { end: 'failed', failure: { code: 'CURSOR_REPEATED', detail: `WeCom goes round in a circle after ${at?.pages} pages` } };
      at = next;
      await note(at);
    } catch (error) {
      if (error instanceof OutOfTimeError) return { end: 'unfinished' };
      if (!(error instanceof ListFailedError) || error instanceof SyncParkedError || error instanceof SyncBlockedError) throw error;
      if (error.failure.errcode !== invalidCursor || at === undefined || begunAnew) return { end: 'failed', failure: error.failure };
      begunAnew = true;
      at = undefined;
    }
  }
};
