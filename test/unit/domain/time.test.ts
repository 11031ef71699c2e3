import { expect, it } from 'vitest';
import { wholeSecondsUntil } from '../../../shared/domain/time.ts';

const from = new Date('2026-03-02T08:00:00.000Z');

it.each([
  ['a time that has passed is a pause of one second, and not a loop without one', -5000, 1],
  ['so is now', 0, 1],
  ['a part of a second counts as a whole one: nobody comes too early', 1001, 2],
  ['whole seconds stay as they are', 30_000, 30],
])('%s', (_rule, milliseconds, seconds) => {
  expect(wholeSecondsUntil(new Date(from.getTime() + milliseconds), from)).toBe(seconds);
});
