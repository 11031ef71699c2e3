import * as z from 'zod';
import { pushSchema } from '../push/push-settings.ts';
import type { AccountSettings, Limits } from './account.ts';
import { administratorSchema } from './script-schema.ts';

const count = z.int().nonnegative();
const addresses = z.array(z.union([z.ipv4(), z.ipv6()])).nullable();

const limitsSchema = z
  .strictObject({
    token_per_day: count,
    stable_token_per_minute: count,
    stable_token_per_day: count,
    forced_refreshes_per_day: count,
    mass_send_per_minute: count,
    mass_send_per_day: count,
    mass_get_per_day: count,
    delete_per_day: count,
    clear_quota_per_month: count,
  })
  .partial()
  .transform((limits) =>
    given({
      tokenPerDay: limits.token_per_day,
      stableTokenPerMinute: limits.stable_token_per_minute,
      stableTokenPerDay: limits.stable_token_per_day,
      forcedRefreshesPerDay: limits.forced_refreshes_per_day,
      massSendPerMinute: limits.mass_send_per_minute,
      massSendPerDay: limits.mass_send_per_day,
      massGetPerDay: limits.mass_get_per_day,
      deletePerDay: limits.delete_per_day,
      clearQuotaPerMonth: limits.clear_quota_per_month,
    }),
  );

/** The limits that were named: the others stay WeChat's. */
const given = (limits: { readonly [Name in keyof Limits]: number | undefined }): Partial<Limits> =>
  Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));

export const accountSchema = z
  .strictObject({
    appid: z.string().min(1),
    secret: z.string().min(1),
    protection: z.boolean(),
    administrator: administratorSchema.optional(),
    ip_allow_list: addresses.optional(),
    secret_frozen: z.boolean().optional(),
    push: pushSchema.nullish(),
    limits: limitsSchema.optional(),
  })
  .transform(
    ({ appid, secret, protection, administrator, ip_allow_list, secret_frozen, push, limits }): AccountSettings => ({
      appid,
      secret,
      protection,
      ...(administrator && { administrator: { action: administrator.action, afterSeconds: administrator.after_seconds } }),
      ...(ip_allow_list !== undefined && { ipAllowList: ip_allow_list }),
      ...(secret_frozen !== undefined && { secretFrozen: secret_frozen }),
      ...(push && { push }),
      ...(limits && { limits }),
    }),
  );

export const orderSchema = administratorSchema;
export const frozenSchema = z.strictObject({ frozen: z.boolean() });
export const allowListSchema = z.strictObject({ addresses });
