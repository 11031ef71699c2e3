import * as z from 'zod';
import { platformPushSchema } from '../push/push-settings.ts';

const id = z.string().min(1);
const count = z.int().nonnegative();
const addresses = z.array(z.union([z.ipv4(), z.ipv6()])).nullable();
/** Members by userid, or the first so many; null: all of them. */
const visible = z
  .union([count, z.array(id)])
  .nullable()
  .default(null);

const appSchema = z.strictObject({
  /** Default: the first of a corp is 1000002, as in the console. */
  agentid: z.int().positive().optional(),
  secret: id,
  /** Whose tasks and deliveries the app is told of. */
  visible,
  /** 企业可信IP; null: any. */
  trusted_ips: addresses.default(null),
  /** Whether it is among the apps that may call the customer-contact APIs. */
  customer_contact: z.boolean().default(true),
});
export type App = z.output<typeof appSchema>;

/** To meet a limit after a few calls instead of thousands. Default: WeCom's, where it publishes any. */
const limitsSchema = z.strictObject({
  calls_per_minute: count.default(10_000), // for one corp and API (https://developer.work.weixin.qq.com/document/path/90312)
  calls_per_hour: count.default(150_000),
  /** Calls of one API at the same time; null: any. No page tells. */
  concurrent: count.nullable().default(null),
  wrong_secrets: count.default(10), // "many" (https://developer.work.weixin.qq.com/document/path/90313): a choice
});

/** One company as WeCom's console has it. */
export const corpSchema = z.strictObject({
  corpid: id,
  apps: z.array(appSchema).default([]),
  /** So many, `member-00001` being the first, or these. */
  members: z.union([count.max(99_999), z.array(id)]).default(10),
  /** How many customers a member sends to, and how many groups, where a group message does not say so. */
  customers_per_member: count.default(10),
  groups_per_member: count.default(3),
  limits: limitsSchema.prefault({}),
  /** For how long a call is under way: real time, not the simulator's. */
  answer_ms: count.max(60_000).default(0),
});
export type CorpSettings = z.input<typeof corpSchema>;
export type Corp = z.output<typeof corpSchema>;
export type Limits = Corp['limits'];

const authorizationSchema = z.strictObject({ corpid: id, permanent_code: id, visible });

/** A provider's suite, 第三方应用. */
export const suiteSchema = z.strictObject({
  suite_id: id,
  suite_secret: id,
  /** 指令回调URL. Without: no ticket is pushed. */
  push: platformPushSchema.nullable().default(null),
  /** Corps that have authorized it already, without a push. */
  authorized: z.array(authorizationSchema).default([]),
  trusted_ips: addresses.default(null),
});
export type SuiteSettings = z.input<typeof suiteSchema>;
export type Suite = z.output<typeof suiteSchema>;

export const trustedIpsSchema = z.strictObject({ addresses });
export const visibleSchema = z.strictObject({ visible });
export const authorizeSuiteSchema = z.strictObject({
  suite_id: id.optional(),
  corpid: id.optional(),
  permanent_code: id.optional(),
  visible,
});
export const unauthorizeSuiteSchema = z.strictObject({ suite_id: id.optional(), corpid: id.optional() });
