import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redact, redactText } from '../../../shared/wechat/redact.ts';

it.each([
  ['a URL', 'https://h/cgi-bin/x?access_token=S3CRET&debug=1', 'https://h/cgi-bin/x?access_token=[redacted]&debug=1'],
  ['a WeCom token URL', '/gettoken?corpid=ww1&corpsecret=S3CRET', '/gettoken?corpid=ww1&corpsecret=[redacted]'],
  ['an encoded URL', 'next=%2Fx%3Faccess_token%3DS3CRET', 'next=%2Fx%3Faccess_token%3D[redacted]'],
  ['a JSON text', '{"suite_ticket" : "S3\\"CRET","a":1}', '{"suite_ticket" : "[redacted]","a":1}'],
  ['a JSON text inside another', '"{\\"permanent_code\\":\\"S3CRET\\",\\"a\\":1}"', '"{\\"permanent_code\\":\\"[redacted]\\",\\"a\\":1}"'],
  ['a message', 'bad secret: S3CRET, from ip: 1.2.3.4', 'bad secret: [redacted], from ip: 1.2.3.4'],
  ['another spelling', 'appSecret=S3CRET EncodingAESKey=S3CRET', 'appSecret=[redacted] EncodingAESKey=[redacted]'],
])('finds a secret by its name in %s', (_where, text, expected) => {
  expect(redact(text, [])).toBe(expected);
});

it.each([
  'access_token',
  'component_access_token',
  'authorizer_access_token',
  'authorizer_refresh_token',
  'suite_access_token',
  'suite_ticket',
  'suite_secret',
  'secret',
  'corpsecret',
  'appsecret',
  'provider_secret',
  'permanent_code',
  'auth_code',
  'pre_auth_code',
  'component_verify_ticket',
  'ComponentVerifyTicket',
  'AuthorizationCode',
  'PreAuthCode',
])('replaces what an object holds under %s, text or number, at any depth', (name) => {
  expect(redact({ list: [{ [name]: 'S3CRET', n: 1 }, { [name]: 12345 }] }, [])).toEqual({
    list: [{ [name]: '[redacted]', n: 1 }, { [name]: '[redacted]' }],
  });
});

it('leaves everything else as WeChat said it', () => {
  const answer = {
    errcode: 40164,
    errmsg: 'invalid ip 1.2.3.4, access_token is fine rid: 5f-1',
    msg_id: '9007199254740993',
    next_cursor: 'abc',
    suite_id: 'ww1',
    a: null,
    b: [true],
  };
  expect(redact(answer, ['T0KEN'])).toEqual(answer);
});

it('replaces the whole of a secret that begins like another', () => {
  expect(redactText('got abcdef', ['abc', 'abcdef'])).toBe('got [redacted]');
});

it.each([
  ['as it is', 'a b"c~d/e'],
  ['in a URL', 'a%20b%22c~d%2Fe'],
  ['in a form', 'a+b%22c%7Ed%2Fe'],
  ['in JSON', 'a b\\"c~d/e'],
])('knows a given secret again %s', (_where, spelling) => {
  expect(redactText(`got ${spelling}.`, ['a b"c~d/e'])).toBe('got [redacted].');
});

it('takes no notice of an empty secret', () => {
  expect(redactText('abc', [''])).toBe('abc');
});

it('keeps a field called __proto__ a field', () => {
  const safe = redact(JSON.parse('{"__proto__":{"x":"T0KEN"}}'), ['T0KEN']);
  expect(JSON.stringify(safe)).toBe('{"__proto__":{"x":"[redacted]"}}');
});

it('lets no given secret survive, however it is wrapped', () => {
  const secret = fc.string({ minLength: 12, maxLength: 40 }).filter((text) => text.trim().length > 10);
  fc.assert(
    fc.property(secret, fc.jsonValue(), fc.string(), (held, noise, key) => {
      const text = JSON.stringify(held).slice(1, -1);
      const wrapped = [
        held,
        { [`${key}${held}`]: [noise, `${key} ${held} ${key}`] },
        JSON.stringify({ note: held }),
        encodeURIComponent(held),
      ];
      const safe = JSON.stringify(redact(wrapped, [held]));
      for (const spelling of [held, text, encodeURIComponent(held)]) expect(safe).not.toContain(spelling);
    }),
  );
});

it('takes linear time on a long text without a secret', () => {
  // A pattern that backtracks over the run would need hours for it: the test would not end.
  const run = `${'a'.repeat(300_000)}${' '.repeat(300_000)}${'token'.repeat(60_000)}`;
  expect(redactText(run, [])).toBe(run);
});
