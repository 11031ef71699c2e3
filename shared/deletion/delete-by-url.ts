import { type ArticleRecord, pageDeletionEnded, pageGone, sendsOf } from '../domain/article-record.ts';
import { type Asked, ask, type PageDeletion, pageAsked, pageEnded } from '../domain/delete-message.ts';
import { answerFromRecord, type Deletion, type DeletionEnd, isDoubtful, withoutStale } from '../domain/deletion.ts';
import { secondsAfter } from '../domain/time.ts';
import { asLogged, logger } from '../logger.ts';
import { changeRow } from '../store/change-row.ts';
import { getSendingAccount } from '../store/sending-account.ts';
import { callWechat } from './call-wechat.ts';
import { type DeletionDependencies, storingSeconds } from './delete-message.ts';
import { makeSends, type Send } from './sends.ts';
import { type Warning, warningsOfPage } from './warnings.ts';

/** What whoever asked is told. */
export interface DeletedPage {
  /** False: somebody else's call is under way, and may do it. */
  readonly done: boolean;
  readonly url: string;
  readonly deletion?: Deletion | undefined;
  readonly warnings: readonly Warning[];
}

const lookIntoIt =
  'In a minute it is looked into what happened, and the records of the messages that sent the page tell. Asking again is safe: until then it is answered from the record (202); afterwards it calls WeChat.';
const openIt = 'Open the address in a minute to see whether the page is gone. Asking again is safe, and calls WeChat again.';

/**
 * Deletes the article at an address, for every mass message that sent it, once: as makeDeleteMessage does, on the record of the
 * page. The messages that are known to have sent it have it in their rows before WeChat is asked, so that a look settles what is
 * lost on the way. What came of it is marked there afterwards; if that breaks off, asking again completes it.
 * @throws as makeDeleteMessage
 */
export const makeDeleteByUrl = (dependencies: Omit<DeletionDependencies, 'schedule'>) => {
  const { accounts, articles, tokens, officialAccount } = dependencies;
  const now = dependencies.now ?? (() => new Date());
  const sends = makeSends(dependencies, now);

  const begin = async (rows: ReturnType<typeof pageAt>, caller: string, deadline: Date) => {
    const decided: { asked?: Asked<ArticleRecord> } = {};
    const askPage = (current: ArticleRecord) => {
      const deletions = withoutStale(current.deletions, now());
      decided.asked = ask({ ...current, deletions }, { target: 'all', asked_by: caller }, now());
      return decided.asked.answer === 'begun' ? { ...decided.asked.next, rev: current.rev + 1 } : undefined;
    };
    const found = await rows.read();
    if (!askPage(found)) return { record: found, asked: decided.asked };
    const known = knownOf(await sends.read(found, deadline));
    if (!known) return { record: await changeRow(found, askPage, rows), asked: decided.asked };
    const { answer, deletion } = known;
    const record = answer === 'deleted' && deletion ? await changeRow(found, (current) => pageGone(current, deletion, now()), rows) : found;
    return { record, asked: known };
  };

  const pageAt = (account_id: string, url: string) => ({
    read: () => articles.get(account_id, url),
    save: (next: ArticleRecord) => articles.save(next),
  });
  const markAll = (record: ArticleRecord, deletion: Deletion, end: DeletionEnd, deadline: Date) =>
    sends.mark(record, (message, target) => pageEnded(message, inMessage(record, deletion, target), end, now()), deadline);

  return async (input: {
    readonly account_id: string;
    readonly url: string;
    readonly caller: string;
    readonly deadline: Date;
  }): Promise<DeletedPage> => {
    const { account_id, url, caller } = input;
    await getSendingAccount('official_account', accounts, account_id);
    const rows = pageAt(account_id, url);
    const { record, asked } = await begin(rows, caller, input.deadline);
    const reply = (done: boolean, deletion: Deletion | undefined) => ({
      done,
      url: record.url,
      deletion,
      warnings: warningsOfPage(record),
    });
    if (asked?.answer !== 'begun') {
      if (asked?.answer === 'deleted' && asked.deletion) await markAll(record, asked.deletion, gone(asked.deletion), input.deadline);
      return reply(asked?.answer === 'deleted', asked?.deletion);
    }

    const { n } = asked.deletion;
    const deadline = secondsAfter(input.deadline, -storingSeconds);
    const isSent = sendsOf(record).length > 0;
    // WeChat's own spelling, where a push told it.
    const known = isSent ? record.url : url;
    const { end, error } = await callWechat(
      async () => {
        await sends.note(record, (message, target) => pageAsked(message, inMessage(record, asked.deletion, target)), deadline);
        return tokens.withToken(account_id, deadline, (accessToken) => officialAccount.deleteByUrl({ accessToken, url: known, deadline }));
      },
      { hint: isSent ? lookIntoIt : openIt, isDoubtful: isDoubtful(record.deletions, 'all') },
    );
    logger.info('asked to delete', { account_id, url: record.url, asked_by: caller, outcome: end.outcome });
    const finished = await changeRow(record, (current) => pageDeletionEnded(current, n, end, now()), rows).catch((failure: unknown) => {
      logger.error('what came of a deletion is not stored', { url: record.url, outcome: end.outcome, error: asLogged(failure) });
      return undefined;
    });
    await markAll(finished ?? record, asked.deletion, end, input.deadline);
    if (error !== undefined) throw error;
    return reply(true, finished?.deletions.find((entry) => entry.n === n) ?? { ...asked.deletion, ...end });
  };
};

const inMessage = ({ url }: ArticleRecord, { asked_at, asked_by }: Deletion, target: number): PageDeletion => ({
  target,
  url,
  asked_at,
  asked_by,
});

const gone = ({ upstream }: Deletion): DeletionEnd => ({ outcome: 'deleted', upstream });

/** What the messages that sent a page know of its deletion: that it is gone, or that somebody may be deleting it. */
const knownOf = (sends: readonly Send[]): Exclude<Asked<ArticleRecord>, { answer: 'begun' }> | undefined => {
  const entries = sends.flatMap(({ message, article_idx }) => answerFromRecord(message.deletions, article_idx) ?? []);
  const deletion = entries.find(({ outcome }) => outcome === 'deleted');
  if (deletion || sends.some(({ message }) => message.state === 'deleted')) return { answer: 'deleted', deletion };
  const [open] = entries;
  return open && { answer: 'under_way', deletion: open };
};
