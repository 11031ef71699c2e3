import type { SkippingClock } from '../world/clock.ts';

/** WeCom at a distance: each call takes a while by the clock, and is counted. */
export class CountedCalls {
  readonly #clock: SkippingClock;
  readonly #latencyMs: number;
  #calls = 0;
  #blocked = 0;
  readonly #byMinute = new Map<string, number>();
  constructor(clock: SkippingClock, latencyMs: number) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const minute = `${pathname} ${this.#clock.now().toISOString().slice(0, 16)}`;
    this.#byMinute.set(minute, (this.#byMinute.get(minute) ?? 0) + 1);
    this.#calls++;
    await this.#clock.sleep(this.#latencyMs);
    const response = await fetch(input, init);
    const text = await response.text();
    if (text.startsWith('{"errcode":45009')) this.#blocked++;
    return new Response(text, { status: response.status, headers: response.headers });
  };

  /** Since this was last called. `busiestMinute` is of one API. */
  take(): { readonly calls: number; readonly blocked: number; readonly busiestMinute: number } {
    const taken = { calls: this.#calls, blocked: this.#blocked, busiestMinute: Math.max(0, ...this.#byMinute.values()) };
    this.#calls = 0;
    this.#blocked = 0;
    this.#byMinute.clear();
    return taken;
  }
}
