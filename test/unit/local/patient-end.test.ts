import { expect, it } from 'vitest';
import { endsByItself } from '../../../local/patient-end.ts';

/** An emulator that begins to write and ends so many seconds after it was told to; Infinity: never. */
const told = async ({ writes, ends }: { writes: number; ends: number }) => {
  let passed = 0;
  const ended = await endsByItself(
    { isAlive: () => passed < ends * 1000, wrote: () => passed >= writes * 1000 },
    {
      now: () => new Date(passed),
      sleep: async (milliseconds) => {
        passed += milliseconds;
      },
    },
  );
  return { ended, seconds: passed / 1000 };
};

it.each([
  ['is let end by itself', { writes: 0, ends: 1 }, { ended: true, seconds: 1 }],
  ['is not cut off while it writes thousands of records', { writes: 4, ends: 40 }, { ended: true, seconds: 40 }],
  ['is killed after five seconds in which it did not even begin to write', { writes: 6, ends: 30 }, { ended: false, seconds: 5 }],
  ['is killed after a minute whatever it does', { writes: 1, ends: Number.POSITIVE_INFINITY }, { ended: false, seconds: 60 }],
])('an emulator that is told to end %s', async (_, emulator, expected) => {
  expect(await told(emulator)).toEqual(expected);
});
