import { createHash } from 'node:crypto';
import * as z from 'zod';
import { rawNumber } from '../lossless-json.ts';
import type { Call, WechatAnswer } from '../platform.ts';
import { dayOf, minuteOf } from '../quotas.ts';
import type { Account } from './account.ts';
import { Refusal } from './errors.ts';
import { readBody } from './read-body.ts';
import type { OfficialAccountState } from './state.ts';

const media = z.object({ media_id: z.string().optional() }).optional();
const sendallSchema = z.object({
  filter: z.object({ is_to_all: z.boolean().default(false), tag_id: z.union([z.string(), z.number()]).nullish() }).optional(),
  msgtype: z.string().optional(),
  mpnews: media,
  voice: media,
  music: media,
  mpvideo: media,
  image: media,
  images: z.object({ media_ids: z.array(z.string()).optional() }).optional(),
  text: z.object({ content: z.string().optional() }).optional(),
  clientmsgid: z.string().optional(),
});
type Sendall = z.output<typeof sendallSchema>;

/** The page's older text; a newer one says 32. https://developers.weixin.qq.com/doc/service/api/notify/message/api_sendall */
const longestClientmsgid = 64;

/** `msg_data_id` counts articles in WeChat's statistics; real ones have this size. */
const firstMsgDataId = 2_650_000_001;

/** sendAll, https://developers.weixin.qq.com/doc/service/api/notify/message/api_sendall: errcode 0 means submitted, not sent. */
export const sendall = (state: OfficialAccountState, call: Call, account: Account): WechatAnswer => {
  const { limits, appid } = account;
  state.use('mass send minute', appid, minuteOf(state.clock.time()), limits.massSendPerMinute, 45011);
  state.use('mass send', appid, dayOf(state.clock.time()), limits.massSendPerDay);
  const body = readBody(call, sendallSchema);
  const { msgtype, toAll, content } = check(body);
  const given = body.clientmsgid || undefined;
  if (given && Buffer.byteLength(given) > longestClientmsgid) throw new Refusal(45067);
  // Without one WeChat makes its own out of audience and content, so the same message to the same audience is refused as well.
  const clientmsgid =
    given ??
    createHash('md5')
      .update(JSON.stringify([body.filter, msgtype, content]))
      .digest('hex');
  const earlier = state.messages.recent(account.appid, clientmsgid);
  if (earlier) throw new Refusal(45065, undefined, { msg_id: rawNumber(earlier.msgId) });

  // The simulator does not have the material, only its name: a mass message of articles has one article, unless the control API named the material before.
  const message = state.messages.submit(
    account,
    hasArticles(msgtype) ? { msgtype, toAll, articles: 1, material: body[msgtype]?.media_id } : { msgtype, toAll, articles: 0 },
  );
  state.messages.remember(clientmsgid, message);
  return {
    errcode: 0,
    errmsg: 'send job submission success',
    msg_id: rawNumber(message.msgId),
    ...(msgtype === 'mpnews' && { msg_data_id: firstMsgDataId + state.messages.list().length - 1 }),
  };
};

/** "Only articles and video can be deleted" (deleteMassMsg): these have a page of their own. */
export const hasArticles = (msgtype: string): msgtype is 'mpnews' | 'mpvideo' => msgtype === 'mpnews' || msgtype === 'mpvideo';

const check = (body: Sendall) => {
  const { filter, msgtype } = body;
  if (!filter) throw new Refusal(40035);
  switch (msgtype) {
    case 'mpnews':
    case 'voice':
    case 'music':
    case 'mpvideo':
      if (!body[msgtype]?.media_id) throw new Refusal(40007);
      break;
    case 'image': // the page has `images`, older SDKs send `image`
      if (!body.images?.media_ids?.length && !body.image?.media_id) throw new Refusal(40007);
      break;
    case 'text':
      if (!body.text?.content) throw new Refusal(44004);
      break;
    case 'wxcard':
      throw new Refusal(45113);
    default:
      throw new Refusal(40008);
  }
  if (!filter.is_to_all && (filter.tag_id === undefined || filter.tag_id === null || filter.tag_id === '')) throw new Refusal(40152);
  return { msgtype, toAll: filter.is_to_all, content: msgtype === 'image' ? (body.images ?? body.image) : body[msgtype] };
};
