import { inspect } from 'node:util';

/** All that an error can tell whoever logs it, hidden fields and causes too. */
export const told = (error: unknown): string =>
  [inspect(error, { depth: 10, showHidden: true, maxStringLength: null }), JSON.stringify(error)].join('\n');
