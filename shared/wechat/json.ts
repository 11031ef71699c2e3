/** Only a run of this many digits can be an integer beyond 2^53 (9007199254740992 has 16). */
const mayHoldLargeInteger = /\d{16}/;
const integerLiteral = /^-?\d+$/;

/**
 * `JSON.parse`, but an integer that a double cannot hold comes back as a decimal string with its exact digits.
 * Ordinary texts take the native path: a reviver on every answer costs eight times as much.
 * @throws SyntaxError, whose message quotes the text: do not pass it on unredacted.
 */
export const parseLossless = (text: string): unknown =>
  mayHoldLargeInteger.test(text)
    ? JSON.parse(text, (_key, value, { source }) =>
        typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && integerLiteral.test(source) ? source : value,
      )
    : JSON.parse(text);
