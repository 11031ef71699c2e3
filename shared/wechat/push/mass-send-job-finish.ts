import type * as z from 'zod';
import { massMessageId } from '../../domain/mass-message.ts';
import { type Article, article, type Copyright, type Counts } from '../../domain/pushed.ts';
import { fieldsOf, listOf, textOf, type XmlFields } from './xml.ts';

/** What a push says about a mass message that is about to be finished. What is undefined was not there, or made no sense. */
export interface MassSendJobFinish {
  readonly msg_id: string;
  /** WeChat's word, its white space collapsed: `send success`, `send fail`, `err(20001)`, or another. Empty: there was none. */
  readonly status: string;
  readonly created_at?: Date;
  readonly counts?: Counts;
  readonly articles?: readonly Article[];
  readonly copyright?: Copyright;
  /** The push without its lists. */
  readonly upstream: unknown;
  /** Names of elements that were there and made no sense. */
  readonly unclear: readonly string[];
}

// A message has at most 8 articles: https://developers.weixin.qq.com/doc/service/guide/product/message/Batch_Sends.html
const mostArticles = 20;

/**
 * https://developers.weixin.qq.com/doc/service/guide/product/message/Batch_Sends.html
 * @returns undefined without an id that a message can have. Real pushes write `MsgID`, ordinary messages `MsgId`.
 */
export const readMassSendJobFinish = (fields: XmlFields): MassSendJobFinish | undefined => {
  const id = massMessageId.safeParse(textOf(fields, 'MsgID')?.trim() || textOf(fields, 'MsgId')?.trim());
  if (!id.success) return undefined;
  const unclear: string[] = [];
  const reader = readerOf(unclear);
  const { CopyrightCheckResult: _copyright, ArticleUrlResult: _articles, ...upstream } = fields;
  const status = (textOf(fields, 'Status') ?? '').replace(/\s+/g, ' ').trim();
  if (status === '') unclear.push('Status');
  const created_at = reader.time(fields, 'CreateTime');
  const counts = readCounts(fields, reader);
  const articles = readArticles(fieldsOf(fields, 'ArticleUrlResult'), reader);
  const copyright = readCopyright(fieldsOf(fields, 'CopyrightCheckResult'), reader);
  return {
    msg_id: id.data,
    status,
    ...(created_at && { created_at }),
    ...(counts && { counts }),
    ...(articles.length > 0 && { articles }),
    ...(copyright && { copyright }),
    upstream,
    unclear,
  };
};

type Reader = ReturnType<typeof readerOf>;

/** Reads the text of an element as something; an element that is empty is as good as none. */
const readerOf = (unclear: string[]) => {
  const read = <T>(fields: XmlFields, name: string, as: (text: string) => T | undefined): T | undefined => {
    const text = textOf(fields, name)?.trim();
    if (text === '' || !Object.hasOwn(fields, name)) return undefined;
    const value = text === undefined ? undefined : as(text);
    if (value === undefined) unclear.push(name);
    return value;
  };
  const whole = (text: string): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined);
  const parsed =
    <T extends z.ZodType>(schema: T) =>
    (value: unknown): z.infer<T> | undefined =>
      schema.safeParse(value).data;
  return {
    number: (fields: XmlFields, name: string) => read(fields, name, whole),
    index: (fields: XmlFields, name: string) => read(fields, name, (text) => parsed(article.shape.article_idx)(whole(text))),
    url: (fields: XmlFields, name: string) => read(fields, name, parsed(article.shape.url)),
    time: (fields: XmlFields, name: string) =>
      read(fields, name, (text) => (/^\d{9,10}$/.test(text) ? new Date(Number(text) * 1000) : undefined)),
  };
};

const readCounts = (fields: XmlFields, { number }: Reader): Counts | undefined => {
  const counts = {
    total_count: number(fields, 'TotalCount') ?? null,
    filter_count: number(fields, 'FilterCount') ?? null,
    sent_count: number(fields, 'SentCount') ?? null,
    error_count: number(fields, 'ErrorCount') ?? null,
  };
  return Object.values(counts).some((count) => count !== null) ? counts : undefined;
};

const itemsOf = (result: XmlFields): XmlFields[] => listOf(fieldsOf(result, 'ResultList'), 'item').slice(0, mostArticles);

const readArticles = (result: XmlFields, { index, url }: Reader): Article[] =>
  itemsOf(result).flatMap((item) => {
    const found = { article_idx: index(item, 'ArticleIdx'), url: url(item, 'ArticleUrl') };
    return article.safeParse(found).data ?? [];
  });

const readCopyright = (result: XmlFields, { number, index, url }: Reader): Copyright | undefined => {
  const check_state = number(result, 'CheckState');
  const articles = itemsOf(result).map((item) =>
    defined({
      article_idx: index(item, 'ArticleIdx'),
      user_declare_state: number(item, 'UserDeclareState'),
      audit_state: number(item, 'AuditState'),
      original_article_url: url(item, 'OriginalArticleUrl'),
      original_article_type: number(item, 'OriginalArticleType'),
      can_reprint: number(item, 'CanReprint'),
      need_replace_content: number(item, 'NeedReplaceContent'),
      need_show_reprint_source: number(item, 'NeedShowReprintSource'),
    }),
  );
  return check_state === undefined && articles.length === 0 ? undefined : defined({ check_state, articles });
};

/** What is not there has no name either: rows are compared as they are stored. */
const defined = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
