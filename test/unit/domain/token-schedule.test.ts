import { describe, expect, it } from 'vitest';
import type { TokenRecord } from '../../../shared/domain/account.ts';
import { isDueForRenewal, isUsable, mayForce, needsRenewal, pauseAfterFailure } from '../../../shared/domain/token-schedule.ts';

const now = new Date('2026-03-02T08:00:00.000Z');
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();
const endingIn = (seconds: number): TokenRecord => ({ version: 'v1', fetched_at: after(-100), expires_at: after(seconds) });

it.each([
  [61, true],
  [60, false],
  [-1, false],
])('an operation, whose last call to WeChat may be 45 s away, may start with a token that ends in %i s: %s', (seconds, usable) => {
  expect(isUsable(endingIn(seconds), now)).toBe(usable);
});

it.each([
  [241, false],
  [240, true],
])('a token that ends in %i s is asked for anew: %s, a minute inside the five in which WeChat hands out another', (seconds, due) => {
  expect(isDueForRenewal(endingIn(seconds), now)).toBe(due);
});

it.each([
  [1, true],
  [0, false],
  [-1, false],
])(
  'of WeCom a token serves to its end, since there is no other before: %s s before that %s, and only then the next is due',
  (seconds, usable) => {
    for (const kind of ['wecom_app', 'wecom_suite', 'wecom_suite_app', 'wecom_external_token'] as const) {
      expect(isUsable(endingIn(seconds), now, kind)).toBe(usable);
      expect(isDueForRenewal(endingIn(seconds), now, kind)).toBe(!usable);
      expect(needsRenewal({ kind, token: endingIn(seconds) }, now)).toBe(!usable);
    }
  },
);

it('an account without a token has none to use, and its first is due', () => {
  expect([isUsable(undefined, now), isDueForRenewal(undefined, now)]).toEqual([false, true]);
});

it.each([
  ['that WeChat never refused twice', {}, false],
  ['that it did', { refused_at: after(-30) }, true],
  ['that was forced 75 minutes ago and is refused again', { refused_at: after(-30), forced_at: after(-4500) }, true],
  ['that was forced a second less ago: twenty times a day is all there is', { refused_at: after(-30), forced_at: after(-4499) }, false],
  ['that was forced long ago and works', { forced_at: after(-86_400) }, false],
])('a token %s may be replaced by force: %s', (_which, history, may) => {
  expect(mayForce({ ...endingIn(3600), ...history }, now)).toBe(may);
});

describe('the pause after a failure', () => {
  const pauses = (blocked: boolean) => Array.from({ length: 12 }, (_, n) => pauseAfterFailure(n + 1, blocked));
  it('doubles from 2 s to a minute for what passes by itself', () => {
    expect(pauses(false)).toEqual([2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60]);
  });
  it('doubles from 30 s to an hour for what a person must mend', () => {
    expect(pauses(true)).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600, 3600]);
  });
  it('is at least what WeChat asks for, and never less than ours', () => {
    expect([pauseAfterFailure(1, false, 86_400), pauseAfterFailure(8, true, 5)]).toEqual([86_400, 3600]);
  });
});
