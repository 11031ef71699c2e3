import { describe, expect, it } from 'vitest';
import { keepable } from '../../../shared/domain/observation.ts';

const nested = (levels: number) => Array.from({ length: levels }).reduce<unknown>((inner) => ({ inner }), 'x');

describe('of an answer that DynamoDB would take', () => {
  it.each([
    ['2,048 bytes', 'x'.repeat(2046)],
    ['2,048 bytes of Chinese', '界'.repeat(682)],
    ['sixteen levels', nested(16)],
    ['an id that came as a text', { msg_id: '9007199254740993' }],
    ['the largest number that is exact', Number.MAX_SAFE_INTEGER],
  ])('%s are kept as they are', (_what, answer) => {
    expect(keepable(answer)).toEqual(answer);
  });
});

describe('of an answer that it would not', () => {
  it.each([
    ['a longer one', 'x'.repeat(2047), 2049],
    ['one that is longer in bytes than in characters', '界'.repeat(683), 2051],
    ['a deeper one', nested(17), 17 * '{"inner":}'.length + 3],
  ])('%s is kept by its size and its beginning', (_what, answer, bytes) => {
    expect(keepable(answer)).toEqual({ bytes, beginning: JSON.stringify(answer).slice(0, 512) });
  });

  it.each([2 ** 53, -(2 ** 53), 1e200])('%d, a number that is not exact, is kept as a text', (number) => {
    expect(keepable({ number })).toEqual({ number: String(number) });
  });
});

it('keeps no answer as none', () => {
  expect(keepable(undefined)).toBeNull();
});
