import { expect, it } from 'vitest';
import { parseBaseUrl, resolveUrl } from '../../../shared/wechat/base-url.ts';

it.each(['https://api.weixin.qq.com', 'http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:3000/oa'])('accepts %s', (baseUrl) => {
  expect(parseBaseUrl(baseUrl)).toBeInstanceOf(URL);
});

it.each([
  'http://api.weixin.qq.com',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'http://0.0.0.0',
  'ftp://127.0.0.1',
  'https://user@host',
  'https://:password@host',
  'https://host?x=1',
  'https://host#x',
  'api.weixin.qq.com',
  '',
])('refuses %j and names the setting, because a token would travel there', (baseUrl) => {
  expect(() => parseBaseUrl(baseUrl)).toThrow(/^baseUrl/);
});

it.each([
  ['https://h', 'https://h/cgi-bin/x?a=1%262'],
  ['https://h/', 'https://h/cgi-bin/x?a=1%262'],
  ['https://h/oa', 'https://h/oa/cgi-bin/x?a=1%262'],
  ['https://h/oa/', 'https://h/oa/cgi-bin/x?a=1%262'],
])('puts the path behind the prefix of %s', (baseUrl, expected) => {
  expect(resolveUrl(parseBaseUrl(baseUrl), '/cgi-bin/x', { a: '1&2' }).href).toBe(expected);
});
