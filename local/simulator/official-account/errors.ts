import type { WechatAnswer } from '../platform.ts';
import type { RandomText } from '../random-text.ts';

/**
 * The simulator's wording of the Official Account's error numbers. The numbers are the contract (general error codes,
 * https://developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html, and each endpoint's own page); WeChat changes the words.
 */
const meanings: Readonly<Record<number, string>> = {
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40007: 'invalid media_id',
  40008: 'invalid message type',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40035: 'invalid parameter',
  40059: 'invalid msg id',
  40060: 'invalid article idx',
  40065: 'invalid msg status',
  40125: 'invalid appsecret',
  40152: 'invalid tag_id',
  40204: 'this article cannot be deleted',
  40243: 'AppSecret has been frozen',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  42001: 'access_token expired',
  42007: 'user changed password, authorization is void',
  43001: 'require GET method',
  43002: 'require POST method',
  44002: 'empty post data',
  44004: 'empty content',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  45065: 'clientmsgid exist',
  45067: 'clientmsgid size out of limit',
  45113: 'card messages are no longer supported',
  47001: 'data format error',
  48006: 'forbid to clear quota because of reaching the limit',
  61003: 'component is not authorized by this account',
  61004: 'access clientip is not registered',
  61005: 'component ticket is expired',
  61006: 'component ticket is invalid',
  61007: 'api is unauthorized to component',
  61009: 'code is invalid',
  61010: 'code is expired',
  61011: 'invalid component',
  61014: 'must use component token for component api',
  61015: 'must use biz token for not component api',
  61023: 'refresh_token is invalid',
  89504: 'mass send is still in the approval process',
  89505: 'mass send has entered the administrator confirmation process',
};

/** A refusal by WeChat, on its way to becoming an answer. */
export class Refusal extends Error {
  readonly errcode: number;
  readonly fields: Readonly<Record<string, unknown>>;
  /** `fields` are answered beside `errcode` and `errmsg`. */
  constructor(errcode: number, errmsg = meanings[errcode] ?? 'unknown error', fields: Readonly<Record<string, unknown>> = {}) {
    super(errmsg);
    this.name = 'Refusal';
    this.errcode = errcode;
    this.fields = fields;
  }
}

/** With the request id that WeChat appends to every errmsg: the time in hexadecimal seconds and two random words. */
export const toAnswer = (refusal: Refusal, time: number, random: RandomText): WechatAnswer => {
  const rid = `${Math.floor(time / 1000).toString(16)}-${random.hex(8)}-${random.hex(8)}`;
  return { errcode: refusal.errcode, errmsg: `${refusal.message}, rid: ${rid}`, ...refusal.fields };
};
