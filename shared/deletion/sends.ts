import { type ArticleRecord, sendsOf } from '../domain/article-record.ts';
import type { MassMessage } from '../domain/mass-message.ts';
import { asLogged, logger } from '../logger.ts';
import { changeRow } from '../store/change-row.ts';
import { MassMessageNotFoundError } from '../store/errors.ts';
import type { MassMessageStore } from '../store/mass-message-store.ts';
import type { ExecutionStarter } from '../tracking/executions.ts';
import { startTrackingIfPossible } from '../tracking/start-tracking-if-possible.ts';

export interface SendsDependencies {
  readonly messages: Pick<MassMessageStore, 'get' | 'save'>;
  readonly executions: ExecutionStarter;
}

/** A message that sent a page, and where in it. */
export interface Send {
  readonly message: MassMessage;
  readonly article_idx: number;
}
/** What is to be stored in place of its row. Undefined: that stays. */
type Change = (message: MassMessage, article_idx: number) => MassMessage | undefined;

// Each is a read, a write and a start.
const atOnce = 10;

/** The messages that are known to have sent a page, and the writing of their rows. Those that have no row are left out. */
export const makeSends = ({ messages, executions }: SendsDependencies, now: () => Date) => {
  const each = async <T>(record: ArticleRecord, deadline: Date, run: (msg_id: string, article_idx: number) => Promise<T>) => {
    const sends = sendsOf(record);
    const outcomes: PromiseSettledResult<T>[] = [];
    for (let first = 0; first < sends.length && now() < deadline; first += atOnce)
      outcomes.push(...(await Promise.allSettled(sends.slice(first, first + atOnce).map((send) => run(...send)))));
    return outcomes.filter((one) => one.status === 'fulfilled' || !(one.reason instanceof MassMessageNotFoundError));
  };

  const apply = async ({ account_id }: ArticleRecord, msg_id: string, article_idx: number, change: Change) => {
    const rows = { read: () => messages.get(account_id, msg_id), save: (next: MassMessage) => messages.save(next) };
    const before = await rows.read();
    const message = await changeRow(before, (current) => change(current, article_idx), rows);
    return { message, isChanged: message.rev > before.rev };
  };

  return {
    async read(record: ArticleRecord, deadline: Date): Promise<Send[]> {
      const read = async (msg_id: string, article_idx: number) => ({
        message: await messages.get(record.account_id, msg_id),
        article_idx,
      });
      return (await each(record, deadline, read)).map(resultOf);
    },

    /** Before WeChat is asked: a row that cannot be written is thrown. */
    async note(record: ArticleRecord, change: Change, deadline: Date): Promise<void> {
      const outcomes = await each(record, deadline, (msg_id, article_idx) => apply(record, msg_id, article_idx, change));
      outcomes.forEach(resultOf);
    },

    /** After WeChat answered. Never fails: whoever asked is to know. */
    async mark(record: ArticleRecord, change: Change, deadline: Date): Promise<void> {
      const outcomes = await each(record, deadline, async (msg_id, article_idx) => {
        const { message, isChanged } = await apply(record, msg_id, article_idx, change);
        if (isChanged) await startTrackingIfPossible(executions, message);
      });
      for (const outcome of outcomes)
        if (outcome.status === 'rejected')
          logger.error('what came of a deletion is not marked', { url: record.url, error: asLogged(outcome.reason) });
    },
  };
};

const resultOf = <T>(outcome: PromiseSettledResult<T>): T => {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
};
