import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { SecretsManagerCredentials } from '../../../shared/tokens/credentials.ts';
import { CredentialsUnusableError } from '../../../shared/tokens/errors.ts';
import { AwsFault, secretsManager, useAws } from '../../support/aws-stub.ts';
import { told } from './told.ts';

const { actions, secrets } = secretsManager();
const aws = useAws(actions);
const prefix = 'waybill/test/credentials/';
const reader = () => new SecretsManagerCredentials(new SecretsManagerClient(aws.config()), prefix);

/** Writes what an operator would, for an account that no other test of the file has. */
const write = (SecretString: string) => {
  const account = `oa-${crypto.randomUUID().slice(0, 8)}`;
  actions['secretsmanager.CreateSecret']({ Name: `${prefix}${account}`, SecretString, ClientRequestToken: crypto.randomUUID() });
  return account;
};
const failureOf = (account: string) =>
  reader()
    .read(account)
    .then(String, (thrown: unknown) => thrown);

it('reads the current version of what an operator wrote', async () => {
  const account = write('{"kind":"official_account","appid":"wx1","secret":"S3CRET-old"}');
  const written = { kind: 'official_account', appid: 'wx1', secret: 'S3CRET-8f2c' };
  const SecretString = JSON.stringify(written);
  actions['secretsmanager.PutSecretValue']({ SecretId: `${prefix}${account}`, SecretString, ClientRequestToken: crypto.randomUUID() });
  await expect(reader().read(account)).resolves.toEqual(written);
});

describe('credentials that cannot be used are named, explained and not quoted when', () => {
  it('there are none', async () => {
    const error = await failureOf('oa-none');
    expect(error).toBeInstanceOf(CredentialsUnusableError);
    expect(error).toHaveProperty('message', expect.stringMatching(`${prefix}oa-none does not exist`));
  });

  it.each([
    ['is not JSON', 'S3CRET-8f2c', 'is not JSON'],
    ['is JSON cut short', '{"kind":"official_account","appid":"wx1","secret":"S3CRET-8f2c', 'is not JSON'],
    ['is a JSON text', '"S3CRET-8f2c"', 'expected fields'],
    ['is of a kind that does not exist', '{"kind":"S3CRET-8f2c","appid":"wx1","secret":"x"}', 'kind'],
    ['lacks a field', '{"kind":"official_account","secret":"S3CRET-8f2c"}', 'appid'],
    ['has an empty field', '{"kind":"official_account","appid":"","secret":"S3CRET-8f2c"}', 'appid'],
    ['has a field of another type', '{"kind":"official_account","appid":"wx1","secret":["S3CRET-8f2c"]}', 'secret'],
    ['has a field too many', '{"kind":"official_account","appid":"wx1","secret":"x","S3CRET-8f2c":"y"}', 'expected fields'],
  ])('the secret %s', async (_what, content, problem) => {
    const account = write(content);
    const error = await failureOf(account);
    expect(error).toBeInstanceOf(CredentialsUnusableError);
    expect(error).toHaveProperty('message', expect.stringContaining(`${prefix}${account} `));
    expect(error).toHaveProperty('message', expect.stringContaining(problem));
    expect(told(error)).not.toContain('8f2c');
  });

  it('the secret is scheduled for deletion, and they are back once it is restored', async () => {
    const account = write('{"kind":"official_account","appid":"wx1","secret":"S3CRET-8f2c"}');
    const SecretId = `${prefix}${account}`;
    actions['secretsmanager.DeleteSecret']({ SecretId });
    const error = await failureOf(account);
    expect(error).toBeInstanceOf(CredentialsUnusableError);
    expect(error).toHaveProperty('message', expect.stringMatching(`${SecretId}.*delet`));
    expect(told(error)).not.toContain('8f2c');
    actions['secretsmanager.RestoreSecret']({ SecretId });
    await expect(reader().read(account)).resolves.toHaveProperty('secret', 'S3CRET-8f2c');
    expect(secrets.get(SecretId)?.deleted).toBe(false);
  });

  it('the function may not read them', async () => {
    const denied = () => {
      throw new AwsFault(
        'AccessDeniedException',
        'User: arn:aws:sts::1:assumed-role/x is not authorized to perform: secretsmanager:GetSecretValue',
      );
    };
    aws.answers({ 'secretsmanager.GetSecretValue': denied });
    const error = await failureOf('oa-main');
    expect(error).toBeInstanceOf(CredentialsUnusableError);
    expect(error).toHaveProperty('message', expect.stringContaining(`${prefix}oa-main`));
  });
});

it.each([
  ['is throttled', 'ThrottlingException', 400],
  ['is down', 'InternalServiceError', 500],
])('a Secrets Manager that %s says nothing about the credentials', async (_what, type, status) => {
  const fail = () => {
    throw new AwsFault(type, type, status);
  };
  aws.answers({ 'secretsmanager.GetSecretValue': fail });
  const error = await failureOf('oa-main');
  expect(error).not.toBeInstanceOf(CredentialsUnusableError);
  expect(error).toHaveProperty('name', type);
});
