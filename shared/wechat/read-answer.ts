import * as z from 'zod';
import type { Unavailable } from './exchange.ts';
import { parseLossless } from './json.ts';

/** What every answer may carry. Some say errcode as a text; several leave it out when all is well. */
const envelopeSchema = z.looseObject({
  errcode: z
    .union([
      z.int(),
      z
        .string()
        .regex(/^-?\d{1,15}$/)
        .transform(Number),
    ])
    .default(0),
  errmsg: z.string().catch(''),
});

export type Reading<S extends z.ZodType> =
  | { readonly ok: true; readonly data: z.infer<S>; readonly answer: unknown }
  | { readonly ok: false; readonly errcode: number; readonly errmsg: string; readonly answer: unknown };

/**
 * Tells the three kinds of answer apart: success, WeChat's no (errcode present and not 0, whatever the HTTP status), and what is no
 * answer at all. Follows https://developer.work.weixin.qq.com/document/path/90664, which holds for Official Accounts as well.
 * @throws WechatUnavailableError WECHAT_BAD_ANSWER for the last kind. It names the field and never quotes the text.
 */
export const readAnswer = <S extends z.ZodType>(status: number, text: string, schema: S, unavailable: Unavailable): Reading<S> => {
  const bad = (what: string) => unavailable('WECHAT_BAD_ANSWER', `HTTP ${status}, ${what}`, { upstreamStatus: status });
  const answer = parseOr(text, () => bad(text.trim() === '' ? 'an empty answer' : `not JSON (${text.length} characters)`));
  const envelope = envelopeSchema.safeParse(answer);
  if (!envelope.success) throw bad(describe(envelope.error));
  const { errcode, errmsg } = envelope.data;
  if (errcode !== 0) return { ok: false, errcode, errmsg, answer };
  if (status < 200 || status > 299) throw bad('without an errcode');
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw bad(describe(parsed.error));
  return { ok: true, data: parsed.data, answer };
};

const parseOr = (text: string, otherwise: () => Error): unknown => {
  try {
    return parseLossless(text);
  } catch {
    // The SyntaxError quotes the text, so it is not kept as the cause.
    throw otherwise();
  }
};

/** The first thing that is wrong. Zod says what was expected and the type that came, not the value. */
const describe = ({ issues: [issue] }: z.ZodError): string =>
  `${issue?.path.join('.') || 'the answer'}: ${issue?.message ?? 'not as documented'}`;
