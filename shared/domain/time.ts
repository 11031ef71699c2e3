export const secondsAfter = (from: Date | string, seconds: number): Date => new Date(new Date(from).getTime() + seconds * 1000);

/** Whole seconds from `from` until `to`, rounded up and at least one: what a Wait of Step Functions takes, and no loop without a pause. */
export const wholeSecondsUntil = (to: Date | string, from: Date): number =>
  Math.max(1, Math.ceil((new Date(to).getTime() - from.getTime()) / 1000));

// Outside, a year has not the four digits that make times sort as text: WeCom's seconds were meant as something else.
const years = [Date.UTC(2000, 0), Date.UTC(2100, 0)] as const;

/** @param seconds since 1970. Undefined: none, or not between the years 2000 and 2100 */
export const fromUnix = (seconds: number | undefined): string | undefined => {
  const time = (seconds ?? 0) * 1000;
  return time >= years[0] && time < years[1] ? new Date(time).toISOString() : undefined;
};

/** Whole seconds since 1970, as WeChat counts them. */
export const toUnix = (time: Date | string): number => Math.floor(new Date(time).getTime() / 1000);
