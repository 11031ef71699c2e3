import type { Rows } from '../world/truth.ts';

export interface PassWritten {
  /** Rows of messages, tasks and deliveries. */
  readonly records: number;
  /** Rows about the pass itself. */
  readonly bookkeeping: number;
}

/** One way to keep records of a campaign up to date. */
export interface Loop {
  readonly name: string;
  /** How often it asks for each page. */
  readonly callsPerPage: number;
  /** What it does when a page is refused is known. */
  readonly refusalsDescribed: boolean;
  /** Once through, as its clock or its button would have it. */
  pass(): Promise<PassWritten>;
  /** What it then holds. */
  rows(): Promise<Rows>;
}
