import { type Clock, minutes, seconds } from '../clock.ts';
import type { RandomText } from '../random-text.ts';
import { Refusal } from './errors.ts';

/**
 * From `cgi-bin/token` or from `stable_token`: "the two do not affect each other" (getStableAccessToken). A third-party platform's own token, and one
 * with which it acts for an account.
 */
export type TokenKind = 'plain' | 'stable' | 'component' | 'authorizer';

export interface Token {
  readonly value: string;
  /** The account's, or of kind `component` the platform's. */
  readonly appid: string;
  readonly kind: TokenKind;
  /** Of kind `authorizer`: the platform that acts for the account. */
  readonly componentAppid: string | undefined;
  /** From this time on, in Unix milliseconds, calls are refused with `endsWith`. */
  endsAt: number;
  /** 42001: it grew old. 40001: another took its place, or it was withdrawn. */
  endsWith: 40001 | 42001;
}

/** All token pages: 7200 s. */
const lifetime = seconds(7200);
/** Both token pages: while a token is replaced, the old one and the new one work for five minutes. For a platform's tokens a choice: no page tells. */
const overlap = minutes(5);
/** Real tokens have about this length; both pages ask for room for 512 characters. */
const tokenLength = 136;
/** What WeChat could have issued. Anything else is 40014, a token that it did not issue 40001: a choice, no page draws the line. */
const wellFormed = /^[\w-]{64,512}$/;

/** All tokens ever issued, and which one of each kind is an account's latest. */
export class TokenBook {
  readonly #clock: Clock;
  readonly #random: RandomText;
  readonly #issued = new Map<string, Token>();
  readonly #latest = new Map<string, Token>();
  constructor(clock: Clock, random: RandomText) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The account's latest token of this kind, if it still works. */
  latest(appid: string, kind: TokenKind, componentAppid?: string) {
    const token = this.#latest.get(nameOf(appid, kind, componentAppid));
    return token && token.endsAt > this.#clock.time() ? token : undefined;
  }

  /** A new token beside the one before it: the old one ends `cgi-bin/token` style, five minutes from now. */
  replace(appid: string, kind: Exclude<TokenKind, 'stable'> = 'plain', componentAppid?: string) {
    this.#end(this.latest(appid, kind, componentAppid), this.#clock.time() + overlap);
    return this.#issue(appid, kind, componentAppid);
  }

  /** The latest stable token; within its last five minutes a new one, the old one working to its own end. */
  renew(appid: string) {
    const latest = this.latest(appid, 'stable');
    return latest && latest.endsAt - this.#clock.time() > overlap ? latest : this.#issue(appid, 'stable');
  }

  /** A new stable token; the one before it ends at once. */
  forceRenewal(appid: string) {
    this.#end(this.latest(appid, 'stable'), this.#clock.time());
    return this.#issue(appid, 'stable');
  }

  /** Ends every token of the account that still works, and tells how many did. */
  revoke(appid: string) {
    const now = this.#clock.time();
    const working = [...this.#issued.values()].filter((token) => token.appid === appid && token.endsAt > now);
    for (const token of working) this.#end(token, now);
    return working.length;
  }

  /** Whole seconds, rounded down: never more than there is. */
  secondsLeft(token: Token) {
    return Math.floor((token.endsAt - this.#clock.time()) / 1000);
  }

  /**
   * The token with this text, which still works.
   * @throws Refusal 41001, 40014, 40001 or 42001
   */
  find(value: string | null) {
    if (!value) throw new Refusal(41001);
    if (!wellFormed.test(value)) throw new Refusal(40014);
    const token = this.#issued.get(value);
    if (!token) throw new Refusal(40001);
    if (token.endsAt <= this.#clock.time()) throw new Refusal(token.endsWith);
    return token;
  }

  clear() {
    this.#issued.clear();
    this.#latest.clear();
  }

  #issue(appid: string, kind: TokenKind, componentAppid?: string) {
    const prefix = 'sim-token-';
    const value = prefix + this.#random.opaque(tokenLength - prefix.length);
    const token: Token = { value, appid, kind, componentAppid, endsAt: this.#clock.time() + lifetime, endsWith: 42001 };
    this.#issued.set(value, token);
    this.#latest.set(nameOf(appid, kind, componentAppid), token);
    return token;
  }

  #end(token: Token | undefined, time: number) {
    if (!token || token.endsAt <= time) return;
    token.endsAt = time;
    token.endsWith = 40001;
  }
}

const nameOf = (appid: string, kind: TokenKind, componentAppid = '') => JSON.stringify([kind, appid, componentAppid]);
