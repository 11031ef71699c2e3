import { expect, it } from 'vitest';
import { explainErrcode } from '../../../shared/wechat/error-table.ts';
import { WechatError } from '../../../shared/wechat/wechat-error.ts';

const answered = (errcode: number, errmsg = '') =>
  new WechatError(
    { platform: 'official_account', operation: 'massmsgget', errcode, errmsg, upstream: { errcode, errmsg } },
    explainErrcode('official_account', errcode),
  );

it.each([
  [-1, 'WECHAT_TRANSIENT'],
  [45011, 'WECHAT_RATE_LIMITED'],
  [42001, 'WECHAT_TOKEN_REFUSED'],
  [89504, 'WECHAT_WAITING'],
  [40059, 'WECHAT_REFUSED'],
  [40164, 'WECHAT_NOT_PERMITTED'],
  [77777, 'WECHAT_UNKNOWN_CODE'],
])('%i has the code %s', (errcode, code) => {
  expect(answered(errcode)).toMatchObject({ name: 'WechatError', code, errcode });
});

it.each([
  ['invalid credential, access_token is invalid or not latest rid: 5f0c2f6b-0a11-4a53', '5f0c2f6b-0a11-4a53'],
  ['api unauthorized hints: [ req_id: x ]', undefined],
  ['grid: 4', undefined],
])('finds the rid in %j', (errmsg, rid) => {
  expect(answered(48001, errmsg).rid).toBe(rid);
});

it('is classified by the errcode, whatever errmsg says', () => {
  expect(answered(40059, 'access_token expired, system busy').class).toBe('permanent');
});

it('says in its message which call failed, with which code, and why', () => {
  expect(answered(40164, 'invalid ip 1.2.3.4').message).toBe(
    'massmsgget: WeChat answered 40164 (the calling IP is not in the allow-list): invalid ip 1.2.3.4',
  );
});
