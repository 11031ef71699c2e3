/**
 * JSON in which an integer beyond 2^53 becomes its own digits as text, instead of the nearest double: the job ids of mass messages are 64 bits wide.
 * @throws SyntaxError
 */
export const parseLossless = (text: string): unknown =>
  JSON.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source) ? source : value,
  );

/** A JSON number with exactly these digits. */
export const rawNumber = (digits: string) => JSON.rawJSON(digits);
