/** What one look at WeChat brought. `upstream` is its answer, verbatim, or what kept it from answering. */
export type Observation =
  /** massmsgget named a status. */
  | { readonly seen: 'status'; readonly status: string; readonly upstream: unknown }
  /** WeChat waits for the administrator (89501, 89502, 89504, 89505). */
  | { readonly seen: 'awaiting'; readonly upstream: unknown }
  /** WeChat knows no such message (40059), which is also what it says just after it accepted one. */
  | { readonly seen: 'nothing_yet'; readonly upstream: unknown }
  /** Nothing was learned. `blocked_by`: it will not pass by itself, a person has to mend what has this code. */
  | {
      readonly seen: 'no_answer';
      readonly blocked_by?: string | undefined;
      readonly retry_after_s?: number | undefined;
      readonly upstream: unknown;
    };

/** The words massmsgget has for a status; another one is kept and changes nothing. */
export const knownStatuses: ReadonlySet<string> = new Set(['SEND_SUCCESS', 'SENDING', 'SEND_FAIL', 'DELETE']);

// A history of 100 entries of this size stays below DynamoDB's 400 KB for a row; massmsgget answers some 60 bytes.
const keptBytes = 2048;
// DynamoDB takes 32 levels, and the row's own are among them.
const keptLevels = 16;

/** An answer fit to be kept in a row; one that DynamoDB would refuse, or over `most` bytes, is replaced by its beginning. */
export const keepable = (upstream: unknown, most: number = keptBytes): unknown => {
  // A number that JavaScript does not hold exactly is none that DynamoDB's client takes.
  const text = JSON.stringify(upstream, (_key, value) =>
    typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER ? String(value) : value,
  );
  const kept: unknown = JSON.parse(text ?? 'null');
  const bytes = Buffer.byteLength(text ?? '');
  return bytes <= most && levels(kept) <= keptLevels ? kept : { bytes, beginning: text.slice(0, keptBytes / 4).toWellFormed() };
};

const levels = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(levels)) : 0;
