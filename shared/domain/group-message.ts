import * as z from 'zod';
import { accountId } from './account.ts';
import { knownDeliveries } from './delivery.ts';
import { groupMessageId } from './group-message-id.ts';
import { keepable } from './observation.ts';
import { fromUnix } from './time.ts';

/** Customers, or customer groups. */
export const chatType = z.enum(['single', 'group']);
export type ChatType = z.infer<typeof chatType>;

const count = z.int().nonnegative();

export const groupMessageTotals = z.object({
  members: z.object({ all: count, sent: count, pending: count, other: count }),
  /** Of the members whose deliveries have been read. Null: of none, so that nothing is known. */
  deliveries: knownDeliveries.nullable(),
  /** Members of whose deliveries nothing is known: what they hold is missing from `deliveries`. */
  members_unread: count,
});
export type GroupMessageTotals = z.infer<typeof groupMessageTotals>;

const historyEntry = z.object({
  /** Runs on through the life of a message, also past entries that were dropped. */
  n: count,
  at: z.iso.datetime(),
  totals: groupMessageTotals,
  settled: z.boolean(),
  published: z.boolean(),
});

/** A row of the group-messages table. Loose: a field that a later version wrote is kept. */
export const groupMessage = z.looseObject({
  account_id: accountId,
  msgid: groupMessageId,
  chat_type: chatType,
  create_time: z.iso.datetime(),
  creator: z.string().optional(),
  /** 0: by the company, 1: by a member. */
  create_type: z.int().optional(),
  text: z.unknown().optional(),
  attachments: z.unknown().optional(),
  discovered_at: z.iso.datetime(),
  /** As of the last time when the whole list of members was read. Absent: it never was. */
  totals: groupMessageTotals.optional(),
  /** When they were last found to be different. */
  totals_at: z.iso.datetime().optional(),
  /** When WeCom said that it was cancelled. What was sent by then stays sent. */
  cancelled_at: z.iso.datetime().optional(),
  /** No further change is expected. */
  settled: z.boolean(),
  /** When also the deliveries of members who had not confirmed were last read. */
  unconfirmed_read_at: z.iso.datetime().optional(),
  /** Why the last refresh did not come to its end. */
  failure: z.object({ at: z.iso.datetime(), code: z.string(), errcode: z.int().optional(), detail: z.string() }).optional(),
  history: z.array(historyEntry),
  history_dropped: count,
  /** Absent once nothing more is expected, or it is too old. In the past for as long as every sync refreshes it. */
  next_refresh_at: z.iso.datetime().optional(),
  /** The account: partition of the sparse index of rows to refresh; comes and goes with next_refresh_at. */
  due: accountId.optional(),
  rev: count,
});
export type GroupMessage = z.infer<typeof groupMessage>;

// Nine attachments, of which a link is the longest with 4.7 KB, and a text of 4,000 bytes.
const keptBytes = 64 * 1024;

/** One message in WeCom's list; times in seconds since 1970. */
interface Listed {
  readonly msgid: string;
  readonly creator?: string | undefined;
  readonly create_time: number;
  readonly create_type?: number | undefined;
  readonly text?: unknown;
  readonly attachments?: unknown;
}

/** The row of a message that was just discovered: due at once. Undefined: no key can hold its msgid or its time. */
export const discovered = (account_id: string, chat_type: ChatType, wire: Listed, now: Date): GroupMessage | undefined => {
  const msgid = groupMessageId.safeParse(wire.msgid);
  const create_time = fromUnix(wire.create_time);
  if (!msgid.success || create_time === undefined) return undefined;
  const { creator, create_type, text, attachments } = wire;
  const at = now.toISOString();
  return {
    account_id,
    msgid: msgid.data,
    chat_type,
    create_time,
    ...(creator !== undefined && { creator }),
    ...(create_type !== undefined && { create_type }),
    ...(text !== undefined && { text: keepable(text, keptBytes) }),
    ...(attachments !== undefined && { attachments: keepable(attachments, keptBytes) }),
    discovered_at: at,
    settled: false,
    history: [],
    history_dropped: 0,
    next_refresh_at: at,
    due: account_id,
    rev: 0,
  };
};
