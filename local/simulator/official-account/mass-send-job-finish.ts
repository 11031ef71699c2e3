import { digits, type Xml } from '../push/xml.ts';
import { operatorOf, userNameOf } from './account.ts';
import { type Copyright, type Counts, endOf, type MassMessage, type Outcome } from './mass-message.ts';

export const massSendJobFinish = 'MASSSENDJOBFINISH';

/** The push's words, https://developers.weixin.qq.com/doc/service/guide/product/message/Batch_Sends.html; its err() are not the API's errcodes. */
const statusOf: Readonly<Record<Outcome, string>> = {
  sent: 'send success',
  failed: 'send fail',
  rejected: 'err(20001)',
  confirmation_refused: 'err(40001)',
  confirmation_expired: 'err(40002)',
};

const delivered: Counts = { total_count: 1000, filter_count: 980, sent_count: 975, error_count: 5 };
/** What users show of messages that did not go out. */
const nothing: Counts = { total_count: 0, filter_count: 0, sent_count: 0, error_count: 0 };

/** The event of a message that is finished, or is going to be. */
export const finishOf = (message: MassMessage, now: number): Xml => {
  const { at, outcome } = endOf(message);
  const isSent = outcome === 'sent';
  return finishEvent(message.appid, {
    msgId: message.msgId,
    createdAt: Math.min(at, now),
    status: (outcome === message.result && message.status) || statusOf[outcome],
    counts: { ...(isSent ? delivered : nothing), ...message.counts },
    copyright: message.copyright ?? { check_state: isSent && message.msgtype === 'mpnews' ? 1 : 0, items: [] },
    urls: isSent && message.msgtype === 'mpnews' ? message.articles.map(({ url }) => url) : [],
  });
};

interface Finish {
  readonly msgId: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly status: string;
  readonly counts?: Partial<Counts> | undefined;
  readonly copyright?: Copyright | undefined;
  readonly urls?: readonly string[] | undefined;
}

/**
 * MASSSENDJOBFINISH as it arrives, https://developers.weixin.qq.com/doc/service/guide/product/message/Batch_Sends.html: `MsgID` with a capital D, where
 * other messages have `MsgId`.
 */
export const finishEvent = (appid: string, { msgId, createdAt, status, counts, copyright, urls = [] }: Finish): Xml => ({
  ToUserName: userNameOf(appid),
  FromUserName: operatorOf(appid),
  CreateTime: Math.floor(createdAt / 1000),
  MsgType: 'event',
  Event: massSendJobFinish,
  MsgID: digits(msgId),
  Status: status,
  TotalCount: counts?.total_count ?? 0,
  FilterCount: counts?.filter_count ?? 0,
  SentCount: counts?.sent_count ?? 0,
  ErrorCount: counts?.error_count ?? 0,
  CopyrightCheckResult: {
    Count: copyright?.items.length ?? 0,
    ResultList: (copyright?.items ?? []).map((item) => ({
      ArticleIdx: item.article_idx,
      UserDeclareState: item.user_declare_state,
      AuditState: item.audit_state,
      OriginalArticleUrl: item.original_article_url,
      OriginalArticleType: item.original_article_type,
      CanReprint: item.can_reprint,
      NeedReplaceContent: item.need_replace_content,
      NeedShowReprintSource: item.need_show_reprint_source,
    })),
    CheckState: copyright?.check_state ?? 0,
  },
  ArticleUrlResult: {
    Count: urls.length,
    ResultList: urls.map((url, index) => ({ ArticleIdx: index + 1, ArticleUrl: url })),
  },
});
