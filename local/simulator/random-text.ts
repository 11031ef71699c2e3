import { createHash } from 'node:crypto';

/** Text that looks random and follows from a seed, so that two runs with one seed hand out the same tokens. */
export class RandomText {
  readonly #seed: string;
  #count = 0;
  constructor(seed: string) {
    this.#seed = seed;
  }

  /** Letters, digits, `-` and `_`. */
  opaque(length: number) {
    let text = '';
    while (text.length < length) text += this.#next('base64url');
    return text.slice(0, length);
  }

  /** At most 128 digits. */
  hex(length: number) {
    return this.#next('hex').slice(0, length);
  }

  #next(encoding: 'base64url' | 'hex') {
    this.#count += 1;
    return createHash('sha512').update(`${this.#seed}/${this.#count}`).digest(encoding);
  }
}
