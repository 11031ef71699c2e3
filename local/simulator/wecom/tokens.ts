import { type Clock, seconds } from '../clock.ts';
import type { RandomText } from '../random-text.ts';

/** An app's of its own corp (by agentid), a suite's own, or a suite's for a corp that authorized it. */
export type Holder =
  | { readonly kind: 'app'; readonly corpid: string; readonly agentid: number }
  | { readonly kind: 'suite'; readonly suiteId: string }
  | { readonly kind: 'corp'; readonly suiteId: string; readonly corpid: string };

export interface Token {
  readonly value: string;
  readonly holder: Holder;
  readonly endsAt: number;
  /** WeCom "may invalidate it early": then it is as if it had never been issued. */
  revoked: boolean;
}

/** https://developer.work.weixin.qq.com/document/path/91039 */
const lifetime = seconds(7200);
const tokenLength = 214;

/** All tokens ever issued: one for each holder at a time, the same as long as it is valid. */
export class WecomTokens {
  readonly #clock: Clock;
  readonly #random: RandomText;
  readonly #issued = new Map<string, Token>();
  readonly #latest = new Map<string, Token>();
  constructor(clock: Clock, random: RandomText) {
    this.#clock = clock;
    this.#random = random;
  }

  latest(holder: Holder) {
    const token = this.#latest.get(JSON.stringify(holder));
    return token && this.state(token) === 'valid' ? token : undefined;
  }

  fetch(holder: Holder) {
    return this.latest(holder) ?? this.#issue(holder);
  }

  find(value: string) {
    return this.#issued.get(value);
  }

  state({ revoked, endsAt }: Token) {
    if (revoked) return 'revoked';
    return endsAt <= this.#clock.time() ? 'expired' : 'valid';
  }

  /** Ends those that still work, and tells how many did. */
  revoke(matches: (holder: Holder) => boolean) {
    const working = [...this.#issued.values()].filter((token) => matches(token.holder) && this.state(token) === 'valid');
    for (const token of working) token.revoked = true;
    return working.length;
  }

  secondsLeft({ endsAt }: Token) {
    return Math.floor((endsAt - this.#clock.time()) / 1000);
  }

  clear() {
    this.#issued.clear();
    this.#latest.clear();
  }

  #issue(holder: Holder) {
    const prefix = 'sim-wecom-token-';
    const token: Token = {
      value: prefix + this.#random.opaque(tokenLength - prefix.length),
      holder,
      endsAt: this.#clock.time() + lifetime,
      revoked: false,
    };
    this.#issued.set(token.value, token);
    this.#latest.set(JSON.stringify(holder), token);
    return token;
  }
}
