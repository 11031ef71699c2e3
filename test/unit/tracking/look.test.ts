import { describe, expect, it } from 'vitest';
import { TokenUnavailableError } from '../../../shared/tokens/errors.ts';
import { makeLook } from '../../../shared/tracking/look.ts';
import { explainErrcode } from '../../../shared/wechat/error-table.ts';
import { WechatError, WechatUnavailableError } from '../../../shared/wechat/wechat-error.ts';

const deadline = new Date('2026-03-02T08:00:00.000Z');
const refused = (errcode: number) =>
  new WechatError(
    { platform: 'official_account', operation: 'massmsgget', errcode, errmsg: 'no', upstream: { errcode, errmsg: 'no' } },
    explainErrcode('official_account', errcode),
  );
/** A look at which this is thrown. */
const look = (error: unknown) =>
  makeLook({ withToken: async () => Promise.reject(error) }, { getMassMessageStatus: async () => Promise.reject(error) })(
    'oa',
    '1',
    deadline,
  );

describe('what WeChat’s no means for the message', () => {
  it.each([89501, 89502, 89504, 89505])('%i: an administrator has yet to confirm', async (errcode) => {
    await expect(look(refused(errcode))).resolves.toEqual({ observation: { seen: 'awaiting', upstream: { errcode, errmsg: 'no' } } });
  });

  it('40059: there is none, or none yet', async () => {
    await expect(look(refused(40059))).resolves.toMatchObject({ observation: { seen: 'nothing_yet', upstream: { errcode: 40059 } } });
  });

  it.each([
    ['is busy', -1],
    ['has no quota left', 45009],
    ['refuses a token that was just renewed', 40001],
  ])('nothing, when it %s: that passes by itself and is nobody’s to mend', async (_how, errcode) => {
    const error = refused(errcode);
    await expect(look(error)).resolves.toEqual({
      observation: { seen: 'no_answer', retry_after_s: error.retryAfterSeconds, upstream: { errcode, errmsg: 'no' } },
    });
  });

  it.each([
    ['waits for an administrator to allow the call', 89503],
    ['refuses the address', 40164],
    ['withholds the permission', 48001],
    ['says something new', 987654],
  ])('nothing, when it %s, and a person has to look at it', async (_how, errcode) => {
    const { code, hint } = refused(errcode);
    await expect(look(refused(errcode))).resolves.toMatchObject({
      observation: { seen: 'no_answer', blocked_by: `${code} ${errcode}`, upstream: { errcode } },
      attention: { code, hint, errcode },
    });
  });
});

describe('what keeps WeChat from being asked is kept as what was seen', () => {
  it.each([
    ['and a person has to mend something', true, 'WECHAT_NOT_PERMITTED'],
    ['for a moment', false, undefined],
  ])('no token, %s; the alarm is the renewal’s to raise', async (_how, blocked, blocked_by) => {
    const failure = { code: 'WECHAT_NOT_PERMITTED', detail: 'no token', hint: 'h', http_status: 502, blocked, errcode: 40164 };
    await expect(look(new TokenUnavailableError(failure, 30))).resolves.toEqual({
      observation: { seen: 'no_answer', blocked_by, retry_after_s: 30, upstream: { code: 'WECHAT_NOT_PERMITTED', detail: 'no token' } },
    });
  });

  it('no answer', async () => {
    const at = { platform: 'official_account' as const, operation: 'massmsgget', outcomeUnknown: false, upstreamStatus: undefined };
    await expect(look(new WechatUnavailableError({ ...at, code: 'WECHAT_TIMEOUT', detail: 'silence' }))).resolves.toEqual({
      observation: {
        seen: 'no_answer',
        retry_after_s: 5,
        upstream: { code: 'WECHAT_TIMEOUT', detail: 'massmsgget: silence' },
      },
    });
  });

  it('but a fault of ours is one, for the step to be repeated', async () => {
    const fault = new TypeError('undefined is not a function');
    await expect(look(fault)).rejects.toBe(fault);
  });
});
