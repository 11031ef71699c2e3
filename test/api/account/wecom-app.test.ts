import { expect, it } from 'vitest';
import { useCallbackAddress } from './callback-address.ts';
import { agreed } from './deployed.ts';
import { useWecomStage } from './wecom-stage.ts';

const stage = useWecomStage();
const { account, accounts, addApp, control, openCorp, secrets, content } = stage;
const callbacks = useCallbackAddress(stage.callback);
const credential = 'waybill/test/credentials/wecom-main';
const main = ['--account-id', 'wecom-main'];
const check = () => account('check', ...main);
const fetches = () => control().calls().counts['/cgi-bin/gettoken'] ?? 0;
const listPath = '/cgi-bin/externalcontact/get_groupmsg_list_v2';

it('adds an app with the Secret from standard input, has the service fetch a token, and says what that does not prove', async () => {
  const { corpid, secret } = openCorp();
  const { status, stdout, stderr } = await stage.addAppByProcess('wecom-main', corpid, secret);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(
    new RegExp(`^Added wecom-main \\(${corpid}\\) to stage test\\.\nEnter in WeCom, which refuses to list group messages otherwise:\n`),
  );
  expect(stdout).toContain('\n  Trusted IPs (企业可信IP): those that the service calls from. The stage has no fixed address');
  expect(stdout).toContain('work.weixin.qq.com → App management (应用管理) → the app → Trusted IPs (企业可信IP)\n');
  expect(stdout).toContain('a trusted domain: npm run account -- push --stage test --account-id wecom-main\n');
  expect(stdout).toContain('可调用接口的应用');
  expect(stdout).toMatch(/\nWeCom gave the service a token for wecom-main; it is valid until .*\.\n$/);
  expect(content(credential)).toEqual({ kind: 'wecom_app', corpid, secret });
  expect(await accounts().get('wecom-main')).toMatchObject({ kind: 'wecom_app', upstream_id: corpid, token: expect.any(Object) });
});

it('names the fixed addresses of the stage to be trusted', async () => {
  stage.deployed({
    'waybill-test-service': { ...stage.service, EgressKind: 'fixed-ip' },
    'waybill-test-network': { EgressAddress1: '203.0.113.1', EgressAddress2: '203.0.113.2' },
  });
  const { corpid, secret } = openCorp();
  expect((await addApp('wecom-main', corpid, secret)).stdout).toContain('\n  Trusted IPs (企业可信IP): 203.0.113.1, 203.0.113.2\n');
});

it('keeps which app it is, if that is told', async () => {
  const { corpid, secret } = openCorp();
  const args = ['add', '--stage', 'test', ...main, '--kind', 'wecom_app', '--corpid', corpid, '--agentid', '1000002'];
  expect(await stage.run(args, { stdin: secret })).toMatchObject({ status: 0 });
  expect(content(credential)).toEqual({ kind: 'wecom_app', corpid, agentid: '1000002', secret });
});

it('adds two apps of one corp without a remark, and they never share a token', async () => {
  const { corpid, secret, otherSecret } = openCorp();
  expect(await addApp('wecom-main', corpid, secret)).toMatchObject({ status: 0, stderr: '' });
  expect(await addApp('wecom-other', corpid, otherSecret)).toMatchObject({ status: 0, stderr: '' });
  const tokens = ['wecom-main', 'wecom-other'].map((id) => content(`waybill/test/tokens/${id}`));
  expect(tokens[0]).toEqual({ access_token: expect.any(String) });
  expect(tokens[1]).toEqual({ access_token: expect.any(String) });
  expect(tokens[0]).not.toEqual(tokens[1]);
});

it('does not give an id to another corp, or to an account of another kind', async () => {
  const { corpid, secret } = openCorp();
  await addApp('wecom-main', corpid, secret);
  const taken = `wecom-main is the account with corpid ${corpid} (wecom_app) already. Choose another id, or remove that account first.\n`;
  expect(await addApp('wecom-main', openCorp().corpid, 'another')).toEqual({ status: 1, stdout: '', stderr: taken });
  const external = ['--kind', 'wecom_external_token', '--corpid', corpid];
  expect(await account('add', ...main, ...external)).toEqual({ status: 1, stdout: '', stderr: taken });
  expect(content(credential)).toMatchObject({ corpid, secret });
});

it.each([
  ['', 'There was no Secret'],
  ['two words\n', 'A Secret has no spaces: nothing was stored.'],
  ['two\nlines\n', 'Standard input has more lines than the Secret: nothing was stored.'],
])('%j on standard input is no Secret, and nothing is written', async (stdin, line) => {
  const { status, stdout, stderr } = await addApp('wecom-main', openCorp().corpid, '', { stdin });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(line);
  expect([...secrets]).toEqual([]);
  expect(await accounts().all()).toEqual([]);
});

it('explains a wrong Secret, what repeating it leads to, and the right one is tried at once although the service pauses', async () => {
  const { corpid, secret } = openCorp();
  const { status, stderr } = await addApp('wecom-main', corpid, 'wrong-secret');
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^No token for wecom-main: the Secret is wrong, or the app is stopped \(40001\)\.\n {2}Where: work\.weixin\.qq\.com/,
  );
  expect(stderr).toContain('permanent code');
  expect(stderr).toContain(`Then: npm run account -- add --stage test --account-id wecom-main --kind wecom_app --corpid ${corpid}\n`);
  expect(stderr).toContain('Do not try wrong ones often');
  expect(stderr).not.toContain('AWSPREVIOUS');
  expect(await accounts().get('wecom-main')).toMatchObject({ token_failure: { errcode: 40001 } });
  expect(await addApp('wecom-main', corpid, secret)).toMatchObject({ status: 0, stderr: '' });
});

it('names the way back from a wrong Secret to the one that it replaced, whose token goes on to its very end', async () => {
  const { corpid, secret } = openCorp();
  await addApp('wecom-main', corpid, secret);
  const before = secrets.get(credential)?.current;
  const { status, stdout, stderr } = await addApp('wecom-main', corpid, 'wrong-secret');
  expect({ status, stdout }).toEqual({ status: 1, stdout: 'wecom-main was there already; its Secret is replaced.\n' });
  expect(stderr).toContain('The Secret that was there before is kept (AWSPREVIOUS in Secrets Manager).');
  expect(stderr).toContain(`--move-to-version-id ${before} `);
  expect(stderr).toMatch(/The token that the service has is valid until .*: until then it goes on\.\n$/);
});

it('takes a token for one that serves to its very end, since WeCom has no other before', async () => {
  const { corpid, secret } = openCorp();
  await addApp('wecom-main', corpid, secret);
  const given = { now: () => new Date(Date.now() + 7170_000) };
  expect((await stage.run(['list', '--stage', 'test'], given)).stdout).toContain('  until ');
  control().orderFault({ path: '/cgi-bin/gettoken', times: 1, fault: { kind: 'errcode', errcode: 40001 } });
  expect((await stage.run(['check', '--stage', 'test', ...main], given)).stderr).toContain('until then it goes on');
});

it('says that the address is banned after too many wrong Secrets, and where to look for them', async () => {
  const { corpid, secret } = openCorp();
  control().orderFault({ path: '/cgi-bin/gettoken', times: null, fault: { kind: 'errcode', errcode: 45009 } });
  const { status, stderr } = await addApp('wecom-main', corpid, secret);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^No token for wecom-main: WeCom gives no tokens to the address .*, for an hour: .* \(45009\)\.\n/);
  expect(stderr).toContain('npm run account -- list --stage test\n');
});

it('explains a refused address by naming those to enter and where', async () => {
  const { corpid, secret } = openCorp();
  const errmsg = 'not allow to access from your ip, hint: [1772438400000000001], from ip: 198.51.100.7, more info at ...';
  control().orderFault({ path: '/cgi-bin/gettoken', times: null, fault: { kind: 'errcode', errcode: 60020, errmsg } });
  const { stderr } = await addApp('wecom-main', corpid, secret);
  expect(stderr).toMatch(/^No token for wecom-main: WeCom refuses the address that the service calls from, .* \(60020\)\.\n/);
  expect(stderr).toContain(
    '  Address to enter: 198.51.100.7\n  The stage has no fixed address: WeCom will see another one some day.\n  Where: work.weixin.qq.com',
  );
  const network = { EgressAddress1: '198.51.100.7', EgressAddress2: '198.51.100.8' };
  stage.deployed({ 'waybill-test-service': { ...stage.service, EgressKind: 'fixed-ip' }, 'waybill-test-network': network });
  expect((await check()).stderr).toContain('  Addresses to enter: 198.51.100.7, 198.51.100.8\n  Where:');
  stage.deployed({ 'waybill-test-service': { ...stage.service, EgressKind: 'fixed-ip', EgressAddress1: '203.0.113.1' } });
  expect((await check()).stderr).toContain('But WeCom saw 198.51.100.7, which is none of them');
  control().clearFaults();
  expect(await check()).toMatchObject({ status: 0, stderr: '' });
});

it('explains that WeCom is not reached', async () => {
  const { corpid, secret } = openCorp();
  control().orderFault({ path: '/cgi-bin/gettoken', times: null, fault: { kind: 'cut', after_effect: false } });
  expect((await addApp('wecom-main', corpid, secret)).stderr).toMatch(/^No token for wecom-main: the service does not reach WeCom \(.*\n/);
});

it('says of a token that only the lists show to be useless what the last sync met, and where to mend it', async () => {
  const { corpid, secret } = openCorp();
  await addApp('wecom-main', corpid, secret);
  stage.deployed({
    'waybill-test-service': { ...stage.service, EgressKind: 'fixed-ip' },
    'waybill-test-network': { EgressAddress1: '203.0.113.1' },
  });
  await stage.meet('wecom-main', 60020);
  const untrusted = await check();
  expect(untrusted.status).toBe(1);
  expect(untrusted.stdout).toContain('WeCom gave the service again the token');
  expect(untrusted.stderr).toMatch(
    /^wecom-main has a token, but WeCom refuses the address that the service calls from, .* \(60020, since 2026-03-02T08:00:00Z\)\.\n {2}Address to enter: 203\.0\.113\.1\n {2}Where: /,
  );
  await accounts().clearAttention('wecom-main', 'sync');
  await stage.meet('wecom-main', 48002);
  expect((await check()).stderr).toMatch(
    /^wecom-main has a token, but WeCom does not let it list group messages \(48002, .*\n {2}The app has to be among .*可调用接口的应用/,
  );
  await accounts().clearAttention('wecom-main', 'sync');
  await stage.meet('wecom-main', 301007, 'Clear it up with WeCom.');
  expect((await check()).stderr).toMatch(/but its group messages are not synced \(301007, .*\n {2}Clear it up with WeCom\.\n/);
  await accounts().clearAttention('wecom-main', 'sync');
  expect(await check()).toMatchObject({ status: 0, stderr: '' });
});

it('says that WeCom refuses the very token that it hands out, until it hands out another', async () => {
  const { corpid, secret } = openCorp();
  await addApp('wecom-main', corpid, secret);
  const { token } = await accounts().get('wecom-main');
  // As an operation does that was answered 42001.
  await stage.refresh({ account_id: 'wecom-main', refused_version: token?.version });
  const { status, stderr } = await check();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^No token for wecom-main: WeCom refuses the token that it gave, and gives no other before that one ends/);
  expect(stderr).not.toContain('until then it goes on');
  control().revokeWecomTokens(corpid);
  expect(await check()).toMatchObject({ status: 0, stderr: '' });
});

it('stores Token and key, which WeCom wants before it takes trusted IPs, and answers it at the address that it names', async () => {
  stage.deployed({ 'waybill-test-service': { ...stage.service, ApiUrl: callbacks.url() } });
  const { corpid, secret } = openCorp();
  await addApp('wecom-main', corpid, secret);
  const push = (stdin: string) => stage.run(['push', '--stage', 'test', ...main], { stdin });
  expect(await push(agreed.token)).toMatchObject({ status: 1, stderr: expect.stringContaining('always encrypted') });
  const { status, stdout } = await push(`${agreed.token}\n${agreed.encoding_aes_key}\n`);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Stored what pushes to wecom-main are signed and encrypted with\.\nEnter in WeCom:\n/);
  expect(stdout).toContain('设置API接收');
  const url = /^ {2}URL: (.*)$/m.exec(stdout)?.[1] ?? '';
  expect(url).toBe(`${callbacks.url()}/callbacks/wecom-main`);
  // The console asks in the same way as for a suite, with the corpid inside.
  control().putSuite({ suite_id: corpid, suite_secret: 'any', push: { url, ...agreed } });
  expect(await control().verifySuiteUrl(corpid)).toMatchObject({ verified: true });
});

it('asks WeCom once for each check, and lists nothing', async () => {
  const { corpid, secret } = openCorp();
  await addApp('wecom-main', corpid, secret);
  const before = fetches();
  await check();
  expect(fetches()).toBe(before + 1);
  expect(control().calls().counts[listPath]).toBeUndefined();
});

it('removes an app, says that its messages are not synced any more, and leaves nothing that another app of the corp could inherit', async () => {
  const { corpid, secret, otherSecret } = openCorp();
  await addApp('wecom-main', corpid, secret);
  const first = content('waybill/test/tokens/wecom-main');
  const { status, stderr } = await stage.run(['remove', '--stage', 'test', ...main], { stdin: 'wecom-main\n' });
  expect(status).toBe(0);
  expect(stderr).toContain('The group messages of wecom-main are not synced any more until the account is added again.\n');
  expect(stderr).not.toContain('still on the way');
  expect(await accounts().all()).toEqual([]);
  expect(await addApp('wecom-main', corpid, otherSecret)).toMatchObject({ status: 0 });
  expect(content('waybill/test/tokens/wecom-main')).not.toEqual(first);
});
