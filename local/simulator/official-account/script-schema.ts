import * as z from 'zod';

const count = z.int().nonnegative();

/** A positive 64-bit number, without leading zeros: what WeChat could have answered. */
export const msgIdSchema = z
  .union([z.string(), z.int().positive()])
  .transform(String)
  .refine((id) => /^[1-9]\d{0,18}$/.test(id) && BigInt(id) < 2n ** 63n, 'must be a positive 64-bit number');

export const duration = z.number().nonnegative();
export const administratorSchema = z.strictObject({ action: z.enum(['confirm', 'refuse', 'sleep']), after_seconds: duration.default(0) });

/** `send success`, `send fail`, `err(20001)`, or whatever WeChat may come to say. */
export const statusSchema = z.string().min(1).max(64);
export const countsSchema = z.strictObject({ total_count: count, filter_count: count, sent_count: count, error_count: count }).partial();
export const copyrightSchema = z.strictObject({
  check_state: count.default(1),
  items: z
    .array(
      z.strictObject({
        article_idx: z.int().min(1),
        user_declare_state: count.default(0),
        audit_state: count.default(2),
        original_article_url: z.string().default('https://mp.weixin.qq.com/s/sim-original'),
        original_article_type: count.default(1),
        can_reprint: count.default(1),
        need_replace_content: count.default(1),
        need_show_reprint_source: count.default(1),
      }),
    )
    .default([]),
});
export const urlsSchema = z.array(z.url()).min(1).max(8, 'a mass message has at most 8 articles');

/** How a mass message is to go. */
export const scriptSchema = z.strictObject({
  appid: z.string().optional(),
  msg_id: msgIdSchema.optional(),
  msgtype: z.enum(['mpnews', 'text', 'voice', 'music', 'image', 'mpvideo']).default('mpnews'),
  to_all: z.boolean().default(true),
  awaiting_confirmation: z.boolean().optional(),
  administrator: administratorSchema.optional(),
  result: z.enum(['sent', 'failed', 'rejected']).optional(),
  status: statusSchema.optional(),
  sending_seconds: duration.optional(),
  not_visible_seconds: duration.optional(),
  articles: z.int().min(1).max(8, 'a mass message has at most 8 articles').default(1),
  urls: urlsSchema.optional(),
  material: z.string().min(1).optional(),
  counts: countsSchema.optional(),
  copyright: copyrightSchema.optional(),
  by_api: z.boolean().default(true),
  deletion_errcode: z.int().optional(),
  /** What becomes of its push. */
  push: z.enum(['deliver', 'hold', 'drop']).optional(),
});
