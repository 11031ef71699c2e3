import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { TokenVersionMissingError } from '../../../shared/tokens/errors.ts';
import { SecretsManagerTokens } from '../../../shared/tokens/token-vault.ts';
import { AwsFault, secretsManager, useAws } from '../../support/aws-stub.ts';
import { told } from './told.ts';

const { actions, secrets } = secretsManager();
const aws = useAws(actions);
const prefix = 'waybill/test/tokens/';
const vault = () => new SecretsManagerTokens(new SecretsManagerClient(aws.config()), prefix);
/** An account that no other test of the file has. */
const open = () => `oa-${crypto.randomUUID().slice(0, 8)}`;
const asked = () => aws.requests.map(({ action }) => action.replace('secretsmanager.', ''));

it('creates the secret of an account with its first token, and puts every later one beside it', async () => {
  const account = open();
  const first = await vault().write(account, 'token-one');
  expect(asked()).toEqual(['PutSecretValue', 'CreateSecret']);
  const second = await vault().write(account, 'token-two');
  expect(asked().slice(2)).toEqual(['PutSecretValue']);
  expect(aws.requests[1]?.input).toMatchObject({ Name: `${prefix}${account}` });
  expect([...(secrets.get(`${prefix}${account}`)?.versions ?? [])]).toEqual([
    [first, '{"access_token":"token-one"}'],
    [second, '{"access_token":"token-two"}'],
  ]);
});

it('makes a secret with the tags of the stage and the key of the customer, in the one call that makes it', async () => {
  const tags = { 'cost-center': '4711', service: 'waybill', stage: 'test' };
  const kmsKeyId = 'arn:aws:kms:eu-west-1:111122223333:key/1';
  await new SecretsManagerTokens(new SecretsManagerClient(aws.config()), prefix, { kmsKeyId, tags }).write(open(), 'token-one');
  expect(asked()).toEqual(['PutSecretValue', 'CreateSecret']);
  expect(aws.requests[1]?.input).toMatchObject({
    KmsKeyId: kmsKeyId,
    Tags: [
      { Key: 'cost-center', Value: '4711' },
      { Key: 'service', Value: 'waybill' },
      { Key: 'stage', Value: 'test' },
    ],
  });
});

it('reads the version it is asked for, and not the current one', async () => {
  const account = open();
  const first = await vault().write(account, 'token-one');
  const second = await vault().write(account, 'token-two');
  await expect(vault().read(account, first)).resolves.toBe('token-one');
  await expect(vault().read(account, second)).resolves.toBe('token-two');
});

it('keeps both tokens when two processes create the secret at once', async () => {
  const account = open();
  const both = Promise.withResolvers<void>();
  let arrived = 0;
  aws.answers({
    'secretsmanager.PutSecretValue': async (input: Parameters<(typeof actions)['secretsmanager.PutSecretValue']>[0]) => {
      // Neither is told that there is no secret before both have asked.
      if (++arrived === 2) both.resolve();
      await both.promise;
      return actions['secretsmanager.PutSecretValue'](input);
    },
  });
  const tokens = ['token-one', 'token-two'];
  const versions = await Promise.all(tokens.map((token) => vault().write(account, token)));
  expect(asked().toSorted()).toEqual(['CreateSecret', 'CreateSecret', 'PutSecretValue', 'PutSecretValue', 'PutSecretValue']);
  await expect(Promise.all(versions.map((version) => vault().read(account, version)))).resolves.toEqual(tokens);
});

it('takes a secret that may not be read for a version that is not there, and no other failure', async () => {
  const account = open();
  const missing = { name: 'TokenVersionMissingError', message: expect.stringMatching(`version v-9 .*${account}`) };
  await expect(vault().read(account, 'v-9')).rejects.toMatchObject(missing);
  await vault().write(account, 'token-one');
  await expect(vault().read(account, 'v-9')).rejects.toMatchObject(missing);
  const refuse = (type: string) => () => {
    throw new AwsFault(type, 'not authorized to perform secretsmanager:GetSecretValue');
  };
  for (const type of ['AccessDeniedException', 'InvalidRequestException', 'DecryptionFailure']) {
    aws.answers({ 'secretsmanager.GetSecretValue': refuse(type) });
    await expect(vault().read(account, 'v-9')).rejects.toMatchObject(missing);
  }
  aws.answers({ 'secretsmanager.GetSecretValue': refuse('InvalidParameterException') });
  await expect(vault().read(account, 'v-9')).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

it.each([
  ['no JSON', 'T0KEN-8f2c', 'is not JSON'],
  ['a JSON text', '"T0KEN-8f2c"', 'expected fields'],
  ['another field', '{"token":"T0KEN-8f2c"}', 'access_token'],
  ['an empty token', '{"access_token":"","old":"T0KEN-8f2c"}', 'access_token'],
  ['a token that is no text', '{"access_token":["T0KEN-8f2c"]}', 'access_token'],
  ['bytes instead of a text', undefined, 'access_token'],
])('takes a version that holds %s for missing, says what is wrong with it and quotes nothing', async (_what, SecretString, problem) => {
  aws.answers({ 'secretsmanager.GetSecretValue': () => ({ SecretString }) });
  const error = await vault()
    .read('oa-main', 'v-1')
    .then(String, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TokenVersionMissingError);
  expect(error).toHaveProperty('message', expect.stringContaining(problem));
  expect(told(error)).not.toContain('8f2c');
});

it.each([
  ['PutSecretValue', 'AccessDeniedException', 'TokenSecretUnusableError'],
  ['PutSecretValue', 'InvalidRequestException', 'TokenSecretUnusableError'],
  ['CreateSecret', 'EncryptionFailure', 'TokenSecretUnusableError'],
  ['CreateSecret', 'LimitExceededException', 'LimitExceededException'],
])('does not take a %s that fails with %s for stored, and says so if a person has to mend it', async (action, type, name) => {
  const fail = () => {
    throw new AwsFault(type);
  };
  aws.answers({ [`secretsmanager.${action}`]: fail });
  const error = await vault()
    .write(open(), 'T0KEN-8f2c')
    .then(String, (thrown: unknown) => thrown);
  expect(error).toHaveProperty('name', name);
  expect(told(error)).not.toContain('8f2c');
});

it('does not take a token for stored that cannot be asked for by its version', async () => {
  aws.answers({ 'secretsmanager.PutSecretValue': () => ({}) });
  await expect(vault().write(open(), 'T0KEN-8f2c')).rejects.toThrow(/version/);
});
