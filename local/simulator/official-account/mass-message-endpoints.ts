import * as z from 'zod';
import { minutes } from '../clock.ts';
import { rawNumber } from '../lossless-json.ts';
import type { Call, WechatAnswer } from '../platform.ts';
import { dayOf } from '../quotas.ts';
import type { Account } from './account.ts';
import { Refusal } from './errors.ts';
import { type MassMessage, type Truth, truthOf } from './mass-message.ts';
import { msgIdSchema, readBody } from './read-body.ts';
import { hasArticles } from './sendall.ts';
import type { OfficialAccountState } from './state.ts';

/** For so long after the submission a message is "entering" confirmation, then it is "still in" it. A choice: the page has both codes and no rule. */
const enteringConfirmation = minutes(1);

const status: Readonly<Record<Exclude<Truth, 'awaiting_confirmation'>, string>> = {
  sending: 'SENDING',
  sent: 'SEND_SUCCESS',
  failed: 'SEND_FAIL',
  rejected: 'SEND_FAIL',
  confirmation_refused: 'SEND_FAIL',
  confirmation_expired: 'SEND_FAIL',
  deleted: 'DELETE',
};

/** massMsgGet, https://developers.weixin.qq.com/doc/service/api/notify/message/api_massmsgget: takes the id as text, gives it as a number, without errcode. */
export const massMsgGet = (state: OfficialAccountState, call: Call, account: Account): WechatAnswer => {
  state.use('mass get', account.appid, dayOf(state.clock.time()), account.limits.massGetPerDay);
  const { msg_id } = readBody(call, z.object({ msg_id: msgIdSchema }));
  const message = find(state, account, msg_id);
  const now = state.clock.time();
  const truth = truthOf(message, now);
  if (truth === 'awaiting_confirmation') throw new Refusal(now - message.submittedAt < enteringConfirmation ? 89505 : 89504);
  return { msg_id: rawNumber(message.msgId), msg_status: status[truth] };
};

const deleteSchema = z.object({
  msg_id: msgIdSchema,
  article_idx: z.int().nullish(),
  url: z.string().nullish(),
});

/** deleteMassMsg, https://developers.weixin.qq.com/doc/service/api/notify/message/api_deletemassmsg; every call counts, whatever comes of it. */
export const deleteMassMsg = (state: OfficialAccountState, call: Call, account: Account): WechatAnswer => {
  state.use('delete', account.appid, dayOf(state.clock.time()), account.limits.deletePerDay);
  const { msg_id, article_idx, url } = readBody(call, deleteSchema);
  // With an id the url counts for nothing; without an id article_idx counts for nothing.
  const message = msg_id ? find(state, account, msg_id) : findByUrl(state, account, url);
  if (!hasArticles(message.msgtype)) throw new Refusal(40008);
  const articles = msg_id ? chosenByIndex(message, article_idx) : message.articles.filter((article) => article.url === url);
  const isSent = truthOf(message, state.clock.time()) === 'sent';
  if (isSent && message.deletionErrcode !== undefined) throw new Refusal(message.deletionErrcode);
  if (!isSent || !message.byApi || articles.every(({ deleted }) => deleted)) throw new Refusal(40065);
  for (const article of articles) article.deleted = true; // of every message that was sent with this material
  return { errcode: 0, errmsg: 'ok' };
};

/** 1 is the first; none, or 0, is all of them. */
const chosenByIndex = (message: MassMessage, index: number | null | undefined) => {
  if (!index) return message.articles;
  const article = message.articles[index - 1];
  if (!article) throw new Refusal(40060);
  return [article];
};

const find = (state: OfficialAccountState, account: Account, msgId: string | undefined) => {
  const message = msgId === undefined ? undefined : state.messages.visibleTo(account.appid, msgId);
  if (!message) throw new Refusal(40059);
  return message;
};

/** Of several messages with this page one that has been sent. */
const findByUrl = (state: OfficialAccountState, account: Account, url: string | null | undefined) => {
  const withPage = state.messages
    .list()
    .filter(({ appid, articles }) => appid === account.appid && articles.some((article) => article.url === url));
  const message = withPage.find((each) => truthOf(each, state.clock.time()) === 'sent') ?? withPage[0];
  return find(state, account, message?.msgId);
};
