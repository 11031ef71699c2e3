import type { ErrorClass, ErrorEntry } from './error-table.ts';

/** One line of a platform's table; several codes when they mean the same to whoever gets them. */
export type ErrorRow = readonly [
  errcodes: number | readonly number[],
  errorClass: ErrorClass,
  httpStatus: number,
  meaning: string,
  hint: string,
  retryAfterSeconds?: number,
];

export interface ErrorTable {
  readonly everywhere: ReadonlyMap<number, ErrorEntry>;
  /** Codes that mean something else when a token is asked for. */
  readonly onTokenEndpoint: ReadonlyMap<number, ErrorEntry>;
}

export const errorTable = (everywhere: readonly ErrorRow[], onTokenEndpoint: readonly ErrorRow[] = []): ErrorTable => ({
  everywhere: new Map(everywhere.flatMap(entries)),
  onTokenEndpoint: new Map(onTokenEndpoint.flatMap(entries)),
});

/** First and last included. */
export const range = (first: number, last: number): readonly number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

const undocumented: ErrorEntry = {
  class: 'permanent',
  httpStatus: 502,
  meaning: 'not documented',
  hint: 'WeChat does not document this code: look up the rid (or the link) in errmsg within 7 days, and report the code.',
};

/** @returns the entry, or for a code that no table knows: permanent, 502, `known: false`. */
export const lookUp = (table: ErrorTable, errcode: number, { tokenEndpoint = false } = {}): ErrorEntry & { readonly known: boolean } => {
  const entry = (tokenEndpoint ? table.onTokenEndpoint.get(errcode) : undefined) ?? table.everywhere.get(errcode);
  return entry ? { ...entry, known: true } : { ...undocumented, known: false };
};

const entries = ([errcodes, errorClass, httpStatus, meaning, hint, retryAfterSeconds]: ErrorRow): [number, ErrorEntry][] =>
  [errcodes].flat().map((errcode) => [errcode, { class: errorClass, httpStatus, meaning, hint, retryAfterSeconds }]);
