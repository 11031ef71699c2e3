import type { Account } from '../domain/account.ts';
import { secondsAfter } from '../domain/time.ts';
import { isUsable } from '../domain/token-schedule.ts';
import type { AccountStore } from '../store/account-store.ts';
import { WechatError } from '../wechat/wechat-error.ts';
import { TokenUnavailableError, TokenVersionMissingError } from './errors.ts';
import type { RequestRefresh } from './refresh-contract.ts';
import type { TokenReader } from './token-vault.ts';

export interface TokenSourceDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly tokens: TokenReader;
  readonly refresh: RequestRefresh;
  readonly now?: () => Date;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

interface HeldToken {
  readonly accessToken: string;
  readonly version: string;
  /** The row as it was when the token was read, at most a minute ago. */
  readonly account: Account;
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
   * @throws AccountNotFoundError, TokenUnavailableError, and what `call` throws
   */
  async withToken<T>(accountId: string, call: (accessToken: string, account: Account) => Promise<T>): Promise<T> {
    const held = await this.#get(accountId);
    try {
      return await call(held.accessToken, held.account);
    } catch (error) {
      if (!(error instanceof WechatError && error.class === 'token')) throw error;
      const newer = await this.#replace(accountId, held.version);
      return await call(newer.accessToken, newer.account);
    }
  }

  async #get(accountId: string): Promise<HeldToken> {
    const held = this.#held.get(accountId);
    const now = this.#now();
    if (held && secondsAfter(held.readAt, keptSeconds) > now && isUsable(held.account.token, now)) return held;
    return this.#oneFlight(accountId, () => this.#read(accountId));
  }

  /** A token other than the refused one. Another call of this process may have it already. */
  async #replace(accountId: string, refused: string): Promise<HeldToken> {
    const held = this.#held.get(accountId);
    if (held && held.version !== refused) return held;
    return this.#oneFlight(`${accountId} instead of ${refused}`, () => this.#renew(accountId, refused));
  }

  async #read(accountId: string): Promise<HeldToken> {
    const account = await this.#dependencies.accounts.get(accountId);
    if (!isUsable(account.token, this.#now())) return this.#renew(accountId);
    try {
      return await this.#readVersion(account, account.token.version);
    } catch (error) {
      if (!(error instanceof TokenVersionMissingError)) throw error;
      return this.#renew(accountId, account.token.version);
    }
  }

  async #renew(accountId: string, refused?: string): Promise<HeldToken> {
    const outcome = await this.#dependencies.refresh({ account_id: accountId, ...(refused && { refused_version: refused }) });
    if (!outcome.renewed) throw new TokenUnavailableError(outcome.failure, outcome.retry_after_s);
    return this.#readVersion(await this.#dependencies.accounts.get(accountId), outcome.version);
  }

  async #readVersion(account: Account, version: string, pauses: readonly number[] = lagPausesMs): Promise<HeldToken> {
    try {
      const accessToken = await this.#dependencies.tokens.read(account.account_id, version);
      const held = { accessToken, version, account, readAt: this.#now() };
      this.#held.set(account.account_id, held);
      return held;
    } catch (error) {
      const [pause, ...rest] = pauses;
      if (!(error instanceof TokenVersionMissingError) || pause === undefined) throw error;
      await this.#sleep(pause);
      return this.#readVersion(account, version, rest);
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
