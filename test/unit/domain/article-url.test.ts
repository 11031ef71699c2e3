import { describe, expect, it } from 'vitest';
import { type ArticleRecord, sendsOf, sentBy } from '../../../shared/domain/article-record.ts';
import { plainUrl, urlDigest } from '../../../shared/domain/article-url.ts';

const long = 'https://mp.weixin.qq.com/s?__biz=MzA3+MT==&mid=2650000001&idx=1&sn=ab12';

describe('one article', () => {
  it.each([
    ['with http', 'http://mp.weixin.qq.com/s/AbC_1-x'],
    ['with a fragment', 'https://mp.weixin.qq.com/s/AbC_1-x#rd'],
    ['with parameters behind its short name', 'https://mp.weixin.qq.com/s/AbC_1-x?scene=27&poc_token=p'],
    ['with its host in capitals', 'https://MP.WeiXin.QQ.com/s/AbC_1-x'],
  ])('%s', (_how, url) => {
    expect(urlDigest(url)).toBe(urlDigest('https://mp.weixin.qq.com/s/AbC_1-x'));
  });

  it.each([
    ['in another order', 'https://mp.weixin.qq.com/s?sn=ab12&idx=1&mid=2650000001&__biz=MzA3+MT=='],
    ['encoded', 'https://mp.weixin.qq.com/s?__biz=MzA3%20MT%3D%3D&mid=2650000001&idx=1&sn=ab12'],
    ['as it was shared by somebody', `${long}&chksm=1&scene=27&key=k&uin=u&pass_ticket=t#wechat_redirect`],
  ])('by its long name, %s', (_how, url) => {
    expect(urlDigest(url)).toBe(urlDigest(long));
  });

  it('is the same by its plain address', () => {
    for (const url of [
      long,
      'http://mp.weixin.qq.com/s/AbC#x',
      'https://mp.weixin.qq.com/s?__biz=a%26mid%3D2&mid=1&idx=1',
      'https://mp.weixin.qq.com/mp/show?a=%2B',
    ])
      expect(plainUrl(plainUrl(url))).toBe(plainUrl(url));
  });
});

describe('another article', () => {
  it.each([
    ['in the case of its short name', 'https://mp.weixin.qq.com/s/abc', 'https://mp.weixin.qq.com/s/ABC'],
    ['at another position', long, long.replace('idx=1', 'idx=2')],
    ['of another material', long, long.replace('2650000001', '2650000002')],
    ['of another account', long, long.replace('MzA3', 'MzA4')],
    ['with another signature', long, long.replace('ab12', 'ab13')],
    [
      'of an older kind of address',
      'https://mp.weixin.qq.com/mp/appmsg/show?appmsgid=1',
      'https://mp.weixin.qq.com/mp/appmsg/show?appmsgid=2',
    ],
    ['whose name is not whole', 'https://mp.weixin.qq.com/s?__biz=a&appmsgid=1', 'https://mp.weixin.qq.com/s?__biz=a&appmsgid=2'],
    [
      'with a parameter in a parameter',
      'https://mp.weixin.qq.com/s?__biz=a&mid=1&idx=1',
      'https://mp.weixin.qq.com/s?__biz=a%26mid%3D1&mid=1&idx=1',
    ],
  ])('%s', (_how, one, other) => {
    expect(urlDigest(one)).not.toBe(urlDigest(other));
  });
});

it('keeps nothing of whoever looked at the page, whatever kind of address it is', () => {
  for (const page of ['s/AbC', 's?__biz=a&mid=1&idx=1', 's?appmsgid=1', 'mp/show'])
    expect(
      plainUrl(`https://mp.weixin.qq.com/${page}${page.includes('?') ? '&' : '?'}key=K1&uin=U1&pass_ticket=P1&exportkey=E1`),
    ).not.toMatch(/[KUPE]1/);
});

it('remembers the newest two thousand messages that sent an article', () => {
  const sends = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [String(3_147_483_000 + n), 1]));
  let record: ArticleRecord = { account_id: 'oa', url_digest: '0'.repeat(64), url: '', sends, deletions: [], rev: 0 };
  for (let id = 3_147_485_000; id < 3_147_485_005; id++) record = sentBy(record, String(id), 1, long) ?? record;
  record = sentBy(record, '9007199254740993', 2, long) ?? record;
  expect(sendsOf(record)).toHaveLength(2000);
  expect(sendsOf(record)[0]).toEqual(['9007199254740993', 2]);
  expect(sendsOf(record).at(-1)).toEqual(['3147483006', 1]);
  expect(sentBy(record, '9007199254740993', 2, long)).toBeUndefined();
});
