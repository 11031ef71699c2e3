import { StaleRowError } from './errors.ts';

/** Where a row is read again and stored under the condition that it is still at the revision before. */
export interface RowAccess<Row> {
  read(): Promise<Row>;
  /** @throws StaleRowError */
  save(next: Row): Promise<void>;
}

// Other writers of a row are a push, a deletion and another execution: one that changes this often under our hands is a fault.
const mostRereads = 5;

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
      current = await read();
    }
  }
};
