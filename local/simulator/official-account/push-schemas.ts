import * as z from 'zod';
import { copyrightSchema, countsSchema, msgIdSchema, statusSchema, urlsSchema } from './script-schema.ts';

export const pushOrderSchema = z.strictObject({ order: z.enum(['deliver', 'hold', 'drop']) });

/** A push that WeChat did not make of itself. */
export const sendPushSchema = z.strictObject({
  /** The account it is said to be about; may be left out while there is one. */
  appid: z.string().optional(),
  msg_id: msgIdSchema.default('3147483331'),
  status: statusSchema.default('send success'),
  counts: countsSchema.optional(),
  copyright: copyrightSchema.optional(),
  urls: urlsSchema.optional(),
  /** Instead of all these: the message as it stands, encrypted or not as the account's mode has it. */
  xml: z.string().optional(),
  wrong_signature: z.boolean().optional(),
  timestamp_offset_seconds: z.int().optional(),
  receiveid: z.string().optional(),
  truncated: z.boolean().optional(),
  unencrypted: z.boolean().optional(),
  attempts: z.int().min(1).max(3).default(1),
});
