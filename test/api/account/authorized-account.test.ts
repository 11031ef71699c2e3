import { expect, it } from 'vitest';
import { useDeployedStage } from './deployed.ts';

const stage = useDeployedStage();
const { account, add, accounts, addPlatform, addAuthorized, openPlatform, openUpstream, giveTicket, secrets, content } = stage;
const control = () => stage.simulator().control;
const credential = 'waybill/test/credentials/oa-shop';
const shop = ['--account-id', 'oa-shop'];
const check = () => account('check', ...shop);

/** A platform that the service can ask for, and an account that authorized it. */
const open = async ({ ticket = true, funcIds = [1, 7, 11], authorized = true } = {}) => {
  const platform = openPlatform();
  const { component_appid } = platform;
  const { appid } = openUpstream();
  const authorize = (func_ids = funcIds) => control().authorize({ component_appid, appid, func_ids });
  if (authorized) await authorize();
  await addPlatform('op-main', platform);
  if (ticket) await giveTicket('op-main');
  return { platform, component_appid, appid, authorize };
};

it('adds an account that authorized a platform without asking for anything, and says where its pushes go', async () => {
  const { appid } = await open();
  const { status, stdout, stderr } = await addAuthorized('oa-shop', appid, 'op-main');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(
    new RegExp(
      `^Added oa-shop \\(${appid}\\) to stage test\\.\nWeChat gave the service a token for oa-shop; it is valid until .*\\.\nIts pushes come by way of op-main: .* https://api.example.com/callbacks/op-main/\\$APPID\\$\n$`,
    ),
  );
  expect(content(credential)).toEqual({ kind: 'authorized_official_account', appid, platform: 'op-main' });
  expect(await accounts().get('oa-shop')).toMatchObject({ platform: 'op-main', authorization: { func_ids: [1, 7, 11] } });
});

it('writes the platform into the row before anything was asked', async () => {
  const { appid } = await open();
  stage.deployed({});
  await addAuthorized('oa-shop', appid, 'op-main');
  expect(await accounts().get('oa-shop')).toMatchObject({ kind: 'authorized_official_account', platform: 'op-main' });
});

it('takes for a platform only what the stage has as one, and says how to add it', async () => {
  const own = openUpstream();
  await add('oa-own', own.appid, own.secret);
  const missing = await addAuthorized('oa-shop', openUpstream().appid, 'op-none');
  expect(missing).toMatchObject({ status: 1, stdout: '' });
  expect(missing.stderr).toContain('Stage test has no third-party platform op-none.');
  expect(missing.stderr).toContain(
    'npm run account -- add --stage test --account-id op-none --kind third_party_platform --appid ITS_APPID\n',
  );
  const other = await addAuthorized('oa-shop', openUpstream().appid, 'oa-own');
  expect(other).toMatchObject({ status: 1, stderr: 'oa-own is no third-party platform, it is official_account.\n' });
  expect(secrets.has(credential)).toBe(false);
});

it('explains that the account has not authorized the platform, and an authorization is noticed at once', async () => {
  const { appid, authorize } = await open({ authorized: false });
  const { status, stdout, stderr } = await addAuthorized('oa-shop', appid, 'op-main');
  expect({ status, stdout }).toEqual({ status: 1, stdout: `Added oa-shop (${appid}) to stage test.\n` });
  expect(stderr).toMatch(/^No token for oa-shop: the account has not authorized op-main \(61003\)\.\n/);
  expect(stderr).toContain('Have an administrator of the Official Account authorize op-main');
  expect(stderr).toContain('permission set 7, 群发与通知权限');
  expect(stderr).toContain(`--kind authorized_official_account --appid ${appid} --platform THAT_PLATFORM\n`);
  await authorize();
  expect(await check()).toMatchObject({ status: 0, stderr: '' });
});

it('says when the owner withdrew the authorization', async () => {
  const { appid, component_appid } = await open();
  await addAuthorized('oa-shop', appid, 'op-main');
  await control().unauthorize({ component_appid, appid });
  await accounts().changeAuthorization('oa-shop', { changed_at: '2026-03-02T08:00:00.000Z', lapsed: true });
  expect((await check()).stderr).toMatch(
    /^No token for oa-shop: the account's owner has withdrawn the authorization of op-main, at 2026-03-02T08:00:00Z \(61003\)\.\n/,
  );
});

it('says that the permission set for mass messages is lacking although there is a token, and which ones were granted', async () => {
  const { appid, authorize } = await open({ funcIds: [11, 1, 999] });
  const { status, stdout, stderr } = await addAuthorized('oa-shop', appid, 'op-main');
  expect(status).toBe(1);
  expect(stdout).toContain('WeChat gave the service a token for oa-shop');
  expect(stderr).toMatch(
    /^oa-shop has a token, but the authorization of op-main lacks permission set 7, 群发与通知权限 \(mass messages and notifications\)\.\n/,
  );
  expect(stderr).toContain('\n  Granted, when the service last asked: 1 消息管理, 11 素材管理, 999\n');
  expect(stderr).toContain('among those that op-main asks for (权限集');
  await authorize([7]);
  await accounts().changeAuthorization('oa-shop', { changed_at: new Date().toISOString(), lapsed: false });
  expect(await check()).toMatchObject({ status: 0, stderr: '' });
});

it('says that WeChat refuses mass messages where it was not told that the permission is gone', async () => {
  const { appid } = await open();
  await addAuthorized('oa-shop', appid, 'op-main');
  const attention = {
    code: 'WECHAT_NOT_PERMITTED',
    hint: 'h',
    errcode: 61007,
    msg_id: '1',
    since: new Date().toISOString(),
    published: true,
  };
  await accounts().raiseAttention('oa-shop', 'api', attention);
  const { status, stderr } = await check();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^oa-shop has a token, but WeChat refuses mass messages with it \(61007\)/);
  expect(stderr).toContain('Granted, when the service last asked: 1 消息管理, 7 群发与通知, 11 素材管理\n');
});

it.each([
  [61023, 'WeChat does not take the authorization of op-main, not even the newest that it tells of (61023)'],
  [42007, "the account's owner changed the password in WeChat, which ends every authorization (42007)"],
  [61007, 'the authorization of op-main lacks permission set 7, 群发与通知权限 (mass messages and notifications) (61007)'],
])('explains %i', async (errcode, what) => {
  const { appid } = await open();
  control().orderFault({ path: '/cgi-bin/component/api_authorizer_token', times: null, fault: { kind: 'errcode', errcode } });
  const { status, stderr } = await addAuthorized('oa-shop', appid, 'op-main');
  expect(status).toBe(1);
  expect(stderr).toContain(`No token for oa-shop: ${what}.\n`);
  expect(stderr).toContain('authorize op-main, on its authorization page');
});

it('explains what its platform lacks, and a ticket that comes is noticed at once', async () => {
  const { appid } = await open({ ticket: false });
  const { status, stderr } = await addAuthorized('oa-shop', appid, 'op-main');
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^No token for oa-shop: its third-party platform op-main has none: WeChat has pushed no ticket to it yet \(component_verify_ticket\)\.\n/,
  );
  expect(stderr).toContain('https://api.example.com/callbacks/op-main\n');
  expect(stderr).toContain('Then: npm run account -- check --stage test --account-id oa-shop\n');
  await giveTicket('op-main');
  expect(await check()).toMatchObject({ status: 0, stderr: '' });
});

it('tries the platform although it pauses after a failure, and says how to mend that', async () => {
  const { appid, platform } = await open();
  const stdin = (secret: string) => ({ stdin: `${secret}\n\n` });
  await addPlatform('op-main', platform, stdin('f'.repeat(32)));
  const { stderr } = await addAuthorized('oa-shop', appid, 'op-main');
  expect(stderr).toMatch(/^No token for oa-shop: its third-party platform op-main has none: the AppSecret is wrong \(40125\)\.\n/);
  expect(stderr).toContain(
    `Then: npm run account -- add --stage test --account-id op-main --kind third_party_platform --appid ${platform.component_appid}\n`,
  );
  const before = await accounts().get('op-main');
  stage.deployed({});
  await addPlatform('op-main', platform, stdin(platform.component_appsecret));
  stage.deployed({ 'waybill-test-service': stage.service });
  expect(before.token_failure).toBeDefined();
  expect(await check()).toMatchObject({ status: 0, stderr: '' });
});

it('asks for no other token of a platform that has one', async () => {
  const { appid } = await open();
  await addAuthorized('oa-shop', appid, 'op-main');
  const { token } = await accounts().get('op-main');
  expect(await check()).toMatchObject({ status: 0 });
  expect((await accounts().get('op-main')).token).toEqual(token);
});

it('explains that the platform is gone, and names no command that would fail', async () => {
  const { appid } = await open();
  await addAuthorized('oa-shop', appid, 'op-main');
  await account('remove', '--account-id', 'op-main', '--yes');
  const addAgain = (platform: string) =>
    `npm run account -- add --stage test --account-id oa-shop --kind authorized_official_account --appid ${appid} --platform ${platform}\n`;
  const gone = (await check()).stderr.split('\n').slice(0, 3).join('\n');
  expect(gone).toBe(
    [
      'No token for oa-shop: its platform op-main is not there.',
      '  Add the platform: npm run account -- add --stage test --account-id op-main --kind third_party_platform --appid ITS_APPID',
      `  Or name another that it authorized: ${addAgain('THAT_PLATFORM')}`.trimEnd(),
    ].join('\n'),
  );
  const other = openUpstream();
  await stage.add('op-main', other.appid, other.secret);
  const { stderr } = await check();
  expect(stderr).toMatch(/^No token for oa-shop: its platform op-main is none, but official_account\.\n/);
  expect(stderr).toContain(`Name the platform that it authorized: ${addAgain('THAT_PLATFORM')}`);
  expect(stderr).not.toContain('--account-id op-main');
});

it('added again with another platform, it is served through that one, and what the first was allowed is forgotten', async () => {
  const { appid } = await open();
  await addAuthorized('oa-shop', appid, 'op-main');
  await addPlatform('op-other', openPlatform());
  await giveTicket('op-other');
  const { status, stdout, stderr } = await addAuthorized('oa-shop', appid, 'op-other');
  expect({ status, stdout }).toEqual({ status: 1, stdout: 'oa-shop was there already; its platform is op-other.\n' });
  expect(stderr).toContain('the account has not authorized op-other (61003)');
  const moved = await accounts().get('oa-shop');
  expect(moved).toMatchObject({ platform: 'op-other', token: expect.any(Object) });
  expect(moved).not.toHaveProperty('authorization');
});
