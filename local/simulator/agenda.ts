import type { Clock } from './clock.ts';

/** Something that happens by itself at a time of the clock. */
export interface Timed {
  /** When the next of it is due, in Unix milliseconds. */
  next(): number | undefined;
  /** Does all that is due. */
  run(): void;
}

/** Node's longest timer. */
const longest = 2_147_483_647;

/**
 * What WeChat does of its own accord. With the system's clock a timer wakes it; with a clock that a test drives it is woken when the control API moves
 * the time on, or asks for it.
 */
export class Agenda {
  readonly #clock: Clock;
  readonly #entries: readonly Timed[];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  constructor(clock: Clock, entries: readonly Timed[]) {
    this.#clock = clock;
    this.#entries = entries;
  }

  /** Does what is due, in the order in which it became due, and waits for the next. */
  run() {
    for (;;) {
      const [first] = this.#sorted();
      if (!first || first.at > this.#clock.time()) break;
      first.entry.run();
    }
    this.arm();
  }

  /** Something new may be due: waits anew. */
  arm() {
    clearTimeout(this.#timer);
    const [first] = this.#sorted();
    if (!this.#clock.isReal || this.#closed || !first) return;
    this.#timer = setTimeout(() => this.run(), Math.min(Math.max(first.at - this.#clock.time(), 0), longest)).unref();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #sorted() {
    return this.#entries
      .map((entry) => ({ entry, at: entry.next() }))
      .filter(isDated)
      .sort((one, other) => one.at - other.at);
  }
}

const isDated = <Entry>(dated: { entry: Entry; at: number | undefined }): dated is { entry: Entry; at: number } => dated.at !== undefined;
