import { setTimeout as pause } from 'node:timers/promises';
import { StaleRowError } from './errors.ts';

/** Where a row is read again and stored under the condition that it is still at the revision before. */
export interface RowAccess<Row> {
  read(): Promise<Row>;
  /** @throws StaleRowError */
  save(next: Row): Promise<void>;
}

// Of several writers at once one is stored in each round, so all must not come again at the same time: a random part of a pause that
// doubles up to a limit, as DynamoDB's own clients do. Together 3.5 s at most and half of that on average, within what every caller
// keeps for storing; a row that still changes under our hands then is a fault.
const mostRereads = 20;
const firstPauseMs = 20;
const longestPauseMs = 200;
const pauseMs = (reread: number): number => Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** reread);

/**
 * Stores `change` of the row, again and again on the row as it then is, until it is stored or, with undefined, no longer wanted.
 * @throws StaleRowError when others keep being first
 */
export const changeRow = async <Row>(row: Row, change: (current: Row) => Row | undefined, { read, save }: RowAccess<Row>): Promise<Row> => {
  let current = row;
  for (let reread = 0; ; reread++) {
    const next = change(current);
    if (!next) return current;
    try {
      await save(next);
      return next;
    } catch (error) {
      if (!(error instanceof StaleRowError) || reread === mostRereads) throw error;
      await pause(pauseMs(reread));
      current = await read();
    }
  }
};
