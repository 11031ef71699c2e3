import { deliveryKey, type Row, type Rows } from '../world/truth.ts';

/** A database in memory that counts the rows written to it, whether they changed or not. */
export class KeptRows implements Rows {
  readonly tasks = new Map<string, Row>();
  readonly deliveries = new Map<string, Row>();
  #written = 0;

  putTask(userid: string, row: Row): void {
    this.tasks.set(userid, row);
    this.#written++;
  }

  putDelivery(userid: string, recipientId: string, row: Row): void {
    this.deliveries.set(deliveryKey(userid, recipientId), row);
    this.#written++;
  }

  /** Since this was last called. */
  takeWritten(): number {
    const written = this.#written;
    this.#written = 0;
    return written;
  }
}
