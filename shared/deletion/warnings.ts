import * as z from 'zod';
import { type ArticleRecord, sendsOf } from '../domain/article-record.ts';
import type { DeletionTarget } from '../domain/deletion.ts';
import type { MassMessage } from '../domain/mass-message.ts';
import { asLogged, logger } from '../logger.ts';
import type { ArticleStore } from '../store/article-store.ts';

export const warning = z.object({
  code: z.enum(['MATERIAL_SHARED', 'SHARING_UNKNOWN']),
  detail: z.string(),
  msg_ids: z.array(z.string()).optional().meta({ description: 'the newest hundred of them' }),
});
export type Warning = z.infer<typeof warning>;

/** Of many, the newest: a message that warns is not the place for thousands. */
const namedAtMost = 100;

const sharingUnknown: Warning = {
  code: 'SHARING_UNKNOWN',
  detail: 'Whether other messages sent the same material is not known: every one that did loses its page with this deletion.',
};

/** "Deleting one of the groups deletes the page, causing all groups to fail": https://developers.weixin.qq.com/doc/service/api/notify/message/api_deletemassmsg */
const materialShared = (msgIds: readonly string[]): Warning => ({
  code: 'MATERIAL_SHARED',
  detail: `${msgIds.length} other mass message${msgIds.length === 1 ? '' : 's'} sent the same material and lose the page with this deletion.`,
  msg_ids: msgIds.slice(0, namedAtMost),
});

/** What whoever deletes of this message should know of others. Never fails: what it warns of has been done. */
export const warningsFor = async (
  articles: Pick<ArticleStore, 'get'>,
  message: Pick<MassMessage, 'account_id' | 'msg_id' | 'articles'>,
  target: DeletionTarget,
): Promise<Warning[]> => {
  const pages = message.articles?.filter(({ article_idx }) => target === 'all' || article_idx === target) ?? [];
  if (pages.length === 0) return [sharingUnknown];
  try {
    const records = await Promise.all(pages.map(({ url }) => articles.get(message.account_id, url)));
    const sends: ArticleRecord['sends'] = Object.assign({}, ...records.map((record) => record.sends), { [message.msg_id]: 0 });
    const others = sendsOf({ sends }).flatMap(([id]) => (id === message.msg_id ? [] : [id]));
    return others.length > 0 ? [materialShared(others)] : [];
  } catch (error) {
    logger.warn('not known who shares the material', { msg_id: message.msg_id, error: asLogged(error) });
    return [sharingUnknown];
  }
};

/** As `warningsFor`, of a page that was deleted by its address. */
export const warningsOfPage = (record: Pick<ArticleRecord, 'sends'>): Warning[] => {
  const msgIds = sendsOf(record).map(([id]) => id);
  if (msgIds.length === 0) return [sharingUnknown];
  return msgIds.length > 1
    ? [{ ...materialShared(msgIds), detail: `${msgIds.length} mass messages sent this page and lose it together.` }]
    : [];
};
