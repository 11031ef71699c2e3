import * as z from 'zod';
import { type Account, account, attention, attentionSubject, failure } from '../domain/account.ts';
import { sendsMessages } from '../domain/channel.ts';

/** An account as the API shows it: how it fares, and never what its secrets are or which versions they have. */
export const accountView = account
  .pick({ account_id: true, kind: true, upstream_id: true, created_at: true, platform: true })
  .extend({
    last_sync: account.shape.last_sync.meta({
      description: 'of a WeCom account: how the last sync that is over ended; absent while there was none',
    }),
    token: z.object({ fetched_at: z.iso.datetime(), expires_at: z.iso.datetime() }).nullable().meta({ description: 'null: there is none' }),
    token_failure: failure
      .omit({ http_status: true })
      .extend({
        count: z.int().positive().meta({ description: 'renewals that failed one after another' }),
        retry_at: z.iso.datetime(),
      })
      .nullable()
      .meta({ description: 'why the last renewal failed' }),
    attention: z
      .array(attention.omit({ published: true }).extend({ subject: attentionSubject }))
      .meta({ description: 'what a person has to look at' }),
    addresses_to_allow: z
      .array(z.string())
      .optional()
      .meta({ description: "what belongs on WeChat's allow-list, when a call failed for it" }),
    authorization: z
      .object({
        func_ids: z.array(z.int()).nullable().meta({ description: 'permission sets; null until WeChat has been asked' }),
        changed_at: z.iso.datetime().nullable().meta({ description: 'of the newest push about it' }),
        lapsed: z.boolean().meta({ description: 'the owner withdrew it' }),
      })
      .optional()
      .meta({ description: 'of an account that is served through a third-party platform' }),
    ticket: z
      .object({ received_at: z.iso.datetime() })
      .nullable()
      .optional()
      .meta({ description: 'of a third-party platform or a suite; null until one has arrived' }),
  })
  .strip()
  .meta({ id: 'Account' });
export type AccountView = z.infer<typeof accountView>;

// 40164: the allow-list of the Official Account; 61004: that of the third-party platform; 60020: WeCom's, of the app or of the provider.
const notAllowed: ReadonlySet<number | undefined> = new Set([40164, 61004, 60020]);

/** @param egressAddresses the fixed addresses that WeChat is called from, where the stage has them */
export const presentAccount = (row: Account, egressAddresses: readonly string[] = []): AccountView => {
  const {
    token = null,
    token_failure = null,
    attention: bySubject,
    authorization: { func_ids = null, changed_at = null, lapsed = false } = {},
  } = row;
  const raised = attentionSubject.options.flatMap((subject) => {
    const entry = bySubject[subject];
    return entry ? [{ subject, ...entry }] : [];
  });
  const toAllow = egressAddresses.length > 0 && raised.some(({ errcode }) => notAllowed.has(errcode));
  const { ticket = null, kind } = row;
  return accountView.parse({
    ...row,
    token,
    token_failure,
    attention: raised,
    addresses_to_allow: toAllow ? egressAddresses : undefined,
    authorization: kind === 'authorized_official_account' ? { func_ids, changed_at, lapsed } : undefined,
    ticket: sendsMessages(kind) ? undefined : ticket,
  });
};
