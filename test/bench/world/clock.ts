/** The machine's time, in which nobody really sleeps: what a sleep would have taken is added. Both work and pace are in it. */
export class SkippingClock {
  #skippedMs: number;
  constructor(from: Date) {
    this.#skippedMs = from.getTime() - Date.now();
  }

  readonly now = (): Date => new Date(Date.now() + this.#skippedMs);

  /** Of several that sleep at once, each wakes at its time, and the others are then so much further. */
  readonly sleep = async (milliseconds: number): Promise<void> => {
    const until = this.now().getTime() + milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
    this.pass(Math.max(0, until - this.now().getTime()) / 1000);
  };

  pass(seconds: number): void {
    this.#skippedMs += seconds * 1000;
  }
}
