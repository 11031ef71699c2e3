import { type ArticleRecord, pageGone } from '../domain/article-record.ts';
import { type Asked, articleDeleted, askToDelete, deletionEnded } from '../domain/delete-message.ts';
import type { Deletion, DeletionEnd, DeletionTarget } from '../domain/deletion.ts';
import { isDoubtful } from '../domain/deletion.ts';
import { register } from '../domain/follow.ts';
import type { MassMessage } from '../domain/mass-message.ts';
import { secondsAfter } from '../domain/time.ts';
import type { TrackingSchedule } from '../domain/tracking-schedule.ts';
import { asLogged, logger } from '../logger.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { ArticleStore } from '../store/article-store.ts';
import { changeRow } from '../store/change-row.ts';
import { MassMessageNotFoundError, StaleRowError } from '../store/errors.ts';
import type { MassMessageStore } from '../store/mass-message-store.ts';
import { getSendingAccount } from '../store/sending-account.ts';
import type { TokenSource } from '../tokens/token-source.ts';
import type { ExecutionStarter } from '../tracking/executions.ts';
import { startTrackingIfPossible } from '../tracking/start-tracking-if-possible.ts';
import type { OfficialAccountClient } from '../wechat/official-account.ts';
import { callWechat } from './call-wechat.ts';
import { makeSends } from './sends.ts';
import { type Warning, warningsFor } from './warnings.ts';

export interface DeletionDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly messages: Pick<MassMessageStore, 'create' | 'get' | 'save'>;
  readonly articles: Pick<ArticleStore, 'get' | 'save'>;
  readonly executions: ExecutionStarter;
  readonly tokens: Pick<TokenSource, 'withToken'>;
  readonly officialAccount: Pick<OfficialAccountClient, 'deleteMassMessage' | 'deleteByUrl'>;
  readonly schedule: TrackingSchedule;
  readonly now?: () => Date;
}

/** What whoever asked is told. */
export interface Deleted {
  /** False: somebody else's call is under way, and may do it. */
  readonly done: boolean;
  /** Not there: WeChat said that it is deleted, and nobody asked for that here. */
  readonly deletion?: Deletion | undefined;
  /** Not there: what came of it could not be stored. */
  readonly message?: MassMessage | undefined;
  readonly warnings: readonly Warning[];
}

// After the call come three calls to AWS at most, some of them tried again: a call that takes all the time would leave no trace.
export const storingSeconds = 6;

const hint =
  'Look at the record of the message in a minute: it is then looked into what happened. Asking again is safe: until that has told, it is answered from the record (202); afterwards it calls WeChat.';

/**
 * Deletes one article of a mass message or all of it, once: what the record knows is answered from there. The record comes first,
 * so that a process that dies after WeChat was asked leaves a row that a look at WeChat settles.
 * @throws AccountNotFoundError, AccountOfOtherChannelError, AccountSendsNothingError, WechatError, WechatUnavailableError, TokenUnavailableError, DeletionOutcomeUnknownError
 */
export const makeDeleteMessage = (dependencies: DeletionDependencies) => {
  const { accounts, messages, articles, executions, tokens, officialAccount, schedule } = dependencies;
  const now = dependencies.now ?? (() => new Date());
  const sends = makeSends(dependencies, now);

  /** The row of that message: one that nobody registered gets one, and is followed from then on. */
  const rowOf = (account_id: string, msg_id: string, at: Date) => {
    let isNew = false;
    const read = async (): Promise<MassMessage> => {
      isNew = false;
      return messages.get(account_id, msg_id).catch((error: unknown) => {
        if (!(error instanceof MassMessageNotFoundError)) throw error;
        isNew = true;
        return register({ account_id, msg_id }, at, schedule);
      });
    };
    const save = async (next: MassMessage): Promise<void> => {
      if (!isNew) return messages.save(next);
      if (!(await messages.create(next))) throw new StaleRowError(`mass message ${account_id}/${msg_id} was registered in the meantime`);
      isNew = false;
    };
    return { read, save };
  };

  const begin = async (rows: ReturnType<typeof rowOf>, target: DeletionTarget, caller: string, at: Date) => {
    const decided: { asked?: Asked<MassMessage> } = {};
    const message = await changeRow(
      await rows.read(),
      (current) => {
        decided.asked = askToDelete(current, { target, asked_by: caller }, at);
        return decided.asked.answer === 'begun' ? decided.asked.next : undefined;
      },
      rows,
    );
    return { message, asked: decided.asked };
  };

  /** Undefined: it could not be stored. The caller is told what happened all the same, and a look settles the record. */
  const finish = async (rows: ReturnType<typeof rowOf>, begun: MassMessage, n: number, end: DeletionEnd) => {
    try {
      const message = await changeRow(begun, (current) => deletionEnded(current, n, end, now()), rows);
      await startTrackingIfPossible(executions, message);
      return message;
    } catch (error) {
      logger.error('what came of a deletion is not stored', { msg_id: begun.msg_id, outcome: end.outcome, error: asLogged(error) });
      return undefined;
    }
  };

  /** As the deletion by address does, so that both leave the same records. Never fails; if it breaks off, asking again completes it. */
  const markPages = async (message: MassMessage, deletion: Deletion, deadline: Date): Promise<void> => {
    const { account_id, msg_id } = message;
    const { asked_at, asked_by, upstream } = deletion;
    for (const { article_idx, url } of message.articles ?? []) {
      if (deletion.target !== 'all' && deletion.target !== article_idx) continue;
      const rows = { read: () => articles.get(account_id, url), save: (next: ArticleRecord) => articles.save(next) };
      try {
        const page = await changeRow(await rows.read(), (record) => pageGone(record, deletion, now()), rows);
        const gone = (row: MassMessage, target: number) =>
          row.msg_id === msg_id ? undefined : articleDeleted(row, { target, url: page.url, asked_at, asked_by, upstream }, now());
        await sends.mark(page, gone, deadline);
      } catch (error) {
        logger.error('a page is not marked as deleted', { msg_id, article_idx, error: asLogged(error) });
      }
    }
  };

  return async (input: {
    readonly account_id: string;
    readonly msg_id: string;
    readonly target: DeletionTarget;
    readonly caller: string;
    readonly deadline: Date;
  }): Promise<Deleted> => {
    const { account_id, msg_id, target, caller } = input;
    await getSendingAccount('official_account', accounts, account_id);
    const at = now();
    const rows = rowOf(account_id, msg_id, at);
    const { message, asked } = await begin(rows, target, caller, at);
    const reply = async (done: boolean, of: MassMessage | undefined, deletion: Deletion | undefined): Promise<Deleted> => ({
      done,
      deletion,
      message: of,
      warnings: await warningsFor(articles, message, target),
    });
    if (asked?.answer !== 'begun') {
      if (asked?.answer === 'deleted' && asked.deletion) await markPages(message, asked.deletion, input.deadline);
      return reply(asked?.answer === 'deleted', message, asked?.deletion);
    }

    const { n } = asked.deletion;
    const deadline = secondsAfter(input.deadline, -storingSeconds);
    const { end, error } = await callWechat(
      () =>
        tokens.withToken(account_id, deadline, (accessToken) =>
          officialAccount.deleteMassMessage({ accessToken, msgId: msg_id, target, deadline }),
        ),
      { hint, isDoubtful: isDoubtful(message.deletions, target) },
    );
    logger.info('asked to delete', { account_id, msg_id, target, asked_by: caller, outcome: end.outcome });
    const finished = await finish(rows, message, n, end);
    if (error !== undefined) throw error;
    const deletion = finished?.deletions.find((entry) => entry.n === n) ?? { ...asked.deletion, ...end };
    await markPages(finished ?? message, deletion, input.deadline);
    return reply(true, finished, deletion);
  };
};
