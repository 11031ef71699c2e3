/** What one look at WeChat brought. `upstream` is its answer, verbatim, or what kept it from answering. */
export type Observation =
  /** massmsgget named a status. */
  | { readonly seen: 'status'; readonly status: string; readonly upstream: unknown }
  /** WeChat waits for the administrator (89501, 89502, 89504, 89505). */
  | { readonly seen: 'awaiting'; readonly upstream: unknown }
  /** WeChat knows no such message (40059), which is also what it says just after it accepted one. */
  | { readonly seen: 'nothing_yet'; readonly upstream: unknown }
  /** Nothing was learned. `blocked`: it will not pass by itself, a person has to mend something. */
  | { readonly seen: 'no_answer'; readonly blocked: boolean; readonly retry_after_s?: number | undefined; readonly upstream: unknown };

// A history of 100 entries of this size stays far below DynamoDB's 400 KB for a row; massmsgget answers some 60 bytes.
const keptBytes = 2048;

/** An answer fit to be kept in a row: one that is too long is replaced by its length and its beginning. */
export const keepable = (upstream: unknown): unknown => {
  const text = JSON.stringify(upstream) ?? 'null';
  return text.length <= keptBytes
    ? (JSON.parse(text) as unknown)
    : { cut_after: keptBytes, length: text.length, beginning: text.slice(0, keptBytes) };
};
