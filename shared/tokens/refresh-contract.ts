import * as z from 'zod';
import { accountId, failure } from '../domain/account.ts';

/** What refresh-token is asked. */
export const refreshRequest = z.strictObject({
  account_id: accountId,
  /** The version that WeChat refused: any other one is the answer. */
  refused_version: z.string().min(1).optional(),
  /** The version that cannot be read: another one is the answer, or this one, should it be readable after all. */
  unreadable_version: z.string().min(1).optional(),
  /** Ask WeChat now, whatever the row says: how an operator tries credentials or an allow-list that was just mended. */
  prove: z.literal(true).optional(),
});
export type RefreshRequest = z.infer<typeof refreshRequest>;

/** What it answers: where the token is, never the token. A failure is data, so that its words reach the caller. */
export const refreshOutcome = z.discriminatedUnion('renewed', [
  z.strictObject({ renewed: z.literal(true), version: z.string().min(1), expires_at: z.iso.datetime() }),
  z.strictObject({ renewed: z.literal(false), failure, retry_after_s: z.int().nonnegative().optional() }),
]);
export type RefreshOutcome = z.infer<typeof refreshOutcome>;

/** How an operation has a token renewed. Answers by the deadline, if only that it could not be done by then. */
export type RequestRefresh = (request: RefreshRequest, deadline: Date) => Promise<RefreshOutcome>;
