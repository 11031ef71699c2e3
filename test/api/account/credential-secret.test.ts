import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { AwsFault } from '../../support/aws-stub.ts';
import { useDeployedStage } from './deployed.ts';

const stage = useDeployedStage();
const { account, add, accounts, openUpstream, secrets } = stage;
const credential = 'waybill/test/credentials/oa-main';
const wrong = 'ffffffffffffffffffffffffffffffff';
const created = () => stage.aws.requests.find(({ action }) => action === 'secretsmanager.CreateSecret')?.input;

it('names the right of which the operator lacks, when only one is missing', async () => {
  stage.aws.answers({
    'secretsmanager.CreateSecret': () => {
      throw new AwsFault('AccessDeniedException', 'User: op is not authorized to perform: secretsmanager:CreateSecret');
    },
  });
  const { appid, secret } = openUpstream();
  const { status, stderr } = await add('oa-main', appid, secret);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'AWS does not allow these credentials to do that: User: op is not authorized to perform: secretsmanager:CreateSecret\n',
  });
  expect(await accounts().all()).toEqual([]);
});

it('cut off between the secret and the row, adding again mends it', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  await stage.client().send(new DeleteCommand({ TableName: 'accounts', Key: { account_id: 'oa-main' } }));
  expect(await add('oa-main', appid, secret)).toMatchObject({ status: 0, stderr: '' });
  expect(await accounts().get('oa-main')).toMatchObject({ upstream_id: appid });
});

it('makes the secret with the key of a stage that has one', async () => {
  stage.deployed({
    'waybill-test-stateful': { AccountsTableName: 'accounts', MassMessagesTableName: 'mass-messages', KmsKeyArn: 'arn:key' },
  });
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  expect(created()).toMatchObject({ KmsKeyId: 'arn:key' });
});

it.each([
  ['and the tags that the stage is declared with', { test: { like: 'dev', tags: { 'cost-center': '4711' } } } as const, ['cost-center']],
  ['and no others where the stage is declared elsewhere', {}, []],
])('tags the secret with service and stage, %s', async (_, stages, more) => {
  const { appid, secret } = openUpstream();
  const args = ['add', '--stage', 'test', '--account-id', 'oa-main', '--appid', appid];
  expect(await stage.run(args, { stdin: secret, stages })).toMatchObject({ status: 0 });
  const tags = [...more.map((Key) => ({ Key, Value: '4711' })), { Key: 'service', Value: 'waybill' }, { Key: 'stage', Value: 'test' }];
  expect(created()).toMatchObject({ Tags: tags });
});

it('names the way back from a wrong secret to the one that it replaced, whose token goes on', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  const before = secrets.get(credential)?.current;
  const { status, stderr } = await add('oa-main', appid, wrong);
  expect(status).toBe(1);
  const moveBack = `aws secretsmanager update-secret-version-stage --region eu-west-1 --secret-id ${credential} --version-stage AWSCURRENT --move-to-version-id ${before} --remove-from-version-id ${secrets.get(credential)?.current}`;
  expect(stderr).toContain(
    `is kept (AWSPREVIOUS in Secrets Manager). If it is the right one, add it again, or put it back:\n    ${moveBack}\n`,
  );
  expect(stderr).toMatch(/The token that the service has is valid until .*: until then it goes on\.\n$/);
});

it('names no way back where there was no other secret, or where the secret was not just replaced', async () => {
  const { appid, secret } = openUpstream();
  expect((await add('oa-main', appid, wrong)).stderr).not.toContain('AWSPREVIOUS');
  await add('oa-main', appid, secret);
  openUpstream({ appid, secret: 'fedcba9876543210fedcba9876543210' });
  const { stderr } = await account('check', '--account-id', 'oa-main');
  expect(stderr).toContain('the AppSecret is wrong');
  expect(stderr).not.toContain('AWSPREVIOUS');
});
