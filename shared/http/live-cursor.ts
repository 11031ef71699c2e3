import * as z from 'zod';
import { RepeatedCursorError } from '../wechat/repeated-cursor.ts';
import { readCursor, writeCursor } from './cursor.ts';

/** WeCom's own, which is opaque to us as well. */
const position = z.strictObject({ cursor: z.string().min(1) });

/**
 * WeCom's cursor inside of ours.
 * @param list as for `readCursor`
 * @throws InvalidRequestError
 */
export const readLiveCursor = (cursor: string | undefined, list: readonly unknown[]): string | undefined =>
  cursor === undefined ? undefined : readCursor(cursor, list, position).cursor;

/**
 * Ours around WeCom's, unless this was the last page.
 * @param before WeCom's cursor of this page
 * @throws RepeatedCursorError when the next page would be this one again
 */
export const nextLiveCursor = (
  next: string | undefined,
  before: string | undefined,
  list: readonly unknown[],
): { next_cursor?: string } => {
  if (next === undefined) return {};
  if (next === before) throw new RepeatedCursorError();
  return { next_cursor: writeCursor({ cursor: next }, list) };
};
