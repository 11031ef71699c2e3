import * as z from 'zod';
import { hours, seconds } from '../clock.ts';
import type { Call, WechatAnswer } from '../platform.ts';
import type { Caller } from './caller.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { WecomRefusal } from './errors.ts';
import type { GroupMessage } from './group-message.ts';
import { isVisible } from './members.ts';
import { limitOf, pageFields, pageOf, readBody } from './page.ts';
import type { WecomState } from './state.ts';

const unixSeconds = z.int().nonnegative();
const listSchema = z.object({
  chat_type: z.enum(['single', 'group']).default('single'),
  start_time: unixSeconds.optional(),
  end_time: unixSeconds.optional(),
  creator: z.string().nullish(),
  filter_type: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(2),
  ...pageFields,
});
/** "Not more than one month": how many days that is, is a choice. */
const month = hours(31 * 24) / 1000;

/** get_groupmsg_list_v2, https://developer.work.weixin.qq.com/document/path/93338. Newest first, a choice. */
export const listGroupMessages = (state: WecomState, call: Call, caller: Caller): WechatAnswer => {
  const wanted = readBody(call, listSchema);
  const { chat_type, start_time, end_time, creator, filter_type } = wanted;
  if (start_time === undefined || end_time === undefined) throw new WecomRefusal(40063);
  if (end_time < start_time || end_time - start_time > month) throw new WecomRefusal(40058);
  const matching = state.messages.of(caller.corpid).filter((message) => {
    const { script, createdAt } = message;
    const time = unix(createdAt);
    return (
      script.chat_type === chat_type &&
      time >= start_time &&
      time <= end_time &&
      (filter_type === 2 || script.create_type === filter_type) &&
      (!creator || creatorOf(message) === creator) &&
      isShown(state, message) &&
      isSeenBy(state, caller, message)
    );
  });
  // How many are left, not how many were read: new ones come first and must not move the place.
  const list = JSON.stringify(['list', caller, chat_type, start_time, end_time, creator ?? null, filter_type]);
  const left = wanted.cursor ? openCursor(list, wanted.cursor) : matching.length;
  const rest = matching.slice(matching.length - Math.min(left, matching.length));
  const page = rest.slice(0, limitOf(wanted, { most: 100, usual: 50 }));
  return {
    ...ok,
    next_cursor: page.length < rest.length ? sealCursor(list, rest.length - page.length) : '',
    group_msg_list: page.map(describe),
  };
};

const most = { most: 1000, usual: 500 };

/** get_groupmsg_task, https://developer.work.weixin.qq.com/document/path/93338 */
export const listTasks = (state: WecomState, call: Call, caller: Caller): WechatAnswer => {
  const wanted = readBody(call, z.object({ msgid: z.string().nullish(), ...pageFields }));
  const message = find(state, caller, wanted.msgid);
  const now = state.clock.time();
  const { rows, next_cursor } = pageOf(JSON.stringify(['tasks', caller, message.msgid]), wanted, most, message.taskCount, (place) => {
    if (!isVisible(caller.visible, message.memberAt(place), message.userid(place))) return undefined;
    const { userid, status, sentAt } = message.task(place, now);
    return { userid: written(message, userid), status, ...sendTime(message, sentAt) };
  });
  return { ...ok, next_cursor, task_list: rows };
};

/** get_groupmsg_send_result, https://developer.work.weixin.qq.com/document/path/93338; its own example has a space after the userid. */
export const listResults = (state: WecomState, call: Call, caller: Caller): WechatAnswer => {
  const wanted = readBody(call, z.object({ msgid: z.string().nullish(), userid: z.string().nullish(), ...pageFields }));
  const message = find(state, caller, wanted.msgid);
  const userid = wanted.userid?.trim();
  if (!userid) throw new WecomRefusal(41009);
  const member = state.corps.get(caller.corpid)?.members.indexOf(userid);
  if (member === undefined) throw new WecomRefusal(60111);
  if (!isVisible(caller.visible, member, userid)) throw new WecomRefusal(50002);
  const place = message.placeOf(userid);
  const now = state.clock.time();
  const list = JSON.stringify(['results', caller, message.msgid, userid]);
  const { rows, next_cursor } = pageOf(list, wanted, most, place === undefined ? 0 : message.recipientCount(place), (position) => {
    const row = message.delivery(place ?? 0, position, now);
    if (!message.isListed(row)) return undefined;
    return {
      [message.script.chat_type === 'single' ? 'external_userid' : 'chat_id']: row.recipientId,
      userid: written(message, userid),
      status: row.status,
      ...sendTime(message, row.sentAt),
    };
  });
  return { ...ok, next_cursor, send_list: rows };
};

const ok = { errcode: 0, errmsg: 'ok' };
const unix = (time: number) => Math.floor(time / 1000);

/** Of a message made with the API there is none. */
const creatorOf = (message: GroupMessage) =>
  message.script.creator ?? (message.script.create_type === 1 && message.taskCount > 0 ? message.userid(0) : undefined);

const describe = (message: GroupMessage) => {
  const { create_type, text, attachments, quirks } = message.script;
  const creator = creatorOf(message);
  const time = unix(message.createdAt);
  return {
    msgid: message.msgid,
    ...(creator !== undefined && { creator: written(message, creator) }),
    create_time: quirks.create_time_as_text ? String(time) : time,
    create_type,
    text: { content: text },
    attachments,
  };
};

const written = ({ script }: GroupMessage, userid: string) => (script.quirks.trailing_space ? `${userid} ` : userid);

const sendTime = ({ script: { quirks } }: GroupMessage, sentAt: number | null) => {
  if (quirks.no_send_time) return {};
  if (sentAt !== null) return { send_time: unix(sentAt) };
  return quirks.zero_send_time ? { send_time: 0 } : {};
};

const isShown = (state: WecomState, { createdAt, script }: GroupMessage) =>
  state.clock.time() >= createdAt + seconds(script.not_visible_seconds);

/** "Only members in the app's visible scope": a message is listed when its creator or somebody with a task is one of them, a choice. */
const isSeenBy = ({ corps }: WecomState, { corpid, visible }: Caller, message: GroupMessage) => {
  if (visible === null) return true;
  const creator = creatorOf(message);
  const member = creator === undefined ? undefined : corps.get(corpid)?.members.indexOf(creator);
  if (creator !== undefined && member !== undefined && isVisible(visible, member, creator)) return true;
  for (let place = 0; place < message.taskCount; place += 1)
    if (isVisible(visible, message.memberAt(place), message.userid(place))) return true;
  return false;
};

/** @throws WecomRefusal 41046, 41047, 41063, 41093, or what the script says */
const find = (state: WecomState, { corpid }: Caller, msgid: string | null | undefined) => {
  if (!msgid) throw new WecomRefusal(41046);
  const message = state.messages.get(msgid);
  if (message?.corpid !== corpid || !isShown(state, message)) throw new WecomRefusal(41047);
  const { not_visible_seconds, dispatching_seconds, errcode } = message.script;
  if (state.clock.time() < message.createdAt + seconds(not_visible_seconds + dispatching_seconds)) throw new WecomRefusal(41063);
  if (message.cancelledAt !== null) throw new WecomRefusal(41093);
  if (errcode !== undefined) throw new WecomRefusal(errcode);
  return message;
};
