import * as z from 'zod';
import { parseLossless } from '../lossless-json.ts';
import type { Call } from '../platform.ts';
import { Refusal } from './errors.ts';

/**
 * The JSON body of a POST. Unknown fields are passed over, as WeChat does.
 * @throws Refusal 43002 for another method, 44002 without a body, 47001 for broken JSON and, since no page says what a wrong type is, for that too
 */
export const readBody = <Schema extends z.ZodType>(call: Call, schema: Schema): z.output<Schema> => {
  if (call.method !== 'POST') throw new Refusal(43002);
  if (call.body.trim() === '') throw new Refusal(44002);
  const parsed = schema.safeParse(parse(call.body));
  if (!parsed.success) throw new Refusal(47001, `data format error: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`);
  return parsed.data;
};

const parse = (body: string) => {
  try {
    return parseLossless(body);
  } catch {
    throw new Refusal(47001);
  }
};

/** A job id: the pages show it as a number and as text. Empty text and 0 are what SDKs send for no id. */
export const msgIdSchema = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((id) => (id === null || id === undefined || id === '' || id === 0 ? undefined : String(id)));
