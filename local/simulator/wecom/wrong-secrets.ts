import { type Clock, hours } from '../clock.ts';
import { WecomRefusal } from './errors.ts';

/**
 * Who keeps calling with a wrong secret is banned with his address for an hour (the help for 45009 at
 * https://developer.work.weixin.qq.com/document/path/90313). Choices: how many it takes, that they are counted for an hour after the first, and that
 * only the fetching of tokens is banned.
 */
export class WrongSecrets {
  readonly #clock: Clock;
  readonly #addresses = new Map<string, { since: number; count: number; bannedUntil: number }>();
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws WecomRefusal 45009 */
  check(address: string) {
    if ((this.#addresses.get(address)?.bannedUntil ?? 0) > this.#clock.time()) throw new WecomRefusal(45009);
  }

  count(address: string, limit: number) {
    const now = this.#clock.time();
    const known = this.#addresses.get(address);
    const wrong = known && now - known.since < hours(1) ? known : { since: now, count: 0, bannedUntil: 0 };
    wrong.count += 1;
    if (wrong.count >= limit) Object.assign(wrong, { count: 0, since: now, bannedUntil: now + hours(1) });
    this.#addresses.set(address, wrong);
  }

  banned() {
    const now = this.#clock.time();
    return [...this.#addresses].filter(([, { bannedUntil }]) => bannedUntil > now).map(([address]) => address);
  }

  clear() {
    this.#addresses.clear();
  }
}
