import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { useDeployedStage } from './deployed.ts';

const stage = useDeployedStage();
const { account, accounts, secrets, content } = stage;
const name = 'waybill/test/credentials/oa-ext';
const appid = 'wx0123456789abcdef';
const ext = ['--account-id', 'oa-ext'];
const addExternal = () => account('add', ...ext, '--appid', appid, '--kind', 'official_account_external_token');
const check = () => account('check', ...ext);
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

/** The other system writes a token. */
const write = async (access_token: string, expires_at = inMinutes(100)) => {
  const SecretString = JSON.stringify({ kind: 'official_account_external_token', appid, access_token, expires_at });
  await new SecretsManagerClient(stage.aws.config()).send(new PutSecretValueCommand({ SecretId: name, SecretString }));
};

it('makes the secret that the other system writes, and names it, its form and the right that this takes', async () => {
  const { status, stdout, stderr } = await addExternal();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [added, writes, form = '', rights, then] = stdout.split('\n');
  expect(added).toBe(`Added oa-ext (${appid}) to stage test.`);
  expect(writes).toBe(`The system that keeps the token writes each new one, as soon as it has it, into the secret ${name}:`);
  expect(JSON.parse(form)).toEqual({
    kind: 'official_account_external_token',
    appid,
    access_token: 'THE TOKEN',
    expires_at: expect.any(String),
  });
  expect(rights).toBe(`It needs secretsmanager:PutSecretValue on arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-??????.`);
  expect(then).toBe(
    'The service takes the token within two minutes of that. Then: npm run account -- check --stage test --account-id oa-ext',
  );
  const made = stage.aws.requests.find(({ action }) => action === 'secretsmanager.CreateSecret')?.input;
  expect(made).toMatchObject({ Name: name, Tags: [{ Key: 'service' }, { Key: 'stage', Value: 'test' }] });
  expect(await accounts().get('oa-ext')).toMatchObject({ kind: 'official_account_external_token', upstream_id: appid });
});

it('names the rights on the key of a stage that has one', async () => {
  stage.deployed({ 'waybill-test-stateful': { ...stage.stateful, KmsKeyArn: 'arn:key' }, 'waybill-test-service': stage.service });
  expect((await addExternal()).stdout).toContain('-??????, and kms:GenerateDataKey and kms:Decrypt on arn:key.\n');
});

it('says that nothing was written yet, and takes what is written then, without asking WeChat', async () => {
  await addExternal();
  const early = await check();
  expect(early).toMatchObject({ status: 1, stdout: '' });
  expect(early.stderr).toMatch(
    /^No token for oa-ext: the token in the secret waybill\/test\/credentials\/oa-ext has not been written yet\.\n/,
  );
  expect(early.stderr).toContain(`into the secret ${name}:\n`);
  await write('the-token-of-the-other-system');
  const asked = stage.simulator().control.calls().counts;
  const { status, stdout, stderr } = await check();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(
    /^The service has the token of oa-ext that the other system wrote into waybill\/test\/credentials\/oa-ext; it is valid until .*\. WeChat was not asked\.\n$/,
  );
  expect(stage.simulator().control.calls().counts).toEqual(asked);
});

it('says until when the token was valid that the other system wrote last', async () => {
  await addExternal();
  const ended = inMinutes(-5);
  await write('the-token-of-the-other-system', ended);
  expect((await check()).stderr).toContain(`No token for oa-ext: the token in the secret ${name} ends at ${ended}.\n`);
});

it('says that WeChat refused the token until the other system writes another one', async () => {
  await addExternal();
  await write('the-token-of-the-other-system');
  await check();
  const { token } = await accounts().get('oa-ext');
  await stage.refresh({ account_id: 'oa-ext', refused_version: token?.version });
  const before = await accounts().get('oa-ext');
  const refusedAt = before.token?.refused_at;
  for (let time = 0; time < 2; time++) {
    const { status, stdout, stderr } = await check();
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    const [what, ...todo] = stderr.split('\n');
    expect(what).toBe(`No token for oa-ext: the token in the secret ${name} was refused by WeChat at ${refusedAt}.`);
    expect(todo.join('\n')).toContain(`into the secret ${name}:\n`);
    expect(stderr).not.toContain('until then it goes on');
  }
  expect((await accounts().get('oa-ext')).attention).toEqual(before.attention);
  await write('another-token-of-the-other-system');
  expect(await check()).toMatchObject({ status: 0, stderr: '' });
});

it('puts the token of another account away that had the id, and takes none of it for this one', async () => {
  await addExternal();
  await write('the-token-of-the-other-system');
  await account('remove', ...ext, '--yes');
  const other = 'wxfedcba9876543210';
  const { status, stdout } = await account('add', ...ext, '--appid', other, '--kind', 'official_account_external_token');
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^Added oa-ext /) });
  expect(content(name)).toMatchObject({ appid: other, access_token: 'not-written-yet' });
});

it('leaves alone what the other system wrote before, also where the account is added again', async () => {
  await addExternal();
  await write('the-token-of-the-other-system');
  await account('remove', ...ext, '--yes');
  for (const said of [/^Added oa-ext /, /^oa-ext was there already; its secret is the business of the other system\.\n/]) {
    const { status, stdout } = await addExternal();
    expect(status).toBe(0);
    expect(stdout).toMatch(said);
    expect(content(name)).toMatchObject({ access_token: 'the-token-of-the-other-system' });
  }
  expect(secrets.get(name)?.deleted).toBe(false);
});

it('explains what is in the secret but does not fit', async () => {
  await addExternal();
  const SecretString = JSON.stringify({ access_token: 'the-token-of-the-other-system' });
  await new SecretsManagerClient(stage.aws.config()).send(new PutSecretValueCommand({ SecretId: name, SecretString }));
  const { status, stderr } = await check();
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^No token for oa-ext: the secret .* does not have the expected fields: .*\n {2}The system that keeps the token writes/,
  );
  expect(stderr).toContain('{"kind":"official_account_external_token"');
});
