import * as z from 'zod';

// What the live lists answer: WeChat's names and values, but for what a sample of its own contradicts.
const unixSeconds = z.int().meta({ description: 'unix time in seconds' });
const next_cursor = z.string().optional().meta({ description: 'absent on the last page' });

export const liveMessagesView = z.object({
  group_msg_list: z.array(
    z
      .looseObject({
        msgid: z.string(),
        creator: z.string().optional().meta({ description: 'userid; absent when an API created the message' }),
        create_time: unixSeconds,
        create_type: z.int().optional().meta({ description: '0: by the company, 1: by a member' }),
        text: z.unknown().optional(),
        attachments: z.unknown().optional(),
      })
      .meta({ description: 'as WeChat has it, also what is not named here' }),
  ),
  next_cursor,
});

export const liveTasksView = z.object({
  task_list: z.array(
    z.object({
      userid: z.string(),
      status: z.int().meta({ description: '0: not sent, 2: sent' }),
      send_time: unixSeconds.optional(),
    }),
  ),
  next_cursor,
});

export const liveResultsView = z.object({
  send_list: z.array(
    z.object({
      external_userid: z.string().optional().meta({ description: 'of a customer' }),
      chat_id: z.string().optional().meta({ description: 'of a customer group; only those that were sent to are listed' }),
      userid: z.string(),
      status: z.int().meta({ description: '0: not sent, 1: sent, 2: not a friend, 3: has received too many' }),
      send_time: unixSeconds.optional(),
    }),
  ),
  next_cursor,
});
