import { expect, it } from 'vitest';
import { explainFailure } from '../../../infra/account/explain-failure.ts';
import type { AccountKind } from '../../../shared/domain/account.ts';
import { describeFailure } from '../../../shared/tokens/failure.ts';
import { lookUp } from '../../../shared/wechat/error-lookup.ts';
import { WechatError } from '../../../shared/wechat/wechat-error.ts';
import { wecomErrors } from '../../../shared/wechat/wecom-errors.ts';

const explain = (kind: AccountKind, errcode: number, platform?: string) => {
  const answer = { platform: 'wecom', operation: 'gettoken', errcode, errmsg: 'errmsg', upstream: {} } as const;
  const { failure } = describeFailure(new WechatError(answer, lookUp(wecomErrors, errcode, { tokenEndpoint: true })));
  const stage = { name: 'prod', region: 'eu-west-1', egressAddresses: [], leavesByOwnVpc: false, apiUrl: undefined, kmsKey: undefined };
  const account = { account_id: 'wecom-main', kind, upstream_id: 'ww0123456789abcdef', ...(platform && { platform }) };
  return explainFailure(failure, { stage, asked: 'wecom-main', account });
};
const checkAgain = 'Then: npm run account -- check --stage prod --account-id wecom-main';
const addApp = 'add --stage prod --account-id wecom-main --kind wecom_app --corpid ww0123456789abcdef';
const removeFirst = 'remove --stage prod --account-id wecom-main, then add it';

it.each([
  ['wecom_app', 40001, 'the Secret is wrong, or the app is stopped', addApp],
  ['wecom_app', 40091, 'the Secret belongs to another corp than ww0123456789abcdef', addApp],
  ['wecom_app', 45031, 'WeCom takes the Secret for unsafe', addApp],
  ['wecom_app', 40013, 'WeCom knows no corp ww0123456789abcdef', removeFirst],
  ['wecom_app', 2000002, 'WeCom knows no corp ww0123456789abcdef', '我的企业'],
  ['wecom_app', 45009, 'for an hour', 'Wait until the hour is over'],
  ['wecom_app', 60020, 'WeCom refuses the address', '企业可信IP'],
  ['wecom_app', 42001, 'WeCom refuses the token that it gave', checkAgain],
  ['wecom_app', 50003, 'the app is disabled (50003)', '应用管理'],
  ['wecom_app', 301007, 'dissolved or banned', checkAgain],
  ['wecom_app', 99999, 'not documented', checkAgain],
  ['wecom_suite', 40080, 'the suite_secret is wrong', '--kind wecom_suite --suite-id ww0123456789abcdef'],
  ['wecom_suite', 40083, 'WeCom knows no such suite as ww0123456789abcdef', removeFirst],
  ['wecom_suite', 40085, 'is not valid any more', 'wait ten minutes'],
  ['wecom_suite', 60020, 'WeCom refuses the address', 'IP白名单'],
  ['wecom_suite_app', 40084, 'WeCom does not take the permanent code', '--corpid ww0123456789abcdef --suite suite-main'],
  ['wecom_suite_app', 48004, 'the corp has withdrawn the authorization of suite-main', 'install the app again'],
  ['wecom_suite_app', 40013, 'WeCom knows no corp', 'auth_corp_info'],
  ['wecom_suite_app', 42009, 'WeCom refuses the token that it gave', checkAgain],
] as const)('%s, %i: says what it is and what to do', (kind, errcode, what, todo) => {
  const [first = '', ...others] = explain(kind, errcode, kind === 'wecom_suite_app' ? 'suite-main' : undefined).split('\n');
  expect(first).toMatch(/^No token for wecom-main: /);
  expect(first).toContain(what);
  expect(first).toContain(String(errcode));
  expect(others.join('\n')).toContain(todo);
});

it.each([
  [40125, 'invalid open_userid'],
  [40164, 'not documented'],
  [89503, 'not documented'],
])("%i is not what the Official Account's number means", (errcode, what) => {
  const explained = explain('wecom_app', errcode);
  expect(explained).toContain(what);
  expect(explained).not.toMatch(/AppSecret|AppID|mp\.weixin|Official Account/);
});

it('names nothing of the Official Account for any kind of WeCom and any number that a token can meet', () => {
  for (const kind of ['wecom_app', 'wecom_suite', 'wecom_suite_app'] as const)
    for (const errcode of [-1, 40001, 40013, 40014, 40080, 40082, 40083, 40084, 40085, 40091, 42001, 42009, 45009, 45031, 48002, 60020])
      expect(explain(kind, errcode, 'suite-main')).not.toMatch(/AppSecret|AppID|mp\.weixin|Official Account|--appid/);
});
