import { describe, expect, it } from 'vitest';
import { errcodesPage } from '../../../docs/errcodes.ts';
import { describeFailure } from '../../../shared/tokens/failure.ts';
import { makeLook } from '../../../shared/tracking/look.ts';
import { awaitingConfirmation } from '../../../shared/wechat/confirmation.ts';
import { explainErrcode } from '../../../shared/wechat/error-table.ts';
import { WechatError } from '../../../shared/wechat/wechat-error.ts';

const refused = (errcode: number, tokenEndpoint = false) =>
  new WechatError(
    { platform: 'official_account', operation: 'test', errcode, errmsg: 'no', upstream: { errcode } },
    explainErrcode('official_account', errcode, { tokenEndpoint }),
  );
const [everywhere = '', onRenewal = ''] = errcodesPage().split('## When a token is asked for');
const rowsOf = (part: string): [number, string[]][] =>
  [...part.matchAll(/^\| (-?\d+) \| (.*) \|$/gm)].map(([, errcode, rest = '']) => [Number(errcode), rest.split(' | ')]);

const lookAt = async (error: WechatError) =>
  makeLook({ withToken: async () => Promise.reject(error) }, { getMassMessageStatus: async () => Promise.reject(error) })(
    'oa',
    '1',
    new Date(),
  );
const atOnce = (renewal: string) => /account\.attention/.test(renewal) && !renewal.includes('third failure');

it('has every errcode there is', () => {
  expect(rowsOf(everywhere).length).toBeGreaterThan(70);
  expect(rowsOf(onRenewal)).toHaveLength(2);
});

describe('what the page says of an errcode', () => {
  it.each(rowsOf(everywhere))('%i is what the code does', async (errcode, [, call = '', tracking = '', renewal = '', seen = '']) => {
    const error = refused(errcode);
    const { observation, attention } = await lookAt(error);
    expect(tracking.includes('account.attention')).toBe(attention !== undefined);
    expect(tracking.includes('awaiting_confirmation')).toBe(observation.seen === 'awaiting');
    expect(tracking.includes('unknown')).toBe(observation.seen === 'nothing_yet');
    const { failure } = describeFailure(error);
    expect(atOnce(renewal)).toBe(failure.blocked);
    const isAnswer = () => awaitingConfirmation(error);
    if (call.includes('200')) expect(isAnswer()).toMatchObject({ confirmation: 'awaiting' });
    else expect(isAnswer).toThrow(error);
    expect(seen).toContain(`${failure.http_status} \`${failure.code}\``);
  });

  it.each(rowsOf(onRenewal))('%i, where a token is asked for, is what the code does', (errcode, [, renewal = '', seen = '']) => {
    const { failure } = describeFailure(refused(errcode, true));
    expect(atOnce(renewal)).toBe(failure.blocked);
    expect(seen).toContain(`${failure.http_status} \`${failure.code}\``);
  });
});
