import { expect, it } from 'vitest';
import { useDeployedStage } from './deployed.ts';

const stage = useDeployedStage();
const { account, add, accounts, openUpstream, secrets, fetches, content } = stage;
const simulator = () => stage.simulator().control;
const credential = 'waybill/test/credentials/oa-main';
const token = 'waybill/test/tokens/oa-main';
const readCredential = () => content(credential);
const main = ['--account-id', 'oa-main'];
const isoMinute = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/;

it('a stage without accounts says so, and how to add one', async () => {
  const { status, stdout } = await stage.process.account('list');
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: 'Stage test has no accounts. To add one: npm run account -- add --stage test --account-id oa-main --appid APPID\n',
  });
  expect((await account('list', '--json')).stdout).toBe('[]\n');
});

it('adds an account with the secret from standard input, and has the service fetch a token', async () => {
  const { appid, secret } = openUpstream();
  const { status, stdout, stderr } = await stage.process.add('oa-main', appid, secret);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(
    new RegExp(
      `^Added oa-main \\(${appid}\\) to stage test\\.\nWeChat gave the service a token for oa-main; it is valid until ${isoMinute.source}\\.\nHow many a message reached, and why one failed, WeChat tells by pushes alone\\. To have them: npm run account -- push --stage test --account-id oa-main\n$`,
    ),
  );
  expect(readCredential()).toEqual({ kind: 'official_account', appid, secret });
  expect(await accounts().get('oa-main')).toMatchObject({
    upstream_id: appid,
    kind: 'official_account',
    token: { version: secrets.get(token)?.current },
  });
});

it('added again, an account keeps its row and gets the new secret, which is tried although there is a token', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  const before = await accounts().get('oa-main');
  openUpstream({ appid, secret: 'fedcba9876543210fedcba9876543210' });
  const asked = fetches();
  const { status, stdout } = await stage.process.add('oa-main', appid, 'fedcba9876543210fedcba9876543210');
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^oa-main was there already; its AppSecret is replaced\.\nWeChat gave the service again the token that the service has had since/,
  );
  expect(fetches()).toBe(asked + 1);
  expect(readCredential()).toMatchObject({ secret: 'fedcba9876543210fedcba9876543210' });
  const after = await accounts().get('oa-main');
  expect(after).toEqual({ ...before, token: { ...before.token, expires_at: expect.any(String) } });
});

it('does not give an id to another account of WeChat', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  const { status, stderr } = await add('oa-main', openUpstream().appid, 'another');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `oa-main is the account with AppID ${appid} (official_account) already. Choose another id, or remove that account first.\n`,
  });
  expect(readCredential()).toMatchObject({ appid, secret });
});

it.each([
  ['', 'There was no AppSecret'],
  ['\n', 'There was no AppSecret'],
  ['two words\n', 'An AppSecret has no spaces: nothing was stored.'],
  ['two\nlines\n', 'Standard input has more lines than the AppSecret: nothing was stored.'],
])('%j on standard input is no secret, and nothing is written', async (stdin, line) => {
  const args = ['add', '--stage', 'test', ...main, '--appid', 'wx0123456789abcdef'];
  const { status, stdout, stderr } = await stage.run(args, { stdin });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(line);
  expect([...secrets]).toEqual([]);
  expect(await accounts().all()).toEqual([]);
});

it('remarks that the stage has the AppID under another id already, and goes on', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  const { status, stderr } = await add('oa-again', appid, secret);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: `Note: this stage has AppID ${appid} already, as oa-main. WeChat pushes what is about it to one address alone.\n`,
  });
  expect(await add('oa-again', appid, secret)).toMatchObject({ status: 0, stderr: '' });
});

it('remarks on what does not look like WeChat made it, without showing it, and goes on', async () => {
  openUpstream({ appid: 'wx-simulated', secret: 'short-secret' });
  const { status, stderr } = await add('oa-main', 'wx-simulated', 'short-secret');
  expect(status).toBe(0);
  expect(stderr).toMatch(/^Note: WeChat's AppIDs are .*\nNote: WeChat's AppSecrets are .*, and this one is not\.\n$/);
});

it('explains a wrong secret, and the right one is tried at once although the service pauses', async () => {
  const { appid, secret } = openUpstream();
  const wrong = await stage.process.add('oa-main', appid, 'ffffffffffffffffffffffffffffffff');
  expect(wrong.status).toBe(1);
  expect(wrong.stdout).toBe(`Added oa-main (${appid}) to stage test.\n`);
  expect(wrong.stderr).toMatch(/^No token for oa-main: the AppSecret is wrong \(40125\)\.\n/);
  expect(wrong.stderr).toContain(`Then: npm run account -- add --stage test --account-id oa-main --appid ${appid}`);
  expect(await accounts().get('oa-main')).toMatchObject({ token_failure: { errcode: 40125 } });
  expect(await add('oa-main', appid, secret)).toMatchObject({ status: 0, stderr: '' });
});

it('explains a frozen secret, says how long the present token lasts, and leaves that token in use', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  const before = await accounts().get('oa-main');
  simulator().freezeSecret(appid);
  const { status, stdout, stderr } = await stage.process.account('check', ...main);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^No token for oa-main: the AppSecret is frozen \(40243\)\.\n/);
  expect(stderr).toMatch(/The token that the service has is valid until .*: until then it goes on\.\n$/);
  expect((await accounts().get('oa-main')).token).toEqual(before.token);
});

it('explains a refused address by naming those to enter and where, and a mended allow-list is noticed at once', async () => {
  const { appid, secret } = openUpstream({ ipAllowList: ['203.0.113.7'] });
  expect((await stage.process.add('oa-main', appid, secret)).stderr).toContain(
    'Address to enter: 127.0.0.1\n  The stage has no fixed address: WeChat will see another one some day.\n  Where: mp.weixin.qq.com',
  );
  const { service } = stage;
  const network = { EgressAddress1: '127.0.0.1', EgressAddress2: '198.51.100.2', EgressAddressNote: 'enter them' };
  stage.deployed({ 'waybill-test-service': { ...service, EgressKind: 'fixed-ip' }, 'waybill-test-network': network });
  expect((await account('check', ...main)).stderr).toContain('Addresses to enter: 127.0.0.1, 198.51.100.2\n  Where:');
  stage.deployed({ 'waybill-test-service': { ...service, EgressKind: 'fixed-ip', EgressAddress1: '198.51.100.2' } });
  expect((await account('check', ...main)).stderr).toContain('But WeChat saw 127.0.0.1, which is none of them');
  // A stage that left its fixed addresses: their stack is still there, and they are not used.
  stage.deployed({ 'waybill-test-service': { ...service, EgressKind: 'none' }, 'waybill-test-network': network });
  expect((await account('check', ...main)).stderr).toContain('The stage has no fixed address');
  stage.deployed({ 'waybill-test-service': { ...service, EgressKind: 'existing-vpc', EgressSubnets: 'subnet-1' } });
  expect((await account('check', ...main)).stderr).toContain('The service leaves by a VPC of yours');
  simulator().setIpAllowList(appid, ['127.0.0.1']);
  expect(await stage.process.account('check', ...main)).toMatchObject({ status: 0, stderr: '' });
});

it('explains credentials that are gone', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  secrets.delete(credential);
  const { status, stderr } = await account('check', ...main);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^No token for oa-main: .*waybill\/test\/credentials\/oa-main.*\n {2}Then: npm run account -- add /);
});

it('explains that WeChat is not reached', async () => {
  const { appid, secret } = openUpstream();
  simulator().orderFault({ path: '/cgi-bin/stable_token', times: null, fault: { kind: 'cut', after_effect: false } });
  const { status, stderr } = await add('oa-main', appid, secret);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^No token for oa-main: the service does not reach WeChat \(.*\n {2}Look at its way out/);
});

it('stores the account, and says that it was not tried, while the service is not deployed', async () => {
  stage.deployed({});
  const { appid, secret } = openUpstream();
  const { status, stdout, stderr } = await add('oa-main', appid, secret);
  expect({ status, stdout }).toEqual({ status: 1, stdout: `Added oa-main (${appid}) to stage test.\n` });
  expect(stderr).toMatch(/^WeChat was not asked: the function that fetches tokens is not deployed\..*\n$/);
  stage.deployed({ 'waybill-test-service': { RefreshTokenFunctionName: 'gone' } });
  expect((await account('check', ...main)).stderr).toBe(stderr);
});

it('a new secret ends the pause also when it cannot be tried from here', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, 'ffffffffffffffffffffffffffffffff');
  expect(await accounts().get('oa-main')).toHaveProperty('token_failure');
  stage.deployed({});
  await add('oa-main', appid, secret);
  expect(await accounts().get('oa-main')).not.toHaveProperty('token_failure');
});

it('says that the function failed, in one line and without what looks like a secret', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  const Payload = JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out\n access_token=abcdef', trace: [] });
  stage.aws.answers({ 'Lambda.Invoke': () => ({ FunctionError: 'Unhandled', Payload }) });
  const { status, stderr } = await account('check', ...main);
  expect(status).toBe(1);
  expect(stderr).toBe(
    'The function that fetches tokens failed (Sandbox.Timedout Task timed out access_token=[redacted]). Check again; if it lasts, look at the log of refresh-token.\n',
  );
});

it('lists accounts with their tokens and what needs attention, for people and for machines', async () => {
  const good = openUpstream();
  const bad = openUpstream({ secretFrozen: true });
  await add('oa-two', bad.appid, bad.secret);
  await add('oa-main', good.appid, good.secret);
  const { status, stdout } = await stage.process.account('list');
  expect(status).toBe(0);
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  expect(rows).toEqual([
    ['ACCOUNT', 'KIND', 'APPID', 'TOKEN', 'NEEDS ATTENTION'],
    ['oa-main', 'official_account', good.appid, expect.stringMatching(/^until /), '-'],
    ['oa-two', 'official_account', bad.appid, 'none yet', expect.stringMatching(/^token: WECHAT_NOT_PERMITTED 40243 since /)],
  ]);
  const json = JSON.parse((await stage.process.account('list', '--json')).stdout);
  expect(json).toMatchObject([
    { account_id: 'oa-main', upstream_id: good.appid, token: { expires_at: expect.any(String) }, attention: {} },
    { account_id: 'oa-two', token_failure: { errcode: 40243 }, attention: { token: { errcode: 40243 } } },
  ]);
});

it('checks no account that is not there, and removes none', async () => {
  const line = 'Stage test has no account oa-main. npm run account -- list --stage test shows those that it has.\n';
  expect(await account('check', ...main)).toEqual({ status: 1, stdout: '', stderr: line });
  expect(await account('remove', ...main, '--yes')).toEqual({ status: 1, stdout: '', stderr: line });
});
