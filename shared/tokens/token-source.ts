import type { AccountKind, TokenRecord } from '../domain/account.ts';
import { secondsAfter } from '../domain/time.ts';
import { isUsable } from '../domain/token-schedule.ts';
import type { AccountStore } from '../store/account-store.ts';
import { WechatError } from '../wechat/wechat-error.ts';
import { TokenUnavailableError, TokenVersionMissingError } from './errors.ts';
import type { RefreshRequest, RequestRefresh } from './refresh-contract.ts';
import type { TokenReader } from './token-vault.ts';

export interface TokenSourceDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly tokens: TokenReader;
  readonly refresh: RequestRefresh;
  readonly now?: () => Date;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

interface HeldToken {
  readonly kind: AccountKind;
  readonly accessToken: string;
  readonly version: string;
  readonly expires_at: string;
  readonly readAt: Date;
}

// A token that was replaced serves five minutes longer: a copy of a minute is safe, and a busy process reads one row a minute.
const keptSeconds = 60;
// Secrets Manager's copies follow a write within a second or so.
const lagPausesMs = [100, 300, 600];

/** Where operations get tokens: one copy in memory, one flight for each account and process, one renewal for each refusal. */
export class TokenSource {
  readonly #dependencies: TokenSourceDependencies;
  readonly #now: () => Date;
  readonly #sleep: (milliseconds: number) => Promise<void>;
  readonly #held = new Map<string, HeldToken>();
  readonly #flights = new Map<string, Promise<HeldToken>>();

  constructor(dependencies: TokenSourceDependencies) {
    this.#dependencies = dependencies;
    this.#now = dependencies.now ?? (() => new Date());
    this.#sleep = dependencies.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  }

  /**
   * Calls WeChat with the account's token. If WeChat refuses the token, once more with a newer one; then the refusal stands.
   * @param deadline until when a renewal is waited for; `call` sees to its own time
   * @throws AccountNotFoundError, TokenUnavailableError, and what `call` throws
   */
  async withToken<T>(accountId: string, deadline: Date, call: (accessToken: string) => Promise<T>): Promise<T> {
    const held = await this.#get(accountId, deadline);
    try {
      return await call(held.accessToken);
    } catch (error) {
      if (!(error instanceof WechatError && error.class === 'token')) throw error;
      const newer = await this.#replace(accountId, held, deadline);
      return await call(newer.accessToken);
    }
  }

  async #get(accountId: string, deadline: Date): Promise<HeldToken> {
    const held = this.#held.get(accountId);
    const now = this.#now();
    if (held && secondsAfter(held.readAt, keptSeconds) > now && isUsable(held, now, held.kind)) return held;
    return this.#oneFlight(accountId, () => this.#read(accountId, deadline));
  }

  /** A token other than the refused one. Another call of this process may have it already. */
  async #replace(accountId: string, { kind, version: refused }: HeldToken, deadline: Date): Promise<HeldToken> {
    const held = this.#held.get(accountId);
    if (held && held.version !== refused) return held;
    const request = { account_id: accountId, refused_version: refused };
    return this.#oneFlight(`${accountId} instead of ${refused}`, () => this.#renew(request, kind, deadline));
  }

  async #read(accountId: string, deadline: Date): Promise<HeldToken> {
    const { kind, token } = await this.#dependencies.accounts.get(accountId);
    if (!isUsable(token, this.#now(), kind)) return this.#renew({ account_id: accountId }, kind, deadline);
    try {
      return await this.#readVersion(accountId, kind, token);
    } catch (error) {
      if (!(error instanceof TokenVersionMissingError)) throw error;
      return this.#renew({ account_id: accountId, unreadable_version: token.version }, kind, deadline);
    }
  }

  async #renew(request: RefreshRequest, kind: AccountKind, deadline: Date): Promise<HeldToken> {
    const outcome = await this.#dependencies.refresh(request, deadline);
    if (!outcome.renewed) throw new TokenUnavailableError(outcome.failure, outcome.retry_after_s);
    return this.#readVersion(request.account_id, kind, outcome).catch((cause: unknown) => {
      if (!(cause instanceof TokenVersionMissingError)) throw cause;
      throw new TokenUnavailableError(notYetReadable, 1, { cause });
    });
  }

  async #readVersion(
    accountId: string,
    kind: AccountKind,
    { version, expires_at }: Pick<TokenRecord, 'version' | 'expires_at'>,
    pauses: readonly number[] = lagPausesMs,
  ): Promise<HeldToken> {
    try {
      const accessToken = await this.#dependencies.tokens.read(accountId, version);
      const held = { kind, accessToken, version, expires_at, readAt: this.#now() };
      this.#held.set(accountId, held);
      return held;
    } catch (error) {
      const [pause, ...rest] = pauses;
      if (!(error instanceof TokenVersionMissingError) || pause === undefined) throw error;
      await this.#sleep(pause);
      return this.#readVersion(accountId, kind, { version, expires_at }, rest);
    }
  }

  async #oneFlight(key: string, start: () => Promise<HeldToken>): Promise<HeldToken> {
    const flying = this.#flights.get(key);
    if (flying) return flying;
    const flight = start().finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }
}

const notYetReadable = {
  code: 'TOKEN_NOT_YET_READABLE',
  detail: 'The token was renewed a moment ago, and Secrets Manager does not show it everywhere yet.',
  hint: 'Repeat the call.',
  http_status: 503,
  blocked: false,
};
