import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { SecretsManagerAuthorizations } from '../../../shared/tokens/authorization-vault.ts';
import { TokenSecretUnusableError } from '../../../shared/tokens/errors.ts';
import { SecretsManagerTickets } from '../../../shared/tokens/ticket-vault.ts';
import { AwsFault, secretsManager, useAws } from '../../support/aws-stub.ts';
import { told } from './told.ts';

const { actions, secrets } = secretsManager();
const aws = useAws(actions);
const newSecret = { kmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/1', tags: { stage: 'test' } };
const open = () => `oa-${crypto.randomUUID().slice(0, 8)}`;
const asked = () => aws.requests.map(({ action }) => action.replace('secretsmanager.', ''));

describe.each([
  ['tickets', SecretsManagerTickets, 'component_verify_ticket'],
  ['authorizations', SecretsManagerAuthorizations, 'refresh_token'],
] as const)('%s', (folder, Vault, field) => {
  const prefix = `waybill/test/${folder}/`;
  const vault = () => new Vault(new SecretsManagerClient(aws.config()), prefix, newSecret);

  it('are made with the first, with key and tags of the stage, and written beside it without being read', async () => {
    const account = open();
    await vault().write(account, 'S3CRET-one');
    await vault().write(account, 'S3CRET-two');
    expect(asked()).toEqual(['PutSecretValue', 'CreateSecret', 'PutSecretValue']);
    expect(aws.requests[1]?.input).toMatchObject({
      Name: `${prefix}${account}`,
      KmsKeyId: newSecret.kmsKeyId,
      Tags: [{ Key: 'stage', Value: 'test' }],
    });
    expect([...(secrets.get(`${prefix}${account}`)?.versions.values() ?? [])]).toEqual([
      JSON.stringify({ [field]: 'S3CRET-one' }),
      JSON.stringify({ [field]: 'S3CRET-two' }),
    ]);
    await expect(vault().read(account)).resolves.toBe('S3CRET-two');
  });

  it('are not there when there is none, or nothing of use in it', async () => {
    const account = open();
    await expect(vault().read(account)).resolves.toBeUndefined();
    for (const SecretString of ['S3CRET', '{}', `{"${field}":""}`]) {
      aws.answers({ 'secretsmanager.GetSecretValue': () => ({ SecretString }) });
      await expect(vault().read(account)).resolves.toBeUndefined();
    }
  });

  it.each(['AccessDeniedException', 'InvalidRequestException', 'DecryptionFailure'])(
    'that may not be read or written (%s) are a matter for a person, and not quoted',
    async (type) => {
      const account = open();
      const refuse = () => {
        throw new AwsFault(type, 'no');
      };
      aws.answers({ 'secretsmanager.GetSecretValue': refuse, 'secretsmanager.PutSecretValue': refuse });
      for (const attempt of [vault().read(account), vault().write(account, 'S3CRET-8f2c')]) {
        const error = await attempt.catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(TokenSecretUnusableError);
        expect(error).toHaveProperty('message', expect.stringContaining(`${prefix}${account}`));
        expect(told(error)).not.toContain('8f2c');
      }
    },
  );

  it('say nothing of the secret when Secrets Manager is down', async () => {
    aws.answers({
      'secretsmanager.GetSecretValue': () => {
        throw new AwsFault('InternalServiceError', 'down', 500);
      },
    });
    await expect(vault().read(open())).rejects.toMatchObject({ name: 'InternalServiceError' });
  });
});

it("keep a suite's ticket under WeCom's name for it, and read it as any other", async () => {
  const vault = new SecretsManagerTickets(new SecretsManagerClient(aws.config()), 'waybill/test/tickets/');
  const suite = open();
  await vault.write(suite, 'S3CRET-suite', 'suite_ticket');
  expect([...(secrets.get(`waybill/test/tickets/${suite}`)?.versions.values() ?? [])]).toEqual([
    JSON.stringify({ suite_ticket: 'S3CRET-suite' }),
  ]);
  await expect(vault.read(suite)).resolves.toBe('S3CRET-suite');
});
