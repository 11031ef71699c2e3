import '../../support/environment.ts';
import { describe, expect, it, vi } from 'vitest';
import { DeletionOutcomeUnknownError } from '../../../shared/deletion/errors.ts';
import { apiHandler, noBody, noQuery } from '../../../shared/http/api-handler.ts';
import { accountPath } from '../../../shared/http/inputs.ts';
import { InvalidRequestError } from '../../../shared/http/invalid-request.ts';
import { logger } from '../../../shared/logger.ts';
import {
  AccountNotFoundError,
  AccountOfOtherChannelError,
  AccountSendsNothingError,
  GroupMessageNotFoundError,
  LeaseLostError,
  MassMessageNotFoundError,
  StaleRowError,
  SyncNotFoundError,
  UnreadableRowError,
} from '../../../shared/store/errors.ts';
import { TokenUnavailableError, TokenVersionMissingError } from '../../../shared/tokens/errors.ts';
import { explainErrcode } from '../../../shared/wechat/error-table.ts';
import { WechatError, WechatUnavailableError } from '../../../shared/wechat/wechat-error.ts';
import { context, read, request } from '../../support/request.ts';

/** What the caller is answered by an operation in which this is thrown. */
const answerTo = (error: unknown) => {
  const failing = apiHandler({ path: accountPath, query: noQuery, body: noBody }, () => Promise.reject(error));
  return read(failing(request({ pathParameters: { account_id: 'oa' } }), context));
};
const unavailable = (code: WechatUnavailableError['code']) =>
  new WechatUnavailableError({
    code,
    platform: 'official_account',
    operation: 'massmsgget',
    outcomeUnknown: false,
    upstreamStatus: undefined,
    detail: 'd',
  });

const refused = (errcode: number) =>
  new WechatError(
    { platform: 'official_account', operation: 'massmsgget', errcode, errmsg: '', upstream: {} },
    explainErrcode('official_account', errcode),
  );

describe('the status of every error of ours', () => {
  it.each([
    [new InvalidRequestError([]), 400, 'INVALID_REQUEST'],
    [new InvalidRequestError([], { tooLarge: true }), 413, 'BODY_TOO_LARGE'],
    [new AccountNotFoundError('oa'), 404, 'ACCOUNT_NOT_FOUND'],
    [new MassMessageNotFoundError('oa', '1'), 404, 'MASS_MESSAGE_NOT_FOUND'],
    [new GroupMessageNotFoundError('wecom', 'msg1'), 404, 'GROUP_MESSAGE_NOT_FOUND'],
    [new SyncNotFoundError('wecom', '20260302t080000z-00000000'), 404, 'SYNC_NOT_FOUND'],
    [new AccountOfOtherChannelError('oa', 'wecom'), 409, 'ACCOUNT_OF_OTHER_CHANNEL'],
    [new AccountSendsNothingError('suite'), 409, 'ACCOUNT_SENDS_NOTHING'],
    [new StaleRowError('s'), 503, 'STALE_ROW'],
    [unavailable('WECHAT_UNREACHABLE'), 502, 'WECHAT_UNREACHABLE'],
    [unavailable('WECHAT_BAD_ANSWER'), 502, 'WECHAT_BAD_ANSWER'],
    [unavailable('WECHAT_ANSWER_TOO_LARGE'), 502, 'WECHAT_ANSWER_TOO_LARGE'],
    [unavailable('WECHAT_TIMEOUT'), 504, 'WECHAT_TIMEOUT'],
    [new DeletionOutcomeUnknownError(unavailable('WECHAT_TIMEOUT'), 'h'), 504, 'DELETION_OUTCOME_UNKNOWN'],
    [new DeletionOutcomeUnknownError(unavailable('WECHAT_BAD_ANSWER'), 'h'), 502, 'DELETION_OUTCOME_UNKNOWN'],
    [refused(89503), 503, 'WECHAT_WAITING'],
  ])('%s is %i', async (error, status, code) => {
    await expect(answerTo(error)).resolves.toMatchObject({ status, body: { status, code } });
  });

  it.each([
    new UnreadableRowError('account oa: secret field'),
    new LeaseLostError('lease'),
    new TokenVersionMissingError('version'),
    new TypeError('undefined is not a function'),
    'a text that was thrown',
  ])('%s is ours alone: 500, and not a word of it', async (error) => {
    const { status, body } = await answerTo(error);
    expect({ status, ...body }).toEqual({
      status: 500,
      title: 'Internal Server Error',
      code: 'INTERNAL',
      detail: 'The failure is ours and has been logged.',
    });
  });
});

describe('when to come again', () => {
  const failure = { code: 'TOKEN_REFRESH_BUSY', detail: 'd', hint: 'h', http_status: 503, blocked: false };
  const limited = refused(45011);
  it.each([
    ['a token that cannot be had', new TokenUnavailableError(failure, 7), '7'],
    ['a deletion of which nobody knows', new DeletionOutcomeUnknownError(unavailable('WECHAT_TIMEOUT'), 'h'), '60'],
    ['a WeChat that cannot be asked', unavailable('WECHAT_TIMEOUT'), '5'],
    ['a limit of WeChat’s', limited, '60'],
    ['a row that others keep changing', new StaleRowError('s'), '1'],
  ])('is said for %s', async (_what, error, seconds) => {
    await expect(answerTo(error)).resolves.toMatchObject({ body: { hint: expect.any(String) }, headers: { 'retry-after': seconds } });
  });

  it('is not said of an answer that is as large the next time', async () => {
    expect((await answerTo(unavailable('WECHAT_ANSWER_TOO_LARGE'))).headers).not.toHaveProperty('retry-after');
  });
});

it('a failure of ours has been logged with its cause, as the caller is told; a mistake of theirs is no error in the log', async () => {
  const logged = vi.spyOn(logger, 'error').mockReturnValue(undefined);
  const failure = new Error('the table is gone');
  await answerTo(failure);
  expect(logged).toHaveBeenCalledExactlyOnceWith('failed', failure);
  logged.mockClear();
  await answerTo(new AccountNotFoundError('oa'));
  expect(logged).not.toHaveBeenCalled();
  logged.mockRestore();
});
