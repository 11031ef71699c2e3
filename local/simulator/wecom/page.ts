import * as z from 'zod';
import { parseLossless } from '../lossless-json.ts';
import type { Call } from '../platform.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { WecomRefusal } from './errors.ts';

/**
 * The JSON body of a POST; unknown fields are passed over.
 * @throws WecomRefusal 40058 for another method and a wrong type, 40035 for broken JSON: no page pairs them (https://developer.work.weixin.qq.com/document/path/90313)
 */
export const readBody = <Schema extends z.ZodType>(call: Call, schema: Schema): z.output<Schema> => {
  if (call.method !== 'POST') throw new WecomRefusal(40058);
  const parsed = schema.safeParse(parse(call.body));
  if (!parsed.success) throw new WecomRefusal(40058, `invalid Request Parameter: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`);
  return parsed.data;
};

const parse = (body: string): unknown => {
  try {
    return parseLossless(body.trim() === '' ? '{}' : body);
  } catch {
    throw new WecomRefusal(40035);
  }
};

/** What every list takes. */
export const pageFields = { limit: z.int().nullish(), cursor: z.string().nullish() };

interface Wanted {
  readonly limit?: number | null | undefined;
  readonly cursor?: string | null | undefined;
}

/** "Above the maximum: the default" (https://developer.work.weixin.qq.com/document/path/93338); that this goes for less than 1 as well is a choice. */
export const limitOf = ({ limit }: Wanted, { most, usual }: { readonly most: number; readonly usual: number }) =>
  limit && limit >= 1 && limit <= most ? limit : usual;

/**
 * A page of a list: rows from the cursor's place on, without those that are not for the caller (undefined). The cursor after it is empty when there
 * is nothing more.
 * @throws WecomRefusal 50100 for a cursor of another list
 */
export const pageOf = <Row>(
  list: string,
  wanted: Wanted,
  limits: { readonly most: number; readonly usual: number },
  count: number,
  rowAt: (place: number) => Row | undefined,
) => {
  const limit = limitOf(wanted, limits);
  const rows: Row[] = [];
  for (let place = wanted.cursor ? openCursor(list, wanted.cursor) : 0; place < count; place += 1) {
    const row = rowAt(place);
    if (row === undefined) continue;
    if (rows.length === limit) return { rows, next_cursor: sealCursor(list, place) };
    rows.push(row);
  }
  return { rows, next_cursor: '' };
};
