import { expect, it } from 'vitest';
import { explainFailure } from '../../../infra/account/explain-failure.ts';
import { describeFailure } from '../../../shared/tokens/failure.ts';
import { lookUp } from '../../../shared/wechat/error-lookup.ts';
import { officialAccountErrors } from '../../../shared/wechat/official-account-errors.ts';
import { WechatError } from '../../../shared/wechat/wechat-error.ts';

const explain = (errcode: number, errmsg = 'errmsg') => {
  const answer = { platform: 'official_account', operation: 'stable_token', errcode, errmsg, upstream: {} } as const;
  const { failure } = describeFailure(new WechatError(answer, lookUp(officialAccountErrors, errcode, { tokenEndpoint: true })));
  const stage = { name: 'prod', region: 'eu-west-1', egressAddresses: [], leavesByOwnVpc: false, apiUrl: undefined, kmsKey: undefined };
  const account = { account_id: 'oa-main', kind: 'official_account', upstream_id: 'wx0123456789abcdef' } as const;
  return explainFailure(failure, { stage, asked: 'oa-main', account });
};
const checkAgain = 'Then: npm run account -- check --stage prod --account-id oa-main';

it.each([
  [40001, 'the AppSecret is wrong', 'add --stage prod --account-id oa-main --appid wx0123456789abcdef'],
  [40125, 'the AppSecret is wrong', 'add --stage prod --account-id oa-main --appid wx0123456789abcdef'],
  [40243, 'the AppSecret is frozen', 'Unfreeze it there'],
  [40013, 'WeChat knows no account with AppID wx0123456789abcdef', 'remove --stage prod --account-id oa-main'],
  [89503, 'an administrator of the Official Account has to confirm', checkAgain],
  [89506, 'WeChat blocks it for 24 hours', checkAgain],
  [89507, 'WeChat blocks it for an hour', checkAgain],
  [50004, 'WeChat does not let this account fetch tokens', checkAgain],
  [50007, 'the Official Account is frozen', checkAgain],
  [45009, 'the daily quota of this API is used up', 'clear the quota in the console'],
  [99999, 'not documented', 'look up the rid'],
])('%i: says what it is and what to do', (errcode, what, todo) => {
  const [first = '', ...others] = explain(errcode).split('\n');
  expect(first).toMatch(/^No token for oa-main: /);
  expect(first).toContain(what);
  expect(first).toContain(String(errcode));
  expect(others.join('\n')).toContain(todo);
});

it.each([
  ['invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1-2-3', '203.0.113.7'],
  ['invalid ip 203.0.113.7, not in whitelist hint: [x]', '203.0.113.7'],
  ['invalid ip 2001:db8::7, not in whitelist', '2001:db8::7'],
])('takes the address from what WeChat says: %s', (errmsg, address) => {
  expect(explain(40164, errmsg)).toContain(`\n  Address to enter: ${address}\n`);
});

it('hands on what WeChat says when it names no address', () => {
  expect(explain(40164, 'not in whitelist')).toContain('WeChat did not name the address: not in whitelist');
});
