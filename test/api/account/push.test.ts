import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { SecretsManagerPushSecrets } from '../../../shared/tokens/push-secrets.ts';
import { AwsFault } from '../../support/aws-stub.ts';
import { useCallbackAddress } from './callback-address.ts';
import { agreed, useDeployedStage } from './deployed.ts';

const stage = useDeployedStage();
const { account, add, addPlatform, addAuthorized, openPlatform, openUpstream, secrets, content } = stage;
const callbacks = useCallbackAddress(stage.callback);
const control = () => stage.simulator().control;
const name = 'waybill/test/push/oa-main';
const main = ['--account-id', 'oa-main'];
const both = `${agreed.token}\n${agreed.encoding_aes_key}\n`;
const push = (stdin = both, more = main) => stage.run(['push', '--stage', 'test', ...more], { stdin });
const open = async () => {
  const upstream = openUpstream();
  await add('oa-main', upstream.appid, upstream.secret);
  return upstream;
};

it('stores Token and key, and WeChat is answered at the address that it names', async () => {
  stage.deployed({ 'waybill-test-service': { ...stage.service, ApiUrl: callbacks.url() } });
  const upstream = await open();
  const { status, stdout, stderr } = await stage.runProcess(['push', '--stage', 'test', ...main], { stdin: both });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^Stored what pushes to oa-main are signed and encrypted with\.\nEnter in WeChat:\n/);
  expect(stdout).toContain('safe mode (安全模式)');
  expect(stdout).toContain('微信开发者平台');
  expect(stdout).toContain('another program whose URL stands there would get no messages and events any more');
  expect(content(name)).toEqual(agreed);
  const url = /^ {2}URL: (.*)$/m.exec(stdout)?.[1] ?? '';
  expect(url).toBe(`${callbacks.url()}/callbacks/oa-main`);
  control().putAccount({ ...upstream, push: { url, ...agreed } });
  expect(await control().verifyUrl(upstream.appid)).toMatchObject({ verified: true });
});

it('makes the secret with the key and the tags of the stage', async () => {
  stage.deployed({ 'waybill-test-stateful': { ...stage.stateful, KmsKeyArn: 'arn:key' }, 'waybill-test-service': stage.service });
  await open();
  const stages = { test: { like: 'dev', tags: { 'cost-center': '4711' } } } as const;
  await stage.run(['push', '--stage', 'test', ...main], { stdin: both, stages });
  const made = stage.aws.requests
    .filter(({ action }) => action === 'secretsmanager.CreateSecret')
    .find(({ input }) => input['Name'] === name);
  expect(made?.input).toMatchObject({
    KmsKeyId: 'arn:key',
    Tags: [{ Key: 'cost-center', Value: '4711' }, { Key: 'service' }, { Key: 'stage' }],
  });
});

it.each([`${agreed.token}\n\n`, `${agreed.token}\n`, agreed.token])('without a key (%j) it is plain mode, and says so', async (stdin) => {
  await open();
  const { status, stdout } = await push(stdin);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Stored what pushes to oa-main are signed with\.\n/);
  expect(stdout).toContain('plain mode (明文模式)');
  expect(stdout).not.toContain('EncodingAESKey: the same');
  expect(content(name)).toEqual({ token: agreed.token });
});

it.each([
  ['', 'There was no Token'],
  ['ab\n', 'That is no Token'],
  [`${'a'.repeat(33)}\n`, 'That is no Token'],
  [`${agreed.token} \n`, 'That is no Token'],
  [`${agreed.token}\n${agreed.encoding_aes_key.slice(1)}\n`, 'That is no EncodingAESKey'],
  [`${agreed.token}\n${agreed.encoding_aes_key}=\n`, 'That is no EncodingAESKey'],
  [`${both}zzzz\n`, 'Standard input has more lines than Token and EncodingAESKey'],
])('%j is neither Token nor key, is not repeated, and nothing is stored', async (stdin, reason) => {
  await open();
  const { status, stdout, stderr } = await push(stdin);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(reason);
  for (const line of stdin.split('\n').filter((one) => one.length > 2)) expect(stderr).not.toContain(line.trim());
  expect(secrets.has(name)).toBe(false);
});

it('demands the key of a third-party platform, and names both addresses', async () => {
  const more = ['--account-id', 'op-main'];
  await addPlatform('op-main', openPlatform());
  expect(await push(agreed.token, more)).toMatchObject({ status: 1, stderr: expect.stringContaining('always encrypted') });
  const { status, stdout } = await push(both, more);
  expect(status).toBe(0);
  expect(stdout).toContain('https://api.example.com/callbacks/op-main\n');
  expect(stdout).toContain('https://api.example.com/callbacks/op-main/$APPID$\n');
});

it('replaces them, says what that takes, and the service notices', async () => {
  await open();
  await push();
  const held = new SecretsManagerPushSecrets(new SecretsManagerClient(stage.aws.config()), 'waybill/test/push/', stage.now);
  expect(await held.read('oa-main')).toEqual(agreed);
  const { stdout } = await push('OtherToken1\n');
  expect(stdout).toMatch(/^Stored what pushes to oa-main are signed with, in place of another\.\n/);
  expect(stdout).toMatch(/\nChange it in WeChat at the same time: the service notices within 5 minutes, or at the first push .*\n$/);
  expect(await held.readAnew('oa-main')).toEqual({ token: 'OtherToken1' });
});

it('with --remove takes no pushes any more, also when the account is added again, and stores them again after that', async () => {
  stage.deployed({ 'waybill-test-service': { ...stage.service, ApiUrl: callbacks.url() } });
  const upstream = await open();
  await push();
  control().putAccount({ ...upstream, push: { url: `${callbacks.url()}/callbacks/oa-main`, ...agreed } });
  const { status, stdout } = await account('push', ...main, '--remove');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^In 5 minutes at the latest the service takes no pushes to oa-main any more\.\nWeChat goes on pushing to /);
  expect(secrets.has(name)).toBe(false);
  expect(await add('oa-main', upstream.appid, upstream.secret)).toMatchObject({ status: 0 });
  expect(secrets.has(name)).toBe(false);
  expect(await control().verifyUrl(upstream.appid)).toMatchObject({ verified: false });
  const nothing = { status: 1, stdout: '', stderr: 'Nothing is stored for pushes to oa-main: the service takes none.\n' };
  expect(await account('push', ...main, '--remove')).toEqual(nothing);
  expect((await push()).stdout).toMatch(/^Stored what pushes to oa-main are signed and encrypted with\.\n/);
  expect(await control().verifyUrl(upstream.appid)).toMatchObject({ verified: true });
  const byHand = secrets.get(name);
  if (byHand) byHand.deleted = true;
  expect(await add('oa-main', upstream.appid, upstream.secret)).toMatchObject({ status: 0 });
  expect(byHand?.deleted).toBe(true);
});

it('names the accounts that lose their tokens when a platform takes no pushes any more', async () => {
  await addPlatform('op-main', openPlatform());
  await addAuthorized('oa-shop', openUpstream().appid, 'op-main');
  expect((await account('push', '--account-id', 'op-main', '--remove')).stdout).toContain('there is no token for op-main, oa-shop.\n');
});

it('says of an account that authorized a platform that pushes come by way of that', async () => {
  await addPlatform('op-main', openPlatform());
  await addAuthorized('oa-shop', openUpstream().appid, 'op-main');
  const { status, stderr } = await push(both, ['--account-id', 'oa-shop']);
  expect(status).toBe(0);
  expect(stderr).toContain('comes by way of op-main, to https://api.example.com/callbacks/op-main/$APPID$, unless');
});

it('is only for accounts that are there, and says so before it asks for anything', async () => {
  expect(await push(both)).toMatchObject({ status: 1, stderr: expect.stringContaining('Stage test has no account oa-main.') });
  expect([...secrets]).toEqual([]);
});

it('names an address of an emulator that needs no resolver', async () => {
  await open();
  const ApiUrl = 'http://0a1b2c3d.execute-api.127.0.0.1:4590';
  stage.deployed({ 'waybill-test-service': { ...stage.service, ApiUrl } });
  expect((await push()).stdout).toContain('URL: http://127.0.0.1:4590/_aws/execute-api/0a1b2c3d/callbacks/oa-main\n');
});

it('names the output that has the address where the service is not deployed yet', async () => {
  await open();
  stage.deployed({});
  expect((await push()).stdout).toContain('URL: (output ApiUrl of waybill-test-service, once it is deployed)/callbacks/oa-main\n');
});

it('hints at pushes where an account is new, whatever was stored for its id before', async () => {
  const hint = 'To have them: npm run account -- push --stage test --account-id oa-main\n';
  const { appid, secret } = openUpstream();
  expect((await add('oa-main', appid, secret)).stdout).toContain(hint);
  await push();
  await stage.client().send(new DeleteCommand({ TableName: 'accounts', Key: { account_id: 'oa-main' } }));
  expect((await add('oa-main', appid, secret)).stdout).toContain(hint);
  expect(secrets.has(name)).toBe(false);
});

it('waits until the name is free again of what was deleted at once', async () => {
  await open();
  let refusals = 3;
  const { 'secretsmanager.CreateSecret': create } = stage.always;
  stage.aws.answers({
    'secretsmanager.CreateSecret': (input: Parameters<typeof create>[0]) => {
      if (refusals-- > 0) throw new AwsFault('InvalidRequestException', 'a secret with this name is already scheduled for deletion.');
      return create(input);
    },
  });
  expect(await push()).toMatchObject({ status: 0, stderr: '' });
  expect(content(name)).toEqual(agreed);
});
