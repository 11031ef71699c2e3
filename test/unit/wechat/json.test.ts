import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseLossless } from '../../../shared/wechat/json.ts';

it.each([
  ['the largest safe integer stays a number', '9007199254740991', 9007199254740991],
  ['2^53 is a text already: it could be 2^53+1', '9007199254740992', '9007199254740992'],
  ['2^53+1', '9007199254740993', '9007199254740993'],
  ['a negative one', '-9007199254740993', '-9007199254740993'],
  ['the smallest safe integer stays a number', '-9007199254740991', -9007199254740991],
  ['a signed 64-bit maximum', '9223372036854775807', '9223372036854775807'],
  ['a long decimal is a measure, not an id', '0.1250000000000000000', 0.125],
  ['an exponent is no id either', '10000000000000000e3', 1e19],
  ['digits inside a text', '"9007199254740993"', '9007199254740993'],
  ['digits inside a text, after a quote', '"\\" 9007199254740993"', '" 9007199254740993'],
])('keeps every digit: %s', (_what, text, expected) => {
  expect(parseLossless(text)).toBe(expected);
});

it('finds large ids wherever they are nested, and leaves their neighbours alone', () => {
  const text = '{"msg_id":9007199254740993,"n":1,"list":[{"id":-9007199254740995},null,true,1.5,"9007199254740993"]}';
  expect(parseLossless(text)).toEqual({
    msg_id: '9007199254740993',
    n: 1,
    list: [{ id: '-9007199254740995' }, null, true, 1.5, '9007199254740993'],
  });
});

it('reads any 64-bit integer back with the digits it was written with', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (id) => {
      expect(String((parseLossless(`{"id":${id}}`) as { id: unknown }).id)).toBe(String(id));
    }),
  );
});

it('reads whatever JSON.stringify writes as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      fc.pre(!/\d{16}/.test(text));
      expect(parseLossless(text)).toEqual(JSON.parse(text));
    }),
  );
});

it.each(['', '{"a":', 'undefined', '<html>9007199254740993</html>'])('refuses %j as JSON.parse does', (text) => {
  expect(() => parseLossless(text)).toThrow(SyntaxError);
});
