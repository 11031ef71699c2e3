import { hours, iso, minutes } from '../clock.ts';
import { minuteOf } from '../quotas.ts';
import type { Limits } from './settings.ts';

interface Use {
  minute: { period: number; count: number };
  hour: { period: number; count: number };
  blockedUntil: number;
}

/**
 * https://developer.work.weixin.qq.com/document/path/90312: who goes over a minute's limit of an API is blocked for 60 seconds, who goes over an hour's
 * for 60 minutes. Choices: minutes and hours are the clock's, and calls during a block neither count nor lengthen it.
 */
export class CallLimits {
  readonly #uses = new Map<string, Use>();

  /** Counts one call, unless the corp is blocked: then false. */
  use(corpid: string, api: string, now: number, { calls_per_minute, calls_per_hour }: Limits) {
    const key = `${corpid} ${api}`;
    const use = this.#uses.get(key) ?? { minute: { period: 0, count: 0 }, hour: { period: 0, count: 0 }, blockedUntil: 0 };
    this.#uses.set(key, use);
    if (use.blockedUntil > now) return false;
    if (!count(use.hour, Math.floor(now / hours(1)), calls_per_hour)) use.blockedUntil = now + hours(1);
    else if (!count(use.minute, minuteOf(now), calls_per_minute)) use.blockedUntil = now + minutes(1);
    return use.blockedUntil <= now;
  }

  blocksOf(corpid: string, now: number) {
    return [...this.#uses]
      .filter(([key, { blockedUntil }]) => key.startsWith(`${corpid} `) && blockedUntil > now)
      .map(([key, { blockedUntil }]) => ({ api: key.slice(corpid.length + 1), until: iso(blockedUntil) }));
  }

  clear(corpid?: string) {
    for (const key of [...this.#uses.keys()]) if (corpid === undefined || key.startsWith(`${corpid} `)) this.#uses.delete(key);
  }
}

const count = (counter: { period: number; count: number }, period: number, limit: number) => {
  if (counter.period !== period) Object.assign(counter, { period, count: 0 });
  if (counter.count >= limit) return false;
  counter.count += 1;
  return true;
};
