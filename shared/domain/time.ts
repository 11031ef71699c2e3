export const secondsAfter = (from: Date | string, seconds: number): Date => new Date(new Date(from).getTime() + seconds * 1000);

/** Whole seconds from `from` until `to`, rounded up and at least one: what a Wait of Step Functions takes, and no loop without a pause. */
export const wholeSecondsUntil = (to: Date | string, from: Date): number =>
  Math.max(1, Math.ceil((new Date(to).getTime() - from.getTime()) / 1000));
