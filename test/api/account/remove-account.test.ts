import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { AwsFault } from '../../support/aws-stub.ts';
import { useDeployedStage } from './deployed.ts';

const stage = useDeployedStage();
const { account, add, accounts, openUpstream, secrets } = stage;
const credential = 'waybill/test/credentials/oa-main';
const token = 'waybill/test/tokens/oa-main';
const main = ['--account-id', 'oa-main'];

it.each(['', 'oa-mian\n', 'y\n'])('removes nothing on the answer %j', async (stdin) => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  const { status, stdout, stderr } = await stage.run(['remove', '--stage', 'test', ...main], { stdin });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^To remove oa-main from stage test, type its id: .*nothing was changed\.\n$/);
  expect(await accounts().get('oa-main')).toMatchObject({ upstream_id: appid });
  expect([...secrets.values()].some(({ deleted }) => deleted)).toBe(false);
});

it('removes an account whose id was typed, says how many messages were on their way, and keeps their records', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  await stage.follow('oa-main', '1');
  await stage.follow('oa-main', '2');
  await stage.follow('oa-other', '3');
  const { status, stdout, stderr } = await stage.runProcess(['remove', '--stage', 'test', ...main], { stdin: 'oa-main\n' });
  expect(status).toBe(0);
  expect(stderr).toContain('Mass messages of oa-main that are still on the way: 2. ');
  expect(stdout).toMatch(
    /^oa-main is removed from stage test; the records of its messages stay\. Its credential and token are deleted after .*, everything else is deleted already\.\n$/,
  );
  expect(await accounts().all()).toEqual([]);
  expect([...secrets].map(([name, { deleted }]) => [name, deleted]).sort()).toEqual([
    [credential, true],
    [token, true],
  ]);
  expect((await stage.client().send(new ScanCommand({ TableName: 'mass-messages' }))).Count).toBe(3);
});

it('cut off between the row and the secrets, removing again finishes it, and once more does no harm', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  stage.aws.answers({
    'secretsmanager.DeleteSecret': () => {
      throw new AwsFault('InternalServiceError', 'not now', 500);
    },
  });
  expect(await account('remove', ...main, '--yes')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('InternalServiceError: not now'),
  });
  expect(await accounts().all()).toEqual([]);
  stage.aws.answers(stage.always);
  for (let again = 0; again < 2; again++) {
    expect(await account('remove', ...main, '--yes')).toMatchObject({ status: 0 });
    expect([...secrets.values()].every(({ deleted }) => deleted)).toBe(true);
  }
});

it('restores the secrets of an account that is added again before they are gone', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  await stage.process.account('remove', ...main, '--yes');
  expect(await stage.process.add('oa-main', appid, secret)).toMatchObject({ status: 0, stderr: '' });
  expect([...secrets.values()].some(({ deleted }) => deleted)).toBe(false);
});

it('with --now deletes the secrets at once, also those that were to be deleted later', async () => {
  const { appid, secret } = openUpstream();
  await add('oa-main', appid, secret);
  await account('remove', ...main, '--yes');
  expect(secrets.size).toBe(2);
  expect(await account('remove', ...main, '--yes', '--now')).toMatchObject({
    status: 0,
    stdout: 'oa-main is removed from stage test; the records of its messages stay.\n',
  });
  expect(secrets.size).toBe(0);
});

const removeNew = ['remove', '--stage', 'test', '--account-id', 'oa-new', '--yes'];

/** A first token on its way: WeChat has handed it out, and it is not stored until `release`. */
const fetchSlowly = async () => {
  const { appid, secret } = openUpstream();
  stage.deployed({});
  await add('oa-new', appid, secret);
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  stage.aws.answers({
    'secretsmanager.CreateSecret': async (input: Parameters<(typeof stage.always)['secretsmanager.CreateSecret']>[0]) => {
      reached.resolve();
      await released.promise;
      return stage.always['secretsmanager.CreateSecret'](input);
    },
  });
  const outcome = stage.refresh({ account_id: 'oa-new' }).catch((error: unknown) => error);
  await reached.promise;
  const release = () => {
    released.resolve();
    return outcome;
  };
  return { release };
};
const live = () => [...secrets].flatMap(([name, { deleted }]) => (deleted ? [] : [name]));

it.each([[[]], [['--now']]])('with %o waits for the token that is being fetched, and leaves no secret of it behind', async (flags) => {
  const { release } = await fetchSlowly();
  const sleep = async () => void (await release());
  const { status, stdout, stderr } = await stage.run([...removeNew, ...flags], { sleep });
  expect(await release()).toMatchObject({ renewed: true });
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: 'A token for oa-new is being fetched: this waits until that is done, for 20 s at most.\n',
  });
  expect(stdout).toMatch(/^oa-new is removed/);
  expect(await accounts().all()).toEqual([]);
  expect(live()).toEqual([]);
});

it('removes also an account whose renewal does not end, and names what deletes the secret that this may bring back', async () => {
  const { release } = await fetchSlowly();
  const { status, stderr } = await stage.run(removeNew);
  expect(status).toBe(0);
  expect(stderr).toContain('Should the secret of the token come back, this deletes it: npm run account -- remove --stage test');
  expect(await accounts().all()).toEqual([]);
  expect(await release()).toMatchObject({ name: 'AccountNotFoundError' });
  expect(live()).toEqual(['waybill/test/tokens/oa-new']);
  expect(await stage.run(removeNew)).toMatchObject({ status: 0, stderr: '' });
  expect(live()).toEqual([]);
});

/** A platform with everything that the service keeps for it, and an account that authorized it. */
const openPlatformWith = async (accountId: string) => {
  const platform = stage.openPlatform();
  const { appid } = openUpstream();
  await stage.simulator().control.authorize({ component_appid: platform.component_appid, appid });
  await stage.addPlatform('op-main', platform);
  await stage.giveTicket('op-main');
  await stage.addAuthorized(accountId, appid, 'op-main');
};

it('does not remove a platform that accounts depend on, and names them', async () => {
  await openPlatformWith('oa-shop');
  const { status, stdout, stderr } = await stage.run(['remove', '--stage', 'test', '--account-id', 'op-main'], { stdin: 'op-main\n' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    /^op-main is the third-party platform of oa-shop, for which no token could be had without it\. Nothing was changed\.\n/,
  );
  expect(stderr).toContain('First: npm run account -- remove --stage test --account-id oa-shop\n');
  expect(live()).toContain('waybill/test/credentials/op-main');
  expect(await accounts().all()).toHaveLength(2);
});

it('removes it all the same with --yes, and says who has no token then', async () => {
  await openPlatformWith('oa-shop');
  const { status, stderr } = await account('remove', '--account-id', 'op-main', '--yes');
  expect(status).toBe(0);
  expect(stderr).toContain('op-main is the third-party platform of oa-shop: no token can be had for it any more.\n');
  expect(stderr).toContain('WeChat goes on pushing to https://api.example.com/callbacks/op-main until its console is changed.\n');
  expect(live().filter((name) => name.endsWith('/op-main'))).toEqual([]);
});

it('deletes at once what pushes are signed with, tickets and authorizations, so that no other account inherits them', async () => {
  await openPlatformWith('oa-shop');
  const all = [
    'waybill/test/authorizations/oa-shop',
    'waybill/test/credentials/oa-shop',
    'waybill/test/credentials/op-main',
    'waybill/test/push/op-main',
    'waybill/test/tickets/op-main',
    'waybill/test/tokens/oa-shop',
    'waybill/test/tokens/op-main',
  ];
  expect(live().sort()).toEqual(all);
  for (const one of ['oa-shop', 'op-main']) expect(await account('remove', '--account-id', one, '--yes')).toMatchObject({ status: 0 });
  expect(live()).toEqual([]);
  const kept = all.filter((name) => /credentials|tokens/.test(name));
  expect([...secrets.keys()].sort()).toEqual(kept);
  const { appid, secret } = openUpstream();
  expect(await add('op-main', appid, secret)).toMatchObject({ status: 0, stderr: '' });
  expect(live().sort()).toEqual(['waybill/test/credentials/op-main', 'waybill/test/tokens/op-main']);
  await account('remove', '--account-id', 'op-main', '--yes', '--now');
  expect([...secrets.keys()].filter((name) => name.endsWith('/op-main'))).toEqual([]);
});

it('cut off before its secrets, or deleted by hand for a week, they are not inherited either, and a wrong AppSecret has no way back to theirs', async () => {
  await openPlatformWith('oa-shop');
  for (const [index, one] of ['oa-shop', 'op-main'].entries()) {
    await stage.client().send(new DeleteCommand({ TableName: 'accounts', Key: { account_id: one } }));
    if (index === 0) for (const [name, secret] of secrets) secret.deleted = name.endsWith(one);
  }
  for (const one of ['oa-shop', 'op-main']) {
    const { status, stderr } = await add(one, openUpstream().appid, 'ffffffffffffffffffffffffffffffff');
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.not.stringContaining('AWSPREVIOUS') });
  }
  const kept = ['oa-shop', 'op-main'].flatMap((one) => [`waybill/test/credentials/${one}`, `waybill/test/tokens/${one}`]);
  expect(live().sort()).toEqual(kept.sort());
});

it('asks for Token and key of a platform again that was removed', async () => {
  const platform = stage.openPlatform();
  await stage.addPlatform('op-main', platform);
  await stage.client().send(new DeleteCommand({ TableName: 'accounts', Key: { account_id: 'op-main' } }));
  const again = () => stage.addPlatform('op-main', platform, { stdin: `${platform.component_appsecret}\n\n` });
  expect(await again()).toMatchObject({ status: 1, stderr: expect.stringContaining('There was no Token') });
});
