import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { useWecomStage } from './wecom-stage.ts';

const stage = useWecomStage();
const { account, accounts, addSuite, addSuiteApp, control, giveTicket, openSuite, secrets, content } = stage;
const suiteArgs = ['--account-id', 'suite-main'];
const appArgs = ['--account-id', 'wecom-shop'];
const check = (accountId = 'wecom-shop') => account('check', '--account-id', accountId);
const path = '/cgi-bin/service/get_suite_token';
const calls = () => control().calls().counts[path] ?? 0;

/** A suite with its ticket, and what a corp installed of it. */
const open = async () => {
  const opened = openSuite();
  await addSuite('suite-main', opened.suite);
  await giveTicket('suite-main');
  return opened;
};

it('adds what a corp installed of the suite with its permanent code, and names no address to push to', async () => {
  const { corpid, permanentCode } = await open();
  const { status, stdout, stderr } = await addSuiteApp('wecom-shop', corpid, 'suite-main', permanentCode);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Added wecom-shop \\(${corpid}\\) to stage test\\.\nEnter in WeCom, which refuses`));
  expect(stdout).toContain('群发消息给客户和客户群');
  expect(stdout).not.toContain('企业可信IP');
  expect(stdout).toMatch(/\nWeCom gave the service a token for wecom-shop; it is valid until .*\.\n$/);
  expect(content('waybill/test/credentials/wecom-shop')).toEqual({
    kind: 'wecom_suite_app',
    corpid,
    suite: 'suite-main',
    permanent_code: permanentCode,
  });
  expect(await accounts().get('wecom-shop')).toMatchObject({ kind: 'wecom_suite_app', upstream_id: corpid, platform: 'suite-main' });
  const push = await account('push', ...appArgs);
  expect(push).toMatchObject({ status: 1, stdout: '' });
  expect(push.stderr).toBe(
    'WeCom pushes nothing to wecom-shop itself. Tickets come to its suite: npm run account -- push --stage test --account-id suite-main\n',
  );
});

it('takes for a suite only what the stage has as one, and says how to add it, before anything is asked', async () => {
  const { corpid, permanentCode } = await open();
  const missing = await addSuiteApp('wecom-shop', corpid, 'suite-none', permanentCode);
  expect(missing).toMatchObject({ status: 1, stdout: '' });
  expect(missing.stderr).toContain('Stage test has no suite suite-none.');
  expect(missing.stderr).toContain(
    'npm run account -- add --stage test --account-id suite-none --kind wecom_suite --suite-id ITS_SUITE_ID\n',
  );
  await stage.addPlatform('op-main', stage.openPlatform());
  const other = await addSuiteApp('wecom-shop', corpid, 'op-main', permanentCode);
  expect(other).toMatchObject({ status: 1, stderr: 'op-main is no suite, it is third_party_platform.\n' });
  expect(secrets.has('waybill/test/credentials/wecom-shop')).toBe(false);
  const platformOf = await stage.addAuthorized('oa-shop', 'wx0123456789abcdef', 'suite-main');
  expect(platformOf).toMatchObject({ status: 1, stderr: 'suite-main is no third-party platform, it is wecom_suite.\n' });
});

it('explains that the corp withdrew the authorization, or that the permanent code is wrong', async () => {
  const { suite, corpid, permanentCode } = await open();
  await addSuiteApp('wecom-shop', corpid, 'suite-main', permanentCode);
  await control().unauthorizeSuite({ suite_id: suite.suite_id, corpid });
  const { status, stderr } = await check();
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^No token for wecom-shop: WeCom does not take the permanent code: .* withdrawn the authorization of suite-main \(40084\)\.\n/,
  );
  const again = `npm run account -- add --stage test --account-id wecom-shop --kind wecom_suite_app --corpid ${corpid} --suite`;
  expect(stderr).toContain(`Then: ${again} suite-main\n`);
  expect(stderr).toContain(`If it is of another suite: ${again} THAT_SUITE\n`);
  control().authorizeSuite({ suite_id: suite.suite_id, corpid, permanent_code: 'another-code' });
  const right = await addSuiteApp('wecom-shop', corpid, 'suite-main', 'another-code');
  expect(right).toMatchObject({ status: 0, stderr: '' });
  expect(right.stdout).toContain('wecom-shop was there already; its suite is suite-main; its permanent code is replaced.\n');
});

it('explains what its suite lacks, and a ticket that comes is noticed at once', async () => {
  const { suite, corpid, permanentCode } = openSuite();
  await addSuite('suite-main', suite);
  const { status, stderr } = await addSuiteApp('wecom-shop', corpid, 'suite-main', permanentCode);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^No token for wecom-shop: its suite suite-main has none: WeCom has pushed no ticket to it yet \(suite_ticket\)\.\n/,
  );
  expect(stderr).toContain('Then: npm run account -- check --stage test --account-id wecom-shop\n');
  await giveTicket('suite-main');
  expect(await check()).toMatchObject({ status: 0, stderr: '' });
});

it('explains what the suite lacks also where its token was refused just then, and there is no other', async () => {
  const { suite, corpid, permanentCode } = await open();
  await addSuiteApp('wecom-shop', corpid, 'suite-main', permanentCode);
  control().revokeSuiteTokens(suite.suite_id);
  control().orderFault({ path, times: null, fault: { kind: 'errcode', errcode: 40080 } });
  const { status, stderr } = await check();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^No token for wecom-shop: its suite suite-main has none: the suite_secret is wrong \(40080\)\.\n/);
  expect(stderr).toContain('--account-id suite-main --kind wecom_suite');
});

it('tries the suite although it pauses after a failure', async () => {
  const { suite, corpid, permanentCode } = await open();
  await addSuite('suite-main', suite, { stdin: 'wrong-secret\n\n' });
  const { stderr } = await addSuiteApp('wecom-shop', corpid, 'suite-main', permanentCode);
  expect(stderr).toMatch(/^No token for wecom-shop: its suite suite-main has none: the suite_secret is wrong \(40080\)\.\n/);
  // Mended where the command knows nothing of it.
  const SecretString = JSON.stringify({ kind: 'wecom_suite', ...suite });
  const SecretId = 'waybill/test/credentials/suite-main';
  await new SecretsManagerClient(stage.aws.config()).send(new PutSecretValueCommand({ SecretId, SecretString }));
  expect(await accounts().get('suite-main')).toHaveProperty('token_failure');
  expect(await check()).toMatchObject({ status: 0, stderr: '' });
});

it('asks for no other token of a suite that has one', async () => {
  const { corpid, permanentCode } = await open();
  await addSuiteApp('wecom-shop', corpid, 'suite-main', permanentCode);
  const asked = calls();
  expect(await check()).toMatchObject({ status: 0 });
  expect(calls()).toBe(asked);
});

it('explains that the suite is gone, and names no command that would fail', async () => {
  const { corpid, permanentCode } = await open();
  await addSuiteApp('wecom-shop', corpid, 'suite-main', permanentCode);
  await account('remove', ...suiteArgs, '--yes');
  const again = `npm run account -- add --stage test --account-id wecom-shop --kind wecom_suite_app --corpid ${corpid} --suite THAT_SUITE`;
  expect((await check()).stderr.split('\n').slice(0, 3)).toEqual([
    'No token for wecom-shop: its suite suite-main is not there.',
    '  Add the suite: npm run account -- add --stage test --account-id suite-main --kind wecom_suite --suite-id ITS_SUITE_ID',
    `  Or name another that the corp installed: ${again}`,
  ]);
  await stage.addPlatform('suite-main', stage.openPlatform());
  const { stderr } = await check();
  expect(stderr).toMatch(/^No token for wecom-shop: its suite suite-main is none, but third_party_platform\.\n/);
  expect(stderr).toContain(`Name the suite that the corp installed: ${again}\n`);
});

it('added again with another suite, it is served through that one', async () => {
  const { corpid, permanentCode } = await open();
  await addSuiteApp('wecom-shop', corpid, 'suite-main', permanentCode);
  const { suite } = openSuite({ authorized: [{ corpid, permanent_code: 'code-for-the-other-suite' }] });
  await addSuite('suite-other', suite);
  await giveTicket('suite-other');
  expect(await addSuiteApp('wecom-shop', corpid, 'suite-other', 'code-for-the-other-suite')).toMatchObject({ status: 0, stderr: '' });
  expect(await accounts().get('wecom-shop')).toMatchObject({ platform: 'suite-other' });
});

it('names the accounts that lose their tokens with the pushes of a suite, and those that need attention', async () => {
  const { suite, corpid, permanentCode } = await open();
  await addSuiteApp('wecom-shop', corpid, 'suite-main', permanentCode);
  await control().unauthorizeSuite({ suite_id: suite.suite_id, corpid });
  await check();
  expect((await check('suite-main')).stdout).toContain(
    'Accounts that authorized it and need attention: wecom-shop. To see why, check them.\n',
  );
  expect((await account('push', ...suiteArgs, '--remove')).stdout).toContain('there is no new token for suite-main, wecom-shop.\n');
});

it('does not remove a suite that accounts depend on, but with --yes, and leaves nothing of it', async () => {
  const { corpid, permanentCode } = await open();
  await addSuiteApp('wecom-shop', corpid, 'suite-main', permanentCode);
  const refused = await stage.run(['remove', '--stage', 'test', ...suiteArgs], { stdin: 'suite-main\n' });
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(refused.stderr).toMatch(
    /^suite-main is the suite of wecom-shop, for which no token could be had without it\. Nothing was changed\.\n/,
  );
  expect(refused.stderr).toContain('First: npm run account -- remove --stage test --account-id wecom-shop\n');
  expect(refused.stderr).toContain('or add them again with another --suite.');
  expect(await accounts().all()).toHaveLength(2);
  const { status, stderr } = await account('remove', ...suiteArgs, '--yes');
  expect(status).toBe(0);
  expect(stderr).toContain('suite-main is the suite of wecom-shop: no token can be had for it any more.\n');
  expect(stderr).toContain('WeCom goes on pushing to https://api.example.com/callbacks/suite-main until its console is changed.\n');
  expect(stderr).not.toContain('not synced');
  const live = [...secrets].flatMap(([name, { deleted }]) => (deleted ? [] : [name]));
  expect(live.filter((name) => name.endsWith('/suite-main'))).toEqual([]);
  expect([...secrets.keys()].filter((name) => /(push|tickets)\/suite-main$/.test(name))).toEqual([]);
});

it('lists suites with the age of their tickets, apps with their suites and last syncs, for people and for machines', async () => {
  const { suite, corpid, permanentCode } = await open();
  await addSuiteApp('wecom-shop', corpid, 'suite-main', permanentCode);
  const own = stage.openCorp();
  await stage.addApp('wecom-own', own.corpid, own.secret);
  const synced = { sync_id: 'sync-1', finished_at: new Date().toISOString(), phase: 'done' } as const;
  const later = new Date(Date.now() + 60_000);
  await accounts().takeSyncLease('wecom-own', synced.sync_id, new Date(), later);
  await accounts().endSyncLease('wecom-own', synced);
  const { stdout } = await stage.run(['list', '--stage', 'test'], { now: () => new Date(Date.now() + 25 * 60_000) });
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  const until = expect.stringMatching(/^until /);
  expect(rows).toEqual([
    ['ACCOUNT', 'KIND', 'APPID, CORPID OR SUITE', 'SUITE', 'TICKET', 'TOKEN', 'LAST SYNC', 'NEEDS ATTENTION'],
    ['suite-main', 'wecom_suite', suite.suite_id, '-', expect.stringMatching(/^2[56] min ago$/), until, '-', '-'],
    ['wecom-own', 'wecom_app', own.corpid, '-', '-', until, expect.stringMatching(/^done 2[456] min ago$/), '-'],
    ['wecom-shop', 'wecom_suite_app', corpid, 'suite-main', '-', until, 'none yet', '-'],
  ]);
  expect(JSON.parse((await account('list', '--json')).stdout)).toMatchObject([
    { account_id: 'suite-main', kind: 'wecom_suite', ticket: { received_at: expect.any(String) } },
    { account_id: 'wecom-own', last_sync: synced },
    { account_id: 'wecom-shop', platform: 'suite-main' },
  ]);
});
