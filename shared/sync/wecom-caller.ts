import type { TokenSource } from '../tokens/token-source.ts';
import { WechatError } from '../wechat/wechat-error.ts';
import { isUnreachable, ListFailedError, OutOfTimeError, SyncParkedError, tooManyAtOnce, troubleOf } from './trouble.ts';

export interface WecomCallerOptions {
  readonly tokens: Pick<TokenSource, 'withToken'>;
  readonly accountId: string;
  /** This caller's part of what the corp may be asked. */
  readonly callsPerSecond: number;
  /** What 45033 has left of an earlier step's calls in flight, and of their pace. */
  readonly inFlight: number;
  readonly pauseMs: number;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

// Calls in flight end within seconds.
const afterTooManyMs = 5000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
// One may be chance, and three in a row come to most of a minute of tries.
const unreachableInARow = 3;

/**
 * Asks WeCom at a pace: never more often than its part of the budget allows, and less after 45033, which halves the calls in
 * flight and, where there is one left, doubles the pause before each.
 */
export class WecomCaller {
  readonly #options: WecomCallerOptions;
  #nextAt = 0;
  #made = 0;
  #unreachable = 0;
  #inFlight: number;
  #pauseMs: number;
  constructor(options: WecomCallerOptions) {
    this.#options = options;
    this.#inFlight = options.inFlight;
    this.#pauseMs = options.pauseMs;
  }

  /** How many calls may be in flight. */
  get inFlight(): number {
    return this.#inFlight;
  }
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /** Calls made since this was last asked. */
  takeMade(): number {
    const made = this.#made;
    this.#made = 0;
    return made;
  }

  /** @throws ListFailedError, SyncParkedError, SyncBlockedError, OutOfTimeError, and what is a fault of ours */
  async ask<T>(deadline: Date, call: (accessToken: string) => Promise<T>): Promise<T> {
    const { tokens, accountId, now } = this.#options;
    for (;;) {
      await this.#turn(deadline);
      const asked = now().getTime();
      try {
        const answer = await tokens.withToken(accountId, deadline, (accessToken) => {
          this.#made++;
          return call(accessToken);
        });
        this.#unreachable = 0;
        return answer;
      } catch (error) {
        if (!(error instanceof WechatError && error.errcode === tooManyAtOnce)) throw this.#whatItMeans(error);
        this.#slowDown(asked);
        await this.#pause(afterTooManyMs, deadline);
      }
    }
  }

  #whatItMeans(error: unknown): unknown {
    const trouble = troubleOf(error);
    if (!isUnreachable(error)) {
      this.#unreachable = 0;
      return trouble;
    }
    if (++this.#unreachable < unreachableInARow || !(trouble instanceof ListFailedError)) return trouble;
    return new SyncParkedError(trouble.failure, false, { cause: error });
  }

  #slowedAt = Number.NEGATIVE_INFINITY;
  /** Of calls that were in flight together, the first to be refused counts. */
  #slowDown(asked: number): void {
    if (asked <= this.#slowedAt) return;
    this.#slowedAt = this.#options.now().getTime();
    if (this.#inFlight > 1) this.#inFlight = Math.floor(this.#inFlight / 2);
    else this.#pauseMs = Math.min(Math.max(firstPauseMs, this.#pauseMs * 2), longestPauseMs);
  }

  async #turn(deadline: Date): Promise<void> {
    const { now, callsPerSecond } = this.#options;
    const at = Math.max(now().getTime(), this.#nextAt);
    this.#nextAt = at + Math.max(1000 / callsPerSecond, this.#pauseMs);
    await this.#pause(at - now().getTime(), deadline);
  }

  async #pause(milliseconds: number, deadline: Date): Promise<void> {
    if (this.#options.now().getTime() + milliseconds >= deadline.getTime()) throw new OutOfTimeError('no time is left to ask WeCom');
    if (milliseconds > 0) await this.#options.sleep(milliseconds);
  }
}
