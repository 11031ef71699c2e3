import { describe, expect, it } from 'vitest';
import { CredentialsUnusableError } from '../../../shared/tokens/errors.ts';
import { describeFailure } from '../../../shared/tokens/failure.ts';
import { explainErrcode } from '../../../shared/wechat/error-table.ts';
import { WechatError, WechatUnavailableError } from '../../../shared/wechat/wechat-error.ts';

const refused = (errcode: number) => {
  const errmsg = 'no rid: 65a0-11-22';
  const answer = {
    platform: 'official_account' as const,
    operation: 'getStableAccessToken',
    errcode,
    errmsg,
    upstream: { errcode, errmsg },
  };
  return new WechatError(answer, explainErrcode('official_account', errcode, { tokenEndpoint: true }));
};

describe('why no token can be had', () => {
  it.each([
    ['WeChat is busy', -1, 503, false],
    ['the quota of today is used up', 45009, 429, false],
    ['asking too often', 45011, 429, false],
    ['the address is not allowed', 40164, 502, true],
    ['an administrator has yet to allow the address', 89503, 503, true],
    ['an administrator has yet to confirm, which is a 202 for a message and no answer to a token call', 89501, 503, true],
    ['WeChat says something new', 987654, 502, true],
  ])('%s', (_why, errcode, http_status, blocked) => {
    expect(describeFailure(refused(errcode)).failure).toMatchObject({ errcode, http_status, blocked, rid: '65a0-11-22' });
  });

  it('WeChat cannot be asked: comes back by itself, and is not the fault of a credential', () => {
    const error = new WechatUnavailableError({
      code: 'WECHAT_TIMEOUT',
      platform: 'official_account',
      operation: 'getStableAccessToken',
      outcomeUnknown: false,
      upstreamStatus: undefined,
      detail: 'no whole answer within 5000 ms',
    });
    expect(describeFailure(error).failure).toMatchObject({ code: 'WECHAT_TIMEOUT', http_status: 503, blocked: false });
  });

  it('there are no credentials: a person has to write them', () => {
    const { failure } = describeFailure(new CredentialsUnusableError('there is no secret'));
    expect(failure).toMatchObject({
      code: 'CREDENTIALS_UNUSABLE',
      http_status: 502,
      blocked: true,
      hint: expect.stringContaining('Write'),
    });
  });

  it('what is a fault of ours is not told as one of WeChat or of the operator', () => {
    const fault = new TypeError('undefined is not a function');
    expect(() => describeFailure(fault)).toThrow(fault);
  });
});
