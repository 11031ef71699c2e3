import * as z from 'zod';

/** Ours, chosen by the operator. No slash and no dot: it is a path segment of the API, of a secret's name and of an IAM policy. */
export const accountId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, {
  error: 'must be 1 to 32 lower-case letters, digits or hyphens, not starting or ending with a hyphen',
});

/**
 * `official_account` has an AppSecret of its own; `authorized_official_account` is served through a `third_party_platform`, which
 * is an account too; the token of `official_account_external_token` is kept by another system.
 * `wecom_app` has a secret of its own, also where a provider develops it (代开发); `wecom_suite_app` is what a corp installed of a
 * provider's `wecom_suite`, which is an account too; the token of `wecom_external_token` is kept by another system.
 */
export const accountKind = z.enum([
  'official_account',
  'third_party_platform',
  'authorized_official_account',
  'official_account_external_token',
  'wecom_app',
  'wecom_suite',
  'wecom_suite_app',
  'wecom_external_token',
]);
export type AccountKind = z.infer<typeof accountKind>;

/** What a person has to look at; one entry for each subject, so that a second failure of the same kind is no second alarm. */
export const attentionSubject = z.enum(['token', 'api', 'tracking', 'authorization', 'sync']);
export type AttentionSubject = z.infer<typeof attentionSubject>;
export const attention = z.object({
  code: z.string(),
  hint: z.string(),
  errcode: z.int().optional(),
  /** The message that met the trouble; it is over when this one gets on. */
  msg_id: z.string().optional(),
  /** Also tells this time from the next. */
  since: z.iso.datetime(),
  published: z.boolean(),
});
export type Attention = z.infer<typeof attention>;

/** What needed attention and was over before anybody could be told of it. */
const untoldAttention = attention.omit({ published: true }).extend({ subject: attentionSubject });
export type UntoldAttention = z.infer<typeof untoldAttention>;

/** The current token, without the token: which version of the secret holds it, and how it has fared. */
const tokenRecord = z.object({
  version: z.string().min(1),
  fetched_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  /** Set when WeChat refused this very token and handed it out again when asked for another. */
  refused_at: z.iso.datetime().optional(),
  forced_at: z.iso.datetime().optional(),
});
export type TokenRecord = z.infer<typeof tokenRecord>;

/** Why no token can be had, in words for whoever asked. */
export const failure = z.object({
  code: z.string(),
  detail: z.string(),
  hint: z.string(),
  /** What our API answers with. */
  http_status: z.int(),
  /** It will not pass by itself: a person has to mend something. */
  blocked: z.boolean(),
  errcode: z.int().optional(),
  errmsg: z.string().optional(),
  rid: z.string().optional(),
});
export type Failure = z.infer<typeof failure>;

/** Renewals that failed one after another, the last failure, and the time before which WeChat is not asked again. */
const tokenFailure = failure.extend({ count: z.int().positive(), retry_at: z.iso.datetime() });
export type TokenFailure = z.infer<typeof tokenFailure>;

/** What the owner of an authorized account allows the third-party platform. */
const authorization = z.object({
  /** The permission sets. Not there: WeChat has yet to be asked, for the first time or because a push said that they changed. */
  func_ids: z.array(z.int()).optional(),
  /** The newest push about it. */
  changed_at: z.iso.datetime().optional(),
  /** The owner withdrew it, and has not given it again. */
  lapsed: z.boolean().optional(),
});
export type Authorization = z.infer<typeof authorization>;

export const lease = z.object({ owner: z.string(), expires_at: z.iso.datetime() });

/** How the last sync of a WeCom account ended. */
export const lastSync = z.object({ sync_id: z.string(), finished_at: z.iso.datetime(), phase: z.enum(['done', 'failed']) });
export type LastSync = z.infer<typeof lastSync>;

/** A row of the accounts table. Loose: a field that a later version wrote is kept. */
export const account = z.looseObject({
  account_id: accountId,
  kind: accountKind,
  /** WeChat's name for it: the AppID of the Official Account, or of the third-party platform; the corpid; the suite_id of a suite. */
  upstream_id: z.string().min(1),
  created_at: z.iso.datetime(),
  token: tokenRecord.optional(),
  token_failure: tokenFailure.optional(),
  token_lease: lease.optional(),
  /** Of a WeCom account: the sync that runs, which keeps others away. */
  sync_lease: lease.optional(),
  last_sync: lastSync.optional(),
  /** When the last sync that finds its work as a scheduled one does ended. One of a period asked for does not put the schedule off. */
  due_synced_at: z.iso.datetime().optional(),
  /** Up to when its group messages have been looked for. Never goes back. */
  synced_until: z.iso.datetime().optional(),
  attention: z.partialRecord(attentionSubject, attention),
  /** Oldest first; each is told of once more, and then leaves. */
  untold: z.array(untoldAttention).optional(),
  /** Of an authorized account: the account_id of its third-party platform. Of what a corp installed: that of the suite. */
  platform: accountId.optional(),
  /** Of a platform and of a suite: when the ticket that is kept arrived. */
  ticket: z.object({ received_at: z.iso.datetime() }).optional(),
  authorization: authorization.optional(),
});
export type Account = z.infer<typeof account>;
