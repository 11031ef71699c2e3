import { type ArticleRecord, pageDeletionEnded, sendsOf } from '../domain/article-record.ts';
import { type Asked, articleDeleted, ask } from '../domain/delete-message.ts';
import type { Deletion } from '../domain/deletion.ts';
import { secondsAfter } from '../domain/time.ts';
import { asLogged, logger } from '../logger.ts';
import { changeRow } from '../store/change-row.ts';
import { MassMessageNotFoundError } from '../store/errors.ts';
import { getSendingAccount } from '../store/sending-account.ts';
import { startIfPossible } from '../tracking/start-if-possible.ts';
import { callWechat } from './call-wechat.ts';
import { type DeletionDependencies, storingSeconds } from './delete-message.ts';
import { type Warning, warningsOfPage } from './warnings.ts';

/** What whoever asked is told. */
export interface DeletedPage {
  /** False: somebody else's call is under way, and may do it. */
  readonly done: boolean;
  readonly url: string;
  readonly deletion?: Deletion | undefined;
  readonly warnings: readonly Warning[];
}

// Each is a read, a write and a start.
const markedAtOnce = 10;

const hint =
  'Open the address in a minute to see whether the page is gone. Asking again is safe: a second deletion of the same does no harm.';

/**
 * Deletes the article at an address, for every mass message that sent it, once: as makeDeleteMessage does, on the record of the
 * page. The messages that are known to have sent it are marked afterwards; if that breaks off, asking again completes it.
 * @throws as makeDeleteMessage
 */
export const makeDeleteByUrl = (dependencies: Omit<DeletionDependencies, 'schedule'>) => {
  const { accounts, messages, articles, executions, tokens, officialAccount } = dependencies;
  const now = dependencies.now ?? (() => new Date());

  const mark = async (record: ArticleRecord, msg_id: string, target: number, { asked_at, asked_by, upstream }: Deletion): Promise<void> => {
    const { account_id, url } = record;
    const rows = {
      read: () => messages.get(account_id, msg_id),
      save: (next: Awaited<ReturnType<typeof messages.get>>) => messages.save(next),
    };
    const before = await rows.read();
    const message = await changeRow(before, (row) => articleDeleted(row, { target, url, asked_at, asked_by, upstream }, now()), rows);
    if (message.rev > before.rev) await startIfPossible(executions, message);
  };

  /** Never fails: the page is gone, and whoever asked is to know. */
  const markAll = async (record: ArticleRecord, deletion: Deletion, deadline: Date): Promise<void> => {
    const sends = sendsOf(record);
    for (let first = 0; first < sends.length && now() < deadline; first += markedAtOnce) {
      const some = sends.slice(first, first + markedAtOnce);
      const outcomes = await Promise.allSettled(some.map(([msg_id, article_idx]) => mark(record, msg_id, article_idx, deletion)));
      for (const [index, outcome] of outcomes.entries())
        if (outcome.status === 'rejected' && !(outcome.reason instanceof MassMessageNotFoundError))
          logger.error('not marked as deleted', { msg_id: some[index]?.[0], error: asLogged(outcome.reason) });
    }
  };

  return async (input: {
    readonly account_id: string;
    readonly url: string;
    readonly caller: string;
    readonly deadline: Date;
  }): Promise<DeletedPage> => {
    const { account_id, url, caller } = input;
    await getSendingAccount(accounts, account_id);
    const rows = { read: () => articles.get(account_id, url), save: (next: ArticleRecord) => articles.save(next) };
    const decided: { asked?: Asked<ArticleRecord> } = {};
    const record = await changeRow(
      await rows.read(),
      (current) => {
        decided.asked = ask(current, { target: 'all', asked_by: caller }, now());
        return decided.asked.answer === 'begun' ? { ...decided.asked.next, rev: current.rev + 1 } : undefined;
      },
      rows,
    );
    const { asked } = decided;
    const reply = (done: boolean, deletion: Deletion | undefined) => ({
      done,
      url: record.url,
      deletion,
      warnings: warningsOfPage(record),
    });
    if (asked?.answer !== 'begun') {
      if (asked?.answer === 'deleted' && asked.deletion) await markAll(record, asked.deletion, input.deadline);
      return reply(asked?.answer === 'deleted', asked?.deletion);
    }

    const { n } = asked.deletion;
    const deadline = secondsAfter(input.deadline, -storingSeconds);
    // WeChat's own spelling, where a push told it.
    const known = sendsOf(record).length > 0 ? record.url : url;
    const { end, error } = await callWechat(
      () => tokens.withToken(account_id, deadline, (accessToken) => officialAccount.deleteByUrl({ accessToken, url: known, deadline })),
      hint,
    );
    logger.info('asked to delete', { account_id, url: record.url, asked_by: caller, outcome: end.outcome });
    const finished = await changeRow(record, (current) => pageDeletionEnded(current, n, end, now()), rows).catch((failure: unknown) => {
      logger.error('what came of a deletion is not stored', { url: record.url, outcome: end.outcome, error: asLogged(failure) });
      return undefined;
    });
    if (error !== undefined) throw error;
    const deletion = finished?.deletions.find((entry) => entry.n === n) ?? { ...asked.deletion, ...end };
    await markAll(finished ?? record, deletion, input.deadline);
    return reply(true, deletion);
  };
};
