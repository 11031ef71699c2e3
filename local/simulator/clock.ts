/** The simulator's time: the clock it was started with, plus what was added to it. Nothing else in the simulator knows the time. */
export class Clock {
  /** Whether it goes on by itself. */
  readonly isReal: boolean;
  readonly #now: () => Date;
  #ahead = 0;
  /** Without `now`: the system's. */
  constructor(now?: () => Date) {
    this.isReal = now === undefined;
    this.#now = now ?? (() => new Date());
  }

  /** Unix time in milliseconds. */
  time() {
    return this.#now().getTime() + this.#ahead;
  }

  advance(seconds: number) {
    this.#ahead += seconds * 1000;
  }

  reset() {
    this.#ahead = 0;
  }
}

export const seconds = (count: number) => count * 1000;
export const minutes = (count: number) => seconds(count * 60);
export const hours = (count: number) => minutes(count * 60);

export const iso = (time: number) => new Date(time).toISOString();
