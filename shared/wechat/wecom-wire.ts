import * as z from 'zod';

/** A number in the pages, though a sample shows a text. */
const number = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);
/** One that is missing is absent, and not 1970. */
const time = number.nullish().transform((seconds) => seconds || undefined);
/** WeCom leaves out what does not apply, or writes an empty text. */
const optional = z
  .string()
  .nullish()
  .transform((text) => text || undefined);
/** A sample has a space at the end of one, and no userid has any. */
const userid = z.string().trim().min(1);
/** What has no value is not there, rather than there with none. */
const present = <T extends object>(row: T): T =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined && value !== null)) as T;

/** A group message: what is sent (`text`, `attachments`) and what a later version of WeCom adds is kept as it comes. */
const groupMessage = z
  .looseObject({
    msgid: z.string().min(1),
    /** Not there for a message that an API created. */
    creator: optional.transform((text) => text?.trim() || undefined),
    /** Unix seconds. */
    create_time: number,
    /** 0: by the company, 1: by a member. */
    create_type: number.nullish().transform((type) => type ?? undefined),
    text: z.unknown().optional(),
    attachments: z.unknown().optional(),
  })
  .transform(present);
export type WireGroupMessage = z.infer<typeof groupMessage>;

const task = z
  .object({
    userid,
    /** 0: not sent, 2: sent. There is no 1. */
    status: number,
    /** Unix seconds. */
    send_time: time,
  })
  .transform(present);
export type WireTask = z.infer<typeof task>;

const result = z
  .object({
    /** Of a customer, who is one of the two kinds of recipients. */
    external_userid: optional,
    /** Of a customer group, which is the other. */
    chat_id: optional,
    userid,
    /** 0: not sent, 1: sent, 2: not a friend, 3: has received too much. */
    status: number,
    /** Unix seconds. */
    send_time: time,
  })
  .transform(present);
export type WireResult = z.infer<typeof result>;

/** An empty one is none: this is the last page. */
const next_cursor = optional;
const answerOf = z.looseObject({ errcode: z.unknown().optional() });
/** A list that is not there is an empty one in an answer that says that all is well; `{}` might come from anybody. */
const withList = <S extends z.ZodType>(name: string, page: S) =>
  z.preprocess((answer) => {
    const { data } = answerOf.safeParse(answer);
    return data?.errcode === undefined ? answer : { ...data, [name]: data[name] ?? [] };
  }, page);

export const groupMessagePage = withList('group_msg_list', z.object({ group_msg_list: z.array(groupMessage), next_cursor }));
export const taskPage = withList('task_list', z.object({ task_list: z.array(task), next_cursor }));
export const resultPage = withList('send_list', z.object({ send_list: z.array(result), next_cursor }));

/** `expires_in` in seconds: what is left of a token that was handed out before. `errcode` is missing from some of these. */
const expires_in = z.int().nonnegative();
const token = z.string().min(1);
export const tokenAnswer = z.object({ access_token: token, expires_in });
export const suiteTokenAnswer = z.object({ suite_access_token: token, expires_in });
