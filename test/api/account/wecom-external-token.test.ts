import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { useWecomStage } from './wecom-stage.ts';

const stage = useWecomStage();
const { account, accounts, content, control } = stage;
const name = 'waybill/test/credentials/wecom-ext';
const corpid = 'ww0123456789abcdef';
const ext = ['--account-id', 'wecom-ext'];
const addExternal = () => account('add', ...ext, '--kind', 'wecom_external_token', '--corpid', corpid);
const check = () => account('check', ...ext);

/** The other system writes a token. */
const write = async (access_token: string, expires_at = new Date(Date.now() + 100 * 60_000).toISOString()) => {
  const SecretString = JSON.stringify({ kind: 'wecom_external_token', corpid, access_token, expires_at });
  await new SecretsManagerClient(stage.aws.config()).send(new PutSecretValueCommand({ SecretId: name, SecretString }));
};

it('makes the secret that the other system writes, names its form, and takes what is written then without asking WeCom', async () => {
  const { status, stdout, stderr } = await addExternal();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [added, writes, form = '', rights] = stdout.split('\n');
  expect(added).toBe(`Added wecom-ext (${corpid}) to stage test.`);
  expect(writes).toContain(name);
  expect(JSON.parse(form)).toEqual({
    kind: 'wecom_external_token',
    corpid,
    access_token: 'THE TOKEN',
    expires_at: expect.any(String),
  });
  expect(rights).toContain('secretsmanager:PutSecretValue');
  expect(stdout).toContain('Trusted IPs (企业可信IP)');
  expect(stdout).toContain('The service takes the token within two minutes of that.');
  expect((await check()).stderr).toMatch(/^No token for wecom-ext: the token in the secret .* has not been written yet\.\n/);
  await write('the-token-of-the-other-system');
  const asked = control().calls().counts;
  const taken = await check();
  expect(taken).toMatchObject({ status: 0, stderr: '' });
  expect(taken.stdout).toMatch(/^The service has the token of wecom-ext that the other system wrote .* WeCom was not asked\.\n$/);
  expect(control().calls().counts).toEqual(asked);
});

it('leaves alone what the other system wrote where the account is added again', async () => {
  await addExternal();
  await write('the-token-of-the-other-system');
  const again = await addExternal();
  expect(again.stdout).toMatch(/^wecom-ext was there already; its secret is the business of the other system\.\n/);
  expect(content(name)).toMatchObject({ access_token: 'the-token-of-the-other-system' });
});

it.each([
  ['was removed', () => account('remove', ...ext, '--yes')],
  ['lost its row', () => stage.client().send(new DeleteCommand({ TableName: 'accounts', Key: { account_id: 'wecom-ext' } }))],
])('begins anew where one of the same corp %s: that may have been another app, whose token is none of this one', async (_, go) => {
  await addExternal();
  await write('the-token-of-another-app');
  await check();
  await go();
  const { status, stdout } = await addExternal();
  expect(status).toBe(0);
  expect(stdout).toContain('The service takes the token within two minutes of that.');
  expect(content(name)).toMatchObject({ access_token: 'not-written-yet' });
  expect(await accounts().get('wecom-ext')).not.toHaveProperty('token');
});
