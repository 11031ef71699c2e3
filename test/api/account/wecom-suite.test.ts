import { expect, it } from 'vitest';
import { useCallbackAddress } from './callback-address.ts';
import { agreed } from './deployed.ts';
import { useWecomStage } from './wecom-stage.ts';

const stage = useWecomStage();
const { account, accounts, addSuite, control, giveTicket, openSuite, secrets, content } = stage;
const callbacks = useCallbackAddress(stage.callback);
const main = ['--account-id', 'suite-main'];
const check = () => account('check', ...main);
const calls = () => control().calls().counts['/cgi-bin/service/get_suite_token'] ?? 0;
const push = 'waybill/test/push/suite-main';

/** With its ticket. */
const open = async (settings: Parameters<typeof openSuite>[0] = {}) => {
  const opened = openSuite(settings);
  await addSuite('suite-main', opened.suite);
  await giveTicket('suite-main');
  return opened;
};

it('adds a suite, says what to enter where, and waits for no ticket: WeCom pushes it to that very address', async () => {
  stage.deployed({ 'waybill-test-service': { ...stage.service, ApiUrl: callbacks.url() } });
  const { suite } = openSuite();
  const asked = calls();
  const { status, stdout, stderr } = await addSuite('suite-main', suite);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Added suite-main \\(${suite.suite_id}\\) to stage test\\.\nEnter in WeCom:\n`));
  expect(stdout).toContain(
    '\n  Where: open.work.weixin.qq.com (服务商管理后台) → App management (应用管理) → the app → Callbacks (回调配置)\n',
  );
  expect(stdout).toContain(
    'Its first ticket comes within ten minutes of that, and then the service fetches a token. Then: npm run account -- check --stage test --account-id suite-main\n',
  );
  expect(content('waybill/test/credentials/suite-main')).toEqual({ kind: 'wecom_suite', ...suite });
  expect(content(push)).toEqual(agreed);
  expect(await accounts().get('suite-main')).toMatchObject({ kind: 'wecom_suite', upstream_id: suite.suite_id });
  expect(calls()).toBe(asked);

  const url = /^ {2}URL for instructions \(指令回调URL\): (.*)$/m.exec(stdout)?.[1] ?? '';
  expect(url).toBe(`${callbacks.url()}/callbacks/suite-main`);
  control().putSuite({ ...suite, push: { url, ...agreed } });
  expect(await control().verifySuiteUrl(suite.suite_id)).toMatchObject({ verified: true });
  expect((await control().pushSuiteTicket(suite.suite_id))?.attempts).toMatchObject([{ status: 200 }]);
  const checked = await check();
  expect(checked).toMatchObject({ status: 0, stderr: '' });
  expect(checked.stdout).toMatch(
    /^WeCom gave the service a token for suite-main; it is valid until .*\.\nThe ticket that is kept arrived at .*Z\.\n$/,
  );
});

it("names the fixed addresses of the stage for the provider's allow-list", async () => {
  stage.deployed({
    'waybill-test-service': { ...stage.service, EgressKind: 'fixed-ip' },
    'waybill-test-network': { EgressAddress1: '203.0.113.1', EgressAddress2: '203.0.113.2' },
  });
  expect((await addSuite('suite-main', openSuite().suite)).stdout).toMatch(
    /\n {2}IP allow-list \(IP白名单\): 203\.0\.113\.1, 203\.0\.113\.2\n {2}Where: open\.work\.weixin\.qq\.com .*服务商信息/,
  );
});

it.each([
  ['no suite_secret', [''], 'There was no suite_secret'],
  ['no Token', ['0123abcd'], 'There was no Token'],
  ['no key', ['0123abcd', agreed.token], 'Pushes to an account of this kind are always encrypted'],
  ['more than that', ['0123abcd', agreed.token, agreed.encoding_aes_key, 'more'], 'more lines than suite_secret, Token and EncodingAESKey'],
])('with %s it stores nothing', async (_, lines, reason) => {
  const { status, stdout, stderr } = await addSuite('suite-main', openSuite().suite, { stdin: lines.join('\n') });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(reason);
  expect([...secrets]).toEqual([]);
  expect(await accounts().all()).toEqual([]);
});

it('replaces the suite_secret and, with an empty Token, leaves what pushes are signed with; with another one it says what follows', async () => {
  const { suite } = await open();
  const before = secrets.get(push)?.current;
  const wrong = await addSuite('suite-main', suite, { stdin: 'wrong-secret\n\n' });
  expect(wrong).toMatchObject({ status: 1, stdout: 'suite-main was there already; its suite_secret is replaced.\n' });
  expect(wrong.stderr).toMatch(/^No token for suite-main: the suite_secret is wrong \(40080\)\.\n {2}Where: open\.work\.weixin\.qq\.com/);
  expect(wrong.stderr).toContain(
    `Then: npm run account -- add --stage test --account-id suite-main --kind wecom_suite --suite-id ${suite.suite_id}\n`,
  );
  expect(wrong.stderr).toContain('The suite_secret that was there before is kept');
  expect(secrets.get(push)?.current).toBe(before);
  const right = await addSuite('suite-main', suite);
  expect(right).toMatchObject({ status: 0, stderr: '' });
  expect(right.stdout).toMatch(/Change it in WeCom at the same time: .* WeCom does not send again what was refused\.\n/);
  expect(secrets.get(push)?.current).not.toBe(before);
});

it('remarks that the suite is there under another id, and that a template of 代开发 is none that is needed', async () => {
  const { suite } = openSuite();
  await addSuite('suite-main', suite);
  const again = await addSuite('suite-again', suite);
  expect(again).toMatchObject({
    status: 0,
    stderr: `Note: this stage has suite_id ${suite.suite_id} already, as suite-main. WeCom pushes what is about it to one address alone.\n`,
  });
  const template = await addSuite('template', { ...suite, suite_id: 'dk0123456789abcdef' });
  expect(template.stderr).toMatch(/^Note: dk0123456789abcdef is a template .*\(代开发\).* of kind wecom_app/);
});

it('explains that no ticket has come, where they have to go, and that none could be understood while Token and key are not stored', async () => {
  await addSuite('suite-main', openSuite().suite);
  const { status, stdout, stderr } = await stage.process.account('check', ...main);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^No token for suite-main: WeCom has pushed no ticket to it yet \(suite_ticket\)\.\n/);
  expect(stderr).toContain('\n  The URL for instructions (指令回调URL) has to be https://api.example.com/callbacks/suite-main\n');
  expect(stderr).toContain('at once where it is ordered there (刷新ticket)');
  expect(stderr).not.toContain('are not stored');
  const stopped = await account('push', ...main, '--remove');
  expect(stopped.stdout).toContain('WeCom goes on pushing to https://api.example.com/callbacks/suite-main until its console is changed.');
  expect(stopped.stdout).toContain('in 30 min at the latest, there is no new token for suite-main.\n');
  expect((await check()).stderr).toContain(
    'Token and EncodingAESKey of its pushes are not stored, without which none is understood: npm run account -- push --stage test --account-id suite-main\n',
  );
});

it('stores what pushes are signed with anew, and names the address again', async () => {
  await addSuite('suite-main', openSuite().suite);
  await account('push', ...main, '--remove');
  const stdin = `${agreed.token}\n${agreed.encoding_aes_key}\n`;
  const { status, stdout } = await stage.run(['push', '--stage', 'test', ...main], { stdin });
  expect(status).toBe(0);
  expect(stdout).toContain('\n  URL for instructions (指令回调URL): https://api.example.com/callbacks/suite-main\n');
  expect(content(push)).toEqual(agreed);
});

it('explains a ticket that has ended, and that waiting is enough where they arrive', async () => {
  await open();
  control().orderFault({ path: '/cgi-bin/service/get_suite_token', times: null, fault: { kind: 'errcode', errcode: 40085 } });
  const { status, stderr } = await check();
  expect(status).toBe(1);
  expect(stderr).toMatch(/the ticket that it was last asked for with is not valid any more \(40085\); the one that is kept arrived at /);
  expect(stderr).toContain('wait ten minutes');
  expect(stderr).toContain('https://api.example.com/callbacks/suite-main\n');
  control().clearFaults();
  expect(await check()).toMatchObject({ status: 0, stderr: '' });
});

it("explains 60020 with the addresses and the provider's list, and a mended list is noticed at once", async () => {
  const { suite } = await open({ trusted_ips: ['203.0.113.7'] });
  const { status, stderr } = await check();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^No token for suite-main: WeCom refuses the address .* \(60020\)\.\n {2}Address to enter: 127\.0\.0\.1\n/);
  expect(stderr).toMatch(/open\.work\.weixin\.qq\.com .* IP allow-list \(IP白名单\)\n/);
  expect(stderr).not.toContain('企业可信IP');
  control().putSuite(suite);
  expect(await check()).toMatchObject({ status: 0 });
});

it('explains that WeCom knows no such suite', async () => {
  await addSuite('suite-main', { suite_id: 'ww00000000000000ff', suite_secret: 'any' });
  await addSuite('suite-other', openSuite().suite);
  await giveTicket('suite-other');
  const ticket = secrets.get('waybill/test/tickets/suite-other');
  if (ticket) secrets.set('waybill/test/tickets/suite-main', ticket);
  const { stderr } = await check();
  expect(stderr).toMatch(/^No token for suite-main: WeCom knows no such suite as ww00000000000000ff \(40083\)\.\n/);
  expect(stderr).toContain('The suite_id of an account is never changed: npm run account -- remove --stage test --account-id suite-main');
});

it('says that tickets do not arrive any more although there still is a token', async () => {
  await open();
  await check();
  const later = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);
  const checkAt = (minutes: number) => stage.run(['check', '--stage', 'test', ...main], { now: later(minutes) });
  expect(await checkAt(28)).toMatchObject({ status: 0 });
  const { status, stdout, stderr } = await checkAt(31);
  expect(status).toBe(1);
  expect(stdout).toContain('WeCom gave the service again the token');
  expect(stderr).toMatch(/^WeCom's pushes to suite-main do not arrive any more: .*, and serves for 30 min\.\n/);
  expect(stderr).toContain('the URL for instructions (指令回调URL) is https://api.example.com/callbacks/suite-main');
});
