import { type Clock, seconds } from '../clock.ts';
import { Refusal } from '../official-account/errors.ts';
import type { Token } from '../official-account/tokens.ts';
import type { RandomText } from '../random-text.ts';

/** That an account lets a platform act for it. */
export interface Authorization {
  readonly componentAppid: string;
  readonly appid: string;
  readonly funcIds: readonly number[];
  /** Valid as long as the authorization; another one takes its place when the account authorizes anew (see `grant`). */
  readonly refreshToken: string;
  readonly authorizedAt: number;
  /** The account's owner changed his password: the tokens are void until the account authorizes anew (42007). */
  passwordChanged: boolean;
}

interface Code {
  readonly componentAppid: string;
  readonly appid: string;
  readonly endsAt: number;
}

/** WeChat's answer to a question in its forum: 600 s, then 61010. */
export const codeLifetime = seconds(600);
/** Mass messages and notifications: the permission set of mass/get, mass/delete and sendall (each page). */
const massMessages = 7;

/** Which account authorized which platform, and the codes that stand for it for ten minutes. */
export class AuthorizationBook {
  readonly #clock: Clock;
  readonly #random: RandomText;
  readonly #authorizations = new Map<string, Authorization>();
  readonly #codes = new Map<string, Code>();
  constructor(clock: Clock, random: RandomText) {
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Authorizes, or authorizes anew: "after that the refresh token before is void"
   * (https://developers.weixin.qq.com/doc/oplatform/OpenApiDoc/thirdparty/ticket-token/api_query_auth.html).
   */
  grant(componentAppid: string, appid: string, funcIds: readonly number[]) {
    const refreshToken = `refreshtoken@@@sim-${this.#random.opaque(40)}`;
    const authorizedAt = this.#clock.time();
    const authorization = { componentAppid, appid, funcIds: [...funcIds], refreshToken, authorizedAt, passwordChanged: false };
    this.#authorizations.set(keyOf(componentAppid, appid), authorization);
    return authorization;
  }

  revoke(componentAppid: string, appid: string) {
    return this.#authorizations.delete(keyOf(componentAppid, appid));
  }

  get(componentAppid: string, appid: string) {
    return this.#authorizations.get(keyOf(componentAppid, appid));
  }

  of(componentAppid: string) {
    return [...this.#authorizations.values()].filter((authorization) => authorization.componentAppid === componentAppid);
  }

  /** The authorizations that this account gave. */
  by(appid: string) {
    return [...this.#authorizations.values()].filter((authorization) => authorization.appid === appid);
  }

  newCode({ componentAppid, appid }: Authorization) {
    const text = `queryauthcode@@@sim-${this.#random.opaque(60)}`;
    const code = { componentAppid, appid, endsAt: this.#clock.time() + codeLifetime };
    this.#codes.set(text, code);
    return { text, ...code };
  }

  /**
   * What a code stands for. It works once.
   * @throws Refusal 61009 or 61010
   */
  takeCode(componentAppid: string, text: string) {
    const code = this.#codes.get(text);
    if (code?.componentAppid !== componentAppid) throw new Refusal(61009);
    if (code.endsAt <= this.#clock.time()) throw new Refusal(61010);
    this.#codes.delete(text);
    return this.standing(componentAppid, code.appid);
  }

  /** @throws Refusal 61003, or 42007 */
  standing(componentAppid: string, appid: string) {
    const authorization = this.get(componentAppid, appid);
    if (!authorization) throw new Refusal(61003);
    if (authorization.passwordChanged) throw new Refusal(42007);
    return authorization;
  }

  /**
   * Whether this token may call a mass-message API.
   * @throws Refusal 61015 a platform's own token, 61003 no authorization any more, 42007, 61007 not for mass messages
   */
  checkMassMessages({ kind, appid, componentAppid }: Token) {
    if (kind === 'component') throw new Refusal(61015);
    if (componentAppid === undefined) return;
    if (!this.standing(componentAppid, appid).funcIds.includes(massMessages)) throw new Refusal(61007);
  }

  clear() {
    this.#authorizations.clear();
    this.#codes.clear();
  }
}

const keyOf = (componentAppid: string, appid: string) => JSON.stringify([componentAppid, appid]);
