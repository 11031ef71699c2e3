import * as z from 'zod';
import type { AccountSettings } from './account.ts';

const duration = z.number().nonnegative();
const action = z.enum(['confirm', 'refuse', 'sleep']);
const administrator = z.strictObject({ action, after_seconds: duration.default(0) });
const count = z.int().nonnegative();
const addresses = z.array(z.union([z.ipv4(), z.ipv6()])).nullable();

export const accountSchema = z
  .strictObject({
    appid: z.string().min(1),
    secret: z.string().min(1),
    protection: z.boolean(),
    administrator: administrator.optional(),
    ip_allow_list: addresses.optional(),
    secret_frozen: z.boolean().optional(),
    limits: z
      .strictObject({ token_per_day: count, stable_token_per_minute: count, stable_token_per_day: count, forced_refreshes_per_day: count })
      .partial()
      .optional(),
  })
  .transform(
    ({ appid, secret, protection, administrator, ip_allow_list, secret_frozen, limits }): AccountSettings => ({
      appid,
      secret,
      protection,
      ...(administrator && { administrator: { action: administrator.action, afterSeconds: administrator.after_seconds } }),
      ...(ip_allow_list !== undefined && { ipAllowList: ip_allow_list }),
      ...(secret_frozen !== undefined && { secretFrozen: secret_frozen }),
      limits: {
        ...(limits?.token_per_day !== undefined && { tokenPerDay: limits.token_per_day }),
        ...(limits?.stable_token_per_minute !== undefined && { stableTokenPerMinute: limits.stable_token_per_minute }),
        ...(limits?.stable_token_per_day !== undefined && { stableTokenPerDay: limits.stable_token_per_day }),
        ...(limits?.forced_refreshes_per_day !== undefined && { forcedRefreshesPerDay: limits.forced_refreshes_per_day }),
      },
    }),
  );

/** A positive 64-bit number, without leading zeros: what WeChat could have answered. */
const msgId = z
  .union([z.string(), z.int().positive()])
  .transform(String)
  .refine((id) => /^[1-9]\d{0,18}$/.test(id) && BigInt(id) < 2n ** 63n, 'must be a positive 64-bit number');

export const scriptSchema = z.strictObject({
  appid: z.string().optional(),
  msg_id: msgId.optional(),
  msgtype: z.enum(['mpnews', 'text', 'voice', 'music', 'image', 'mpvideo']).default('mpnews'),
  to_all: z.boolean().default(true),
  awaiting_confirmation: z.boolean().optional(),
  administrator: administrator.optional(),
  result: z.enum(['sent', 'failed']).optional(),
  sending_seconds: duration.optional(),
  not_visible_seconds: duration.optional(),
  articles: z.int().min(1).max(8, 'a mass message has at most 8 articles').default(1),
});

export const orderSchema = administrator;
export const frozenSchema = z.strictObject({ frozen: z.boolean() });
export const allowListSchema = z.strictObject({ addresses });
