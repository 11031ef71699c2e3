import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { useCallbackAddress } from './callback-address.ts';
import { agreed, useDeployedStage } from './deployed.ts';

const stage = useDeployedStage();
const { account, accounts, addPlatform, addAuthorized, openPlatform, openUpstream, giveTicket, secrets, content } = stage;
const callbacks = useCallbackAddress(stage.callback);
const control = () => stage.simulator().control;
const credential = 'waybill/test/credentials/op-main';
const push = 'waybill/test/push/op-main';
const main = ['--account-id', 'op-main'];
const componentCalls = () => control().calls().counts['/cgi-bin/component/api_component_token'] ?? 0;
const consolePage = 'Where: open.weixin.qq.com → Management center (管理中心) → Third-party platform (第三方平台)';

it('adds a platform, says what to enter where, and waits for no ticket: WeChat pushes it to that very address', async () => {
  stage.deployed({ 'waybill-test-service': { ...stage.service, ApiUrl: callbacks.url() } });
  const platform = openPlatform();
  const asked = componentCalls();
  const { status, stdout, stderr } = await addPlatform('op-main', platform);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Added op-main \\(${platform.component_appid}\\) to stage test\\.\nEnter in WeChat:\n`));
  expect(stdout).toContain(`\n  Messages and events (消息与事件接收配置): ${callbacks.url()}/callbacks/op-main/$APPID$\n`);
  expect(stdout).toContain(consolePage);
  expect(stdout).toContain(
    'Its first ticket comes within ten minutes of that, and then the service fetches a token. Then: npm run account -- check --stage test --account-id op-main\n',
  );
  expect(content(credential)).toEqual({
    kind: 'third_party_platform',
    appid: platform.component_appid,
    secret: platform.component_appsecret,
  });
  expect(content(push)).toEqual(agreed);
  expect(await accounts().get('op-main')).toMatchObject({ kind: 'third_party_platform', upstream_id: platform.component_appid });
  expect(componentCalls()).toBe(asked);

  const url = /^ {2}Authorization events \(授权事件接收配置\): (.*)$/m.exec(stdout)?.[1] ?? '';
  control().putPlatform({ ...platform, push: { url, ...agreed } });
  expect((await control().pushTicket(platform.component_appid))?.attempts).toMatchObject([{ status: 200 }]);
  const checked = await account('check', ...main);
  expect(checked).toMatchObject({ status: 0, stderr: '' });
  expect(checked.stdout).toMatch(
    /^WeChat gave the service a token for op-main; it is valid until .*\.\nThe ticket that is kept arrived at .*Z\.\n$/,
  );
});

it('names the fixed addresses of the stage for the allow-list of the platform', async () => {
  stage.deployed({
    'waybill-test-service': { ...stage.service, EgressKind: 'fixed-ip' },
    'waybill-test-network': { EgressAddress1: '203.0.113.1', EgressAddress2: '203.0.113.2' },
  });
  expect((await addPlatform('op-main', openPlatform())).stdout).toContain(
    '\n  IP allow-list (白名单IP地址列表): 203.0.113.1, 203.0.113.2\n',
  );
});

it.each([
  ['no Token', ['0123abcd'], 'There was no Token: it is 3 to 32 letters and digits. Nothing was stored.'],
  ['a Token that is none', ['0123abcd', 'a b', agreed.encoding_aes_key], 'That is no Token: it is 3 to 32 letters and digits.'],
  ['no key', ['0123abcd', agreed.token], 'Pushes to an account of this kind are always encrypted: the EncodingAESKey is needed.'],
  [
    'a key that is none',
    ['0123abcd', agreed.token, `${agreed.encoding_aes_key}=`],
    'That is no EncodingAESKey: it is 43 letters and digits.',
  ],
  [
    'more than that',
    ['0123abcd', agreed.token, agreed.encoding_aes_key, 'more'],
    'Standard input has more lines than AppSecret, Token and EncodingAESKey',
  ],
])('with %s it stores nothing', async (_, lines, reason) => {
  const { status, stdout, stderr } = await addPlatform('op-main', openPlatform(), { stdin: lines.join('\n') });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(reason);
  expect([...secrets]).toEqual([]);
  expect(await accounts().all()).toEqual([]);
});

it('replaces the AppSecret and, with an empty Token, leaves what pushes are signed with; with another one it says what follows', async () => {
  const platform = openPlatform();
  await addPlatform('op-main', platform);
  await giveTicket('op-main');
  const before = secrets.get(push)?.current;
  const wrong = await addPlatform('op-main', platform, { stdin: `${'f'.repeat(32)}\n\n` });
  expect(wrong).toMatchObject({ status: 1, stdout: 'op-main was there already; its AppSecret is replaced.\n' });
  expect(wrong.stderr).toMatch(/^No token for op-main: the AppSecret is wrong \(40125\)\.\n/);
  expect(wrong.stderr).toContain(`  ${consolePage}`);
  expect(wrong.stderr).toContain(
    `Then: npm run account -- add --stage test --account-id op-main --kind third_party_platform --appid ${platform.component_appid}\n`,
  );
  expect(secrets.get(push)?.current).toBe(before);

  const right = await addPlatform('op-main', platform);
  expect(right).toMatchObject({ status: 0, stderr: '' });
  expect(right.stdout).toContain('Change it in WeChat at the same time: the service notices within 5 minutes');
  expect(secrets.get(push)?.current).not.toBe(before);
});

it('explains that no ticket has come, and that none could be understood while Token and key are not stored', async () => {
  await addPlatform('op-main', openPlatform());
  const { status, stdout, stderr } = await stage.process.account('check', ...main);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^No token for op-main: WeChat has pushed no ticket to it yet \(component_verify_ticket\)\.\n/);
  expect(stderr).toContain('\n  Authorization events (授权事件接收配置) have to go to https://api.example.com/callbacks/op-main\n');
  expect(stderr).not.toContain('are not stored');
  await account('push', ...main, '--remove');
  expect((await account('check', ...main)).stderr).toContain(
    'Token and EncodingAESKey of its pushes are not stored, without which none is understood: npm run account -- push --stage test --account-id op-main\n',
  );
});

it.each([
  [61005, 'has expired (61005)'],
  [61006, 'is not valid (61006)'],
])('explains %i, and that waiting is enough where tickets arrive', async (errcode, what) => {
  await addPlatform('op-main', openPlatform());
  await giveTicket('op-main');
  control().orderFault({ path: '/cgi-bin/component/api_component_token', times: null, fault: { kind: 'errcode', errcode } });
  const { status, stderr } = await account('check', ...main);
  expect(status).toBe(1);
  expect(stderr).toContain(`the ticket that it was last asked for with ${what}; the one that is kept arrived at `);
  expect(stderr).toContain('wait ten minutes');
  expect(stderr).toContain('https://api.example.com/callbacks/op-main');
  control().clearFaults();
  expect(await account('check', ...main)).toMatchObject({ status: 0, stderr: '' });
});

it("explains 61004 with the addresses and the platform's own list, and a mended list is noticed at once", async () => {
  const platform = openPlatform({ ip_allow_list: ['203.0.113.7'] });
  await addPlatform('op-main', platform);
  await giveTicket('op-main');
  const { status, stderr } = await account('check', ...main);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^No token for op-main: .*third-party platform's allow-list \(61004\)\.\n {2}Address to enter: 127\.0\.0\.1\n/);
  expect(stderr).toMatch(/open\.weixin\.qq\.com .* → IP allow-list \(白名单IP地址列表\)\n/);
  control().putPlatform(platform);
  expect(await account('check', ...main)).toMatchObject({ status: 0 });
});

it('explains that WeChat knows no such platform', async () => {
  await addPlatform('op-main', { component_appid: 'wx00000000000000ff', component_appsecret: 'f'.repeat(32) });
  await giveKnownTicket();
  const { stderr } = await account('check', ...main);
  expect(stderr).toMatch(/^No token for op-main: WeChat knows no third-party platform with AppID wx00000000000000ff \(61011\)\.\n/);
  expect(stderr).toContain('npm run account -- remove --stage test --account-id op-main, then add it with the right one.');
});
/** Of another platform: WeChat gives none to one that it does not know. */
const giveKnownTicket = async () => {
  await addPlatform('op-other', openPlatform());
  await giveTicket('op-other');
  const ticket = secrets.get('waybill/test/tickets/op-other');
  if (ticket) secrets.set('waybill/test/tickets/op-main', ticket);
};

it('says that tickets do not arrive any more although there still is a token', async () => {
  await addPlatform('op-main', openPlatform());
  await giveTicket('op-main');
  const later = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);
  expect(await stage.run(['check', '--stage', 'test', ...main], { now: later(115) })).toMatchObject({ status: 0 });
  const { status, stdout, stderr } = await stage.run(['check', '--stage', 'test', ...main], { now: later(125) });
  expect(status).toBe(1);
  expect(stdout).toContain('WeChat gave the service a token for op-main');
  expect(stderr).toMatch(
    /^WeChat's pushes to op-main do not arrive any more: the last ticket that was kept came at .*, and serves for 12 h\.\n/,
  );
  expect(stderr).toContain('https://api.example.com/callbacks/op-main');
});

it('names the accounts that authorized the platform and need attention', async () => {
  await addPlatform('op-main', openPlatform());
  await giveTicket('op-main');
  await addAuthorized('oa-lost', openUpstream().appid, 'op-main');
  const { status, stdout } = await account('check', ...main);
  expect(status).toBe(0);
  expect(stdout).toContain('Accounts that authorized it and need attention: oa-lost. To see why, check them.\n');
});

it.each([
  ['a region of China', { AWS_REGION: 'cn-north-1' }, {}, true],
  ['one of China that is declared to take them', { AWS_REGION: 'cn-north-1' }, { test: { like: 'dev', callbacks: true } } as const, false],
  ['a stage that is declared to take none', {}, { test: { like: 'dev', callbacks: false } } as const, true],
  ['any other', {}, { test: { like: 'dev' } } as const, false],
])('says before addresses are entered whether WeChat can push to them: %s', async (_, env, stages, remarks) => {
  const { stderr } = await addPlatform('op-main', openPlatform(), { env, stages });
  expect(stderr.includes('Note: stage test takes no pushes before it is deployed with callbacks: true')).toBe(remarks);
});

it('lists platforms with the age of their tickets, and accounts with their platforms, for people and for machines', async () => {
  const platform = openPlatform();
  await addPlatform('op-main', platform);
  await addPlatform('op-new', openPlatform());
  await giveTicket('op-main');
  const { appid } = openUpstream();
  await control().authorize({ component_appid: platform.component_appid, appid });
  await addAuthorized('oa-shop', appid, 'op-main');
  const now = () => new Date(Date.now() + 35 * 60_000);
  const { stdout } = await stage.run(['list', '--stage', 'test'], { now });
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).slice(0, 5));
  expect(rows).toEqual([
    ['ACCOUNT', 'KIND', 'APPID', 'PLATFORM', 'TICKET'],
    ['oa-shop', 'authorized_official_account', appid, 'op-main', '-'],
    ['op-main', 'third_party_platform', platform.component_appid, '-', expect.stringMatching(/^3[56] min ago$/)],
    ['op-new', 'third_party_platform', expect.any(String), '-', 'none yet'],
  ]);
  expect(JSON.parse((await account('list', '--json')).stdout)).toMatchObject([
    { account_id: 'oa-shop', platform: 'op-main', authorization: { func_ids: [1, 7, 11] } },
    { account_id: 'op-main', ticket: { received_at: expect.any(String) } },
    { account_id: 'op-new' },
  ]);
});

it.each([
  [119, '119 min ago'],
  [121, '2 h ago'],
  [47 * 60 + 59, '47 h ago'],
  [3 * 24 * 60 + 1, '3 days ago'],
])('shows a ticket of %i minutes as %s', async (minutes, shown) => {
  await addPlatform('op-main', openPlatform());
  const received_at = new Date(Date.now() - minutes * 60_000 - 1000).toISOString();
  const update = { UpdateExpression: 'SET ticket = :ticket', ExpressionAttributeValues: { ':ticket': { received_at } } };
  await stage.client().send(new UpdateCommand({ TableName: 'accounts', Key: { account_id: 'op-main' }, ...update }));
  expect((await account('list')).stdout).toContain(`  ${shown}  `);
});
