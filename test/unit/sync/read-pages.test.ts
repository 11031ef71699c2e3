import { expect, it } from 'vitest';
import { readPages } from '../../../shared/sync/read-pages.ts';
import { ListFailedError } from '../../../shared/sync/trouble.ts';

const refused = new ListFailedError({ code: 'WECHAT_REFUSED', detail: 'invalid cursor', errcode: 50100 });

it('begins a list anew whose cursor is not taken any more, and only once', async () => {
  const asked: (string | undefined)[] = [];
  const outcome = await readPages({
    from: undefined,
    page: async (cursor) => {
      asked.push(cursor);
      if (cursor === undefined) return { nextCursor: `page 2, ${asked.length}` };
      throw refused;
    },
    note: async () => {},
    // A list without an end is cut off here, and fails below.
    isOutOfTime: () => asked.length > 20,
  });
  expect(outcome).toEqual({ end: 'failed', failure: refused.failure });
  expect(asked).toEqual([undefined, 'page 2, 1', undefined, 'page 2, 3']);
});
