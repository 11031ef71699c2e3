import type { Account } from '../domain/account.ts';
import type { MassMessage } from '../domain/mass-message.ts';
import { type MassMessagePush, receivePush } from '../domain/push.ts';
import { readStatus } from '../domain/push-status.ts';
import type { TrackingSchedule } from '../domain/tracking-schedule.ts';
import { logger } from '../logger.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { ArticleStore } from '../store/article-store.ts';
import { changeRow } from '../store/change-row.ts';
import { MassMessageNotFoundError, StaleRowError } from '../store/errors.ts';
import type { MassMessageStore } from '../store/mass-message-store.ts';
import type { ExecutionStarter } from '../tracking/executions.ts';
import { startIfPossible } from '../tracking/start-if-possible.ts';
import { readMassSendJobFinish } from '../wechat/push/mass-send-job-finish.ts';
import type { Push, PushHandler } from './push-handler.ts';

export interface MassSendPushDependencies {
  readonly accounts: Pick<AccountStore, 'all' | 'clearAttention'>;
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

  /** @returns the row if there is something to tell, and somebody new has to do it */
  const store = async (push: MassMessagePush, now: Date): Promise<MassMessage | undefined> => {
    const read = () => get(push.account_id, push.msg_id);
    let before: MassMessage | undefined;
    const change = (current: MassMessage | undefined): MassMessage | undefined => {
      before = current;
      const next = receivePush(current, push, now, schedule);
      return next === current ? undefined : next;
    };
    const after = await changeRow(await read(), change, {
      read,
      save: async (next) => {
        if (!next) return;
        // Before the row is stored: what is done here again after a crash is done once.
        if (before?.blocked_by && !next.blocked_by) await accounts.clearAttention(next.account_id, 'api', next.msg_id);
        await save(next);
      },
    });
    return after?.attempt === before?.attempt ? undefined : after;
  };

  return async ({ account, appid, fields, receivedAt }) => {
    const finish = readMassSendJobFinish(fields);
    if (!finish) return logger.error('a finished mass message has no id', { account_id: account.account_id });
    const { unclear, ...said } = finish;
    const { msg_id, status } = said;
    const owner = await ownerOf({ account, appid }, () => accounts.all());
    if (!owner) return logger.error('a finished mass message belongs to no account', { account_id: account.account_id, appid, msg_id });
    const { account_id } = owner;
    if (unclear.length > 0) logger.warn('parts of a push make no sense', { account_id, msg_id, unclear });
    if (!readStatus(status)) logger.warn('WeChat has a new word for a status', { account_id, msg_id, status: status.slice(0, 64) });

    const changed = await store({ ...said, account_id }, receivedAt);
    logger.info('push received', { account_id, msg_id, state: changed?.state, news: changed !== undefined });
    if (changed) await startIfPossible(executions, changed);
    // Also when the row says so already: whoever stored it may have died here.
    if (said.articles) await articles.noteSends(account_id, msg_id, said.articles);
  };
};

/** Pushes about an account that authorized a platform come to the platform's address, with the AppID as the last segment. */
const ownerOf = async (
  { account, appid }: Pick<Push, 'account' | 'appid'>,
  all: () => Promise<Account[]>,
): Promise<Account | undefined> => {
  const isPlatform = account.kind === 'third_party_platform';
  if (appid === undefined) return isPlatform ? undefined : account;
  if (!isPlatform) return undefined;
  return (await all()).find(
    // The row names its platform from the first token on.
    ({ kind, upstream_id, platform = account.account_id }) =>
      kind === 'authorized_official_account' && upstream_id === appid && platform === account.account_id,
  );
};
