import { hours, minutes } from './clock.ts';

/** Calls counted within a period of the calendar. */
export class Quotas {
  readonly #uses = new Map<string, { period: number; count: number }>();

  /** Counts one use, unless `limit` were used in this period already: then false. */
  use(name: string, period: number, limit: number) {
    const last = this.#uses.get(name);
    const count = last?.period === period ? last.count : 0;
    if (count >= limit) return false;
    this.#uses.set(name, { period, count: count + 1 });
    return true;
  }

  /** All, or those whose name fits. */
  clear(matches: (name: string) => boolean = () => true) {
    for (const name of [...this.#uses.keys()]) if (matches(name)) this.#uses.delete(name);
  }
}

/** "Retry next minute" (general error codes, 45011). */
export const minuteOf = (time: number) => Math.floor(time / minutes(1));

/** Daily quotas start again at midnight. No page names the time zone; WeChat's own days are Beijing's, UTC+8 all year. */
export const dayOf = (time: number) => Math.floor((time + hours(8)) / hours(24));

/** Of the same calendar as the days. */
export const monthOf = (time: number) => {
  const inBeijing = new Date(time + hours(8));
  return inBeijing.getUTCFullYear() * 12 + inBeijing.getUTCMonth();
};
