import type { Account } from '../domain/account.ts';
import { goneWith } from '../domain/article-record.ts';
import { channelOf } from '../domain/channel.ts';
import { articleDeleted } from '../domain/delete-message.ts';
import type { MassMessage } from '../domain/mass-message.ts';
import { contradicts, type MassMessagePush, receivePush } from '../domain/push.ts';
import { readStatus } from '../domain/push-status.ts';
import type { TrackingSchedule } from '../domain/tracking-schedule.ts';
import { logger } from '../logger.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { ArticleStore, SentArticle } from '../store/article-store.ts';
import { changeRow } from '../store/change-row.ts';
import { MassMessageNotFoundError, StaleRowError } from '../store/errors.ts';
import type { MassMessageStore } from '../store/mass-message-store.ts';
import type { ExecutionStarter } from '../tracking/executions.ts';
import { startTrackingIfPossible } from '../tracking/start-tracking-if-possible.ts';
import { readMassSendJobFinish } from '../wechat/push/mass-send-job-finish.ts';
import type { Push, PushHandler } from './push-handler.ts';

export interface MassSendPushDependencies {
  readonly accounts: Pick<AccountStore, 'all'>;
  readonly messages: Pick<MassMessageStore, 'get' | 'create' | 'save'>;
  /** Where is noted which messages share a page, for whoever deletes one of them. */
  readonly articles: Pick<ArticleStore, 'noteSends'>;
  readonly executions: ExecutionStarter;
  readonly schedule: TrackingSchedule;
}

/**
 * MASSSENDJOBFINISH: what became of a mass message, with the numbers that nothing else tells. Stores it, and has an execution
 * tell the bus; if none can be started, `resume-stalled` starts one.
 */
export const makeReceiveMassSendPush = (dependencies: MassSendPushDependencies): PushHandler => {
  const { accounts, messages, articles, executions, schedule } = dependencies;

  const get = (accountId: string, msgId: string): Promise<MassMessage | undefined> =>
    messages.get(accountId, msgId).catch((error: unknown) => {
      if (error instanceof MassMessageNotFoundError) return undefined;
      throw error;
    });

  const save = async (next: MassMessage): Promise<void> => {
    if (next.rev > 0) return messages.save(next);
    if (!(await messages.create(next))) throw new StaleRowError(`mass message ${next.account_id}/${next.msg_id} is there already`);
  };

  /** @returns the row as it then is, and whether somebody new has to tell of it */
  const store = async (push: MassMessagePush, now: Date): Promise<{ message: MassMessage | undefined; isNews: boolean }> => {
    const read = () => get(push.account_id, push.msg_id);
    let before: MassMessage | undefined;
    const change = (current: MassMessage | undefined): MassMessage | undefined => {
      before = current;
      const next = receivePush(current, push, now, schedule);
      return next === current ? undefined : next;
    };
    const message = await changeRow(await read(), change, {
      read,
      save: async (next) => {
        if (next) await save(next);
      },
    });
    return { message, isNews: message?.attempt !== before?.attempt };
  };

  /** Also for a page that was deleted before anybody knew that this message sent it. */
  const noteArticles = async (account_id: string, msg_id: string, sent: readonly SentArticle[], now: Date): Promise<void> => {
    const records = await articles.noteSends(account_id, msg_id, sent);
    const gone = records.flatMap((record, index) => {
      const { asked_at, asked_by, upstream } = goneWith(record) ?? {};
      const target = sent[index]?.article_idx;
      return asked_at && asked_by && target ? [{ target, url: record.url, asked_at, asked_by, upstream }] : [];
    });
    const rows = { read: () => messages.get(account_id, msg_id), save: (next: MassMessage) => messages.save(next) };
    for (const page of gone) {
      const before = await rows.read();
      const after = await changeRow(before, (current) => articleDeleted(current, page, now), rows);
      if (after.rev > before.rev) await startTrackingIfPossible(executions, after);
    }
  };

  const take = async (push: MassMessagePush, receivedAt: Date): Promise<void> => {
    const { account_id, msg_id, articles: sent } = push;
    const { message, isNews } = await store(push, receivedAt);
    logger.info('push received', { account_id, msg_id, state: message?.state, news: isNews });
    if (message && contradicts(message, push)) {
      const { status, counts } = push;
      return logger.warn('a push contradicts what is known, and is not taken', { account_id, msg_id, status: status.slice(0, 64), counts });
    }
    await Promise.all([
      message && isNews && startTrackingIfPossible(executions, message),
      // Also when the row says so already: whoever stored it may have died here.
      sent && noteArticles(account_id, msg_id, sent, receivedAt),
    ]);
  };

  return async ({ account, appid, fields, receivedAt }) => {
    const finish = readMassSendJobFinish(fields);
    if (!finish) return logger.error('a finished mass message has no id', { account_id: account.account_id });
    const { unclear, ...said } = finish;
    const owners = await ownersOf({ account, appid }, () => accounts.all());
    const { msg_id, status } = said;
    if (owners.length === 0)
      logger.error('a finished mass message belongs to no account', { account_id: account.account_id, appid, msg_id });
    if (unclear.length > 0) logger.warn('parts of a push make no sense', { account_id: account.account_id, msg_id, unclear });
    if (!readStatus(status))
      logger.warn('WeChat has a new word for a status', { account_id: account.account_id, msg_id, status: status.slice(0, 64) });
    await Promise.all(owners.map(({ account_id }) => take({ ...said, account_id }, receivedAt)));
  };
};

/**
 * Pushes about an account that authorized a platform come to the platform's address, with the AppID as the last segment. Under
 * whatever ids that account was added, each has a record of its own.
 */
const ownersOf = async (
  { account, appid }: Pick<Push, 'account' | 'appid'>,
  all: () => Promise<Account[]>,
): Promise<readonly Account[]> => {
  if (channelOf(account.kind) !== 'official_account') return [];
  const isPlatform = account.kind === 'third_party_platform';
  if (appid === undefined) return isPlatform ? [] : [account];
  if (!isPlatform) return [];
  return (await all()).filter(
    // The row names its platform from the first token on.
    ({ kind, upstream_id, platform = account.account_id }) =>
      kind === 'authorized_official_account' && upstream_id === appid && platform === account.account_id,
  );
};
