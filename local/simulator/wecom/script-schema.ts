import * as z from 'zod';

const id = z.string().min(1);
const count = z.int().nonnegative();
const duration = z.number().nonnegative();
const share = z.number().min(0).max(1);

/** A group message and the way it is going to go. Every field may be left out. */
export const groupMessageSchema = z.strictObject({
  /** May be left out while there is one corp. */
  corpid: id.optional(),
  msgid: id.optional(),
  chat_type: z.enum(['single', 'group']).default('single'),
  /** 0 the company's, 1 a member's own. */
  create_type: z.union([z.literal(0), z.literal(1)]).default(0),
  /** Absent: created with the API, or for a member's own message its only member. */
  creator: id.optional(),
  /** How long ago it was created. */
  age_seconds: duration.default(0),
  text: z.string().default('Simulated group message'),
  attachments: z.array(z.record(z.string(), z.unknown())).default([]),
  /** Who has a task: the first so many members, or these. Default: all, of a member's own message its creator. */
  members: z.union([count, z.array(id)]).optional(),
  recipients_per_member: count.optional(),
  /** Of some members: how many, or who. */
  recipients: z.record(z.string(), z.union([count, z.array(id)])).default({}),
  /** When the members press send. Absent: they wait to be told. */
  sending: z
    .strictObject({
      /** From the creation to the first. */
      first_after_seconds: duration.default(0),
      /** One after another, in the order of the task list; absent: all at once. */
      members_per_minute: z.number().positive().optional(),
      /** How many of the members ever do. */
      share: share.default(1),
      /** From the creation, by userid; null: never. */
      by_member: z.record(z.string(), duration.nullable()).default({}),
    })
    .optional(),
  /** How fast a member's deliveries follow when he has pressed send; absent: all at once. */
  deliveries_per_second: z.number().positive().optional(),
  /** What becomes of them, by their share in each member's; the rest is sent. */
  outcomes: z
    .strictObject({ not_friend: share.default(0), limit_reached: share.default(0), deselected: share.default(0) })
    .refine((shares) => shares.not_friend + shares.limit_reached + shares.deselected <= 1, 'must not be more than 1 together')
    .prefault({}),
  /** After the creation: not listed, and 41047. */
  not_visible_seconds: duration.default(0),
  /** After that: 41063. */
  dispatching_seconds: duration.default(0),
  /** What its tasks and deliveries are answered, whatever else. */
  errcode: z.int().optional(),
  quirks: z
    .strictObject({
      create_time_as_text: z.boolean().default(false),
      /** `send_time` is 0 where there is none. */
      zero_send_time: z.boolean().default(false),
      /** There is none where there should be one. */
      no_send_time: z.boolean().default(false),
      /** After every userid. */
      trailing_space: z.boolean().default(false),
    })
    .prefault({}),
});
export type GroupMessageScript = z.output<typeof groupMessageSchema>;

export const pressSendSchema = z
  .strictObject({
    userids: z.array(id).optional(),
    /** The next so many who have not. */
    count: count.optional(),
    after_seconds: duration.default(0),
  })
  .refine(({ userids, count }) => !(userids && count !== undefined), 'userids and count exclude each other');

export const setDeliverySchema = z.strictObject({
  userid: id,
  recipient_id: id,
  status: z.int(),
  /** Unix seconds. Default for status 1: now. */
  send_time: z.int().nonnegative().optional(),
});

export const rowsSchema = z.strictObject({ userid: id });
