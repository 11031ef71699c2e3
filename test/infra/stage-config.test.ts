import { describe, expect, it } from 'vitest';
import { loadStageConfig } from '../../infra/stage-config.ts';

type Context = Parameters<typeof loadStageConfig>[0];
const load = (context: Context, env: NodeJS.ProcessEnv = {}) => loadStageConfig(context, env);
/** As if stages.ts had only this one; any object, since Node runs that file without looking at its types. */
const declared = (declaration: object, context: Context = {}) =>
  loadStageConfig({ stage: 'own', ...context }, {}, { own: { like: 'prod', ...declaration } });
const team = { kind: 'existing-vpc', vpcId: 'vpc-0a1b2c3d', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-0a1b2c3d'] };
const keyArn = (region: string, account = '111122223333', id = '1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d') =>
  `arn:${region.startsWith('cn-') ? 'aws-cn' : 'aws'}:kms:${region}:${account}:key/${id}`;
const jwt = { kind: 'jwt', issuer: 'https://id.example.com/', audience: ['waybill'], accountsClaim: 'accounts' };

it('needs neither an account nor a region, so that every template can be made without credentials', () => {
  expect(load({ stage: 'prod' })).toMatchObject({ account: undefined, region: undefined });
});

it('takes account and region from the CLI, and a region that was given before that one', () => {
  const env = { CDK_DEFAULT_ACCOUNT: '111122223333', CDK_DEFAULT_REGION: 'eu-west-1' };
  expect(load({ stage: 'prod' }, env)).toMatchObject({ account: '111122223333', region: 'eu-west-1' });
  expect(load({ stage: 'prod', region: 'us-east-1' }, env).region).toBe('us-east-1');
});

it('is dev when nobody says what it is, never prod', () => {
  expect(load({}).stage).toBe('dev');
});

it('traces in prod, but neither in China nor in the emulator', () => {
  expect(load({ stage: 'prod', region: 'eu-west-1' }).tracing).toBe(true);
  expect(load({ stage: 'prod', region: 'cn-northwest-1' }).tracing).toBe(false);
  expect(load({ stage: 'local' }).tracing).toBe(false);
});

it('lets WeChat push, but in China only if the stage says so: there it takes a licence', () => {
  for (const stage of ['local', 'dev', 'prod']) expect(load({ stage }).callbacks, stage).toBe(true);
  expect(load({ stage: 'prod', region: 'eu-west-1' }).callbacks).toBe(true);
  for (const region of ['cn-north-1', 'cn-northwest-1']) {
    expect(load({ stage: 'prod', region }).callbacks, region).toBe(false);
    expect(declared({ region, callbacks: true }).callbacks, region).toBe(true);
  }
  // Where the region is that of whoever deploys.
  expect(load({ stage: 'prod' }, { CDK_DEFAULT_REGION: 'cn-north-1' }).callbacks).toBe(false);
  expect(declared({ callbacks: false }).callbacks).toBe(false);
});

it('sends the local stage to a simulator and the others to WeChat', () => {
  expect(load({ stage: 'local' }).upstream).toEqual({
    officialAccountUrl: 'http://127.0.0.1:8095',
    wecomUrl: 'http://127.0.0.1:8095',
  });
  expect(load({ stage: 'local', 'official-account-url': 'http://127.0.0.1:4711' }).upstream.officialAccountUrl).toBe(
    'http://127.0.0.1:4711',
  );
  expect(load({ stage: 'prod' }).upstream).toEqual({
    officialAccountUrl: 'https://api.weixin.qq.com',
    wecomUrl: 'https://qyapi.weixin.qq.com',
  });
});

describe('a wrong setting is refused by its name and with the reason', () => {
  it.each([
    [{ stage: 'staging' }, {}, "unknown stage 'staging': it is one of local, dev, prod"],
    [{ stage: 'toString' }, {}, "unknown stage 'toString'"],
    [{ stage: 'dev', region: 'Europe' }, {}, /expected a region of AWS such as eu-west-1 or cn-north-1\s+→ at region/],
    [{ stage: 'dev' }, { CDK_DEFAULT_ACCOUNT: '42' }, /expected 12 digits\s+→ at account/],
    [{ stage: 'dev', 'official-account-url': 'api.weixin.qq.com' }, {}, /not a URL\s+→ at upstream.officialAccountUrl/],
    [{ stage: 'local', 'wecom-url': 'http://10.0.0.1' }, {}, /must be https .*\s+→ at upstream.wecomUrl/],
    [{ stage: 'local', 'wecom-url': 8095 }, {}, /expected string.*\s+→ at upstream.wecomUrl/],
  ])('%j', (settings, env, message) => {
    expect(() => load(settings, env)).toThrow(message);
  });
});

describe('a stage of its own', () => {
  it('is like dev or prod but for what it says, down to a single number', () => {
    const own = declared({ region: 'eu-central-1', throttle: { rate: 5 }, tracking: { give_up_after_s: 3600 } });
    const prod = load({ stage: 'prod' });
    expect(own).toEqual({
      ...prod,
      stage: 'own',
      region: 'eu-central-1',
      throttle: { rate: 5, burst: prod.throttle.burst },
      tracking: { ...prod.tracking, give_up_after_s: 3600 },
    });
  });

  it('gives way to what the command line says', () => {
    const own = declared(
      { account: '111122223333', region: 'eu-central-1', auth: jwt },
      { account: '444455556666', region: 'eu-west-1', auth: 'iam' },
    );
    expect(own).toMatchObject({ account: '444455556666', region: 'eu-west-1', auth: { kind: 'iam' } });
  });

  it('keeps of a setting with several parts what the command line leaves out', () => {
    expect(declared({ auth: jwt }, { 'jwt-audience': 'one,other' }).auth).toEqual({
      ...jwt,
      audience: ['one', 'other'],
      scopePrefix: 'waybill/',
    });
    expect(declared({}, { 'nat-gateways': 'one-per-zone' }).egress).toEqual({ kind: 'fixed-ip', natGateways: 'one-per-zone' });
    expect(declared({}, { egress: 'none' }).egress).toEqual({ kind: 'none' });
  });

  it('believes an issuer without https only on this machine, where tests have theirs', () => {
    const here = { auth: 'jwt', 'jwt-issuer': 'http://127.0.0.1:4711', 'jwt-audience': 'one, other', 'jwt-accounts-claim': 'accounts' };
    expect(load({ stage: 'local', ...here }).auth).toMatchObject({ issuer: 'http://127.0.0.1:4711', audience: ['one', 'other'] });
    expect(() => load({ stage: 'prod', ...here })).toThrow(/expected an https URL.*\s+→ at auth.issuer/);
  });

  it.each(['http://127.0.0.1:8095', 'http://localhost:8095', 'https://[::1]:8095'])(
    'does not take %s for WeChat: only the local stage runs where that is',
    (url) => {
      expect(load({ stage: 'local', 'wecom-url': url }).upstream.wecomUrl).toBe(url);
      expect(() => load({ stage: 'prod', 'wecom-url': url })).toThrow(/on this machine.*\s+→ at upstream.wecomUrl/);
      expect(() => declared({ upstream: { officialAccountUrl: url } })).toThrow(/on this machine.*\s+→ at upstream.officialAccountUrl/);
    },
  );

  it.each([
    [{ egres: { kind: 'none' } }, /Unrecognized key: "egres"/],
    [{ like: 'test' }, /expected one of "dev"\|"prod"\s+→ at like/],
    [{ throttle: { rat: 5 } }, /Unrecognized key: "rat"\s+→ at throttle/],
    [{ account: '42' }, /expected 12 digits\s+→ at account/],
    [{ region: 'eu-wset-1' }, /expected a region of AWS .*\s+→ at region/],
    [{ region: 'us-gov-west-1' }, /us-gov-west-1 is in partition aws-us-gov: .*\s+→ at region/],
    [{ logDays: 8 }, /→ at logDays/],
    [{ routeThrottles: { writes: { rate: 1, burst: 1 } } }, /→ at routeThrottles/],
    [{ callbacks: 'no' }, /expected boolean.*\s+→ at callbacks/],
    [{ auth: { ...jwt, issuer: 'http://id.example.com' } }, /expected an https URL .*\s+→ at auth.issuer/],
    [{ auth: { ...jwt, issuer: 'https://id.example.com/?tenant=1' } }, /expected an https URL .*\s+→ at auth.issuer/],
    [{ auth: { ...jwt, audience: [] } }, /→ at auth.audience/],
    [{ auth: { kind: 'jwt', issuer: jwt.issuer, audience: jwt.audience } }, /→ at auth.accountsClaim/],
    [{ auth: { ...jwt, scopePrefix: 'way bill/' } }, /without space, quote and backslash .*\s+→ at auth.scopePrefix/],
    [{ auth: { ...jwt, scopePrefix: 'api://'.padEnd(60, 'x') } }, /expected string to have <=\d+ characters\s+→ at auth.scopePrefix/],
    [{ auth: { ...jwt, kind: 'iam' } }, /Unrecognized keys: "issuer", "audience", "accountsClaim"\s+→ at auth/],
    [{ egress: { kind: 'fixed-ip', natGateways: 'two' } }, /→ at egress.natGateways/],
    [
      { egress: { kind: 'fixed-ip', availabilityZones: ['eu-west-1a', 'eu-west-1a'] } },
      /two different zones\s+→ at egress.availabilityZones/,
    ],
    [
      { egress: { kind: 'existing-vpc', vpcId: 'main', availabilityZones: [], privateSubnetIds: [] } },
      /an id such as vpc-.*\s+→ at egress.vpcId/,
    ],
    [
      { egress: { ...team, privateSubnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'] } },
      /one subnet for each of availabilityZones.*\s+→ at egress.privateSubnetIds/,
    ],
    [{ egress: { ...team, securityGroupIds: [] } }, /→ at egress.securityGroupIds/],
    [{ egress: { ...team, securityGroupIds: ['default'] } }, /an id such as sg-.*\s+→ at egress.securityGroupIds/],
    [{ egress: { kind: 'fixed-ip', securityGroupIds: ['sg-0a1b2c3d'] } }, /Unrecognized key: "securityGroupIds"\s+→ at egress/],
    [{ kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:alias/main' }, /the ARN of a key, .*not of an alias\s+→ at kmsKeyArn/],
    [{ kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/main' }, /a UUID or mrk-….*\s+→ at kmsKeyArn/],
    [{ kmsKeyArn: keyArn('eu-west-1').slice(0, -1) }, /a UUID or mrk-….*\s+→ at kmsKeyArn/],
    [{ tags: { service: 'other' } }, /Waybill sets this tag itself/],
    [{ tags: { 'aws:owner': 'me' } }, /not a key that AWS takes/],
    [{ tags: Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`tag-${n}`, ''])) }, /at most 48 tags.*\s+→ at tags/],
    [
      { tags: Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`tag-${n}`, 'x'.repeat(256)])) },
      /at most 3,000 bytes.*\s+→ at tags/,
    ],
    [{ schedules: { resumeStalledEveryMinutes: 0.5 } }, /→ at schedules.resumeStalledEveryMinutes/],
  ])('says what is wrong with %j', (declaration, message) => {
    expect(() => declared(declaration)).toThrow(message);
  });

  it.each([
    [{ egres: 'none' }, /unknown context 'egres': .* -c, cdk\.json, cdk\.context\.json or ~\/\.cdk\.json/],
    [{ auth: 'none' }, /→ at auth/],
    [{ 'jwt-issuer': 'https://id.example.com' }, /Unrecognized key: "issuer"\s+→ at auth/],
    [{ egress: 'none', 'nat-gateways': 'one' }, /Unrecognized key: "natGateways"\s+→ at egress/],
  ])('says what is wrong on a command line with %j', (context, message) => {
    // @ts-expect-error: a typo
    expect(() => declared({}, context)).toThrow(message);
  });

  it.each(['p', 'Prod', '1prod', 'prod_eu', 'a-stage-with-a-long-name'])('is not called %s', (stage) => {
    expect(() => loadStageConfig({ stage }, {}, { [stage]: { like: 'dev' } })).toThrow(
      'expected 2 to 16 small letters, digits and hyphens',
    );
  });

  it('is not called as the one of the local stack, which it would replace', () => {
    expect(() => loadStageConfig({ stage: 'dev' }, {}, { dev: { like: 'dev' }, local: { like: 'dev' } })).toThrow(
      'give the stage in infra/stages.ts another name',
    );
  });
});

describe('what names a place fits the place where the stage goes', () => {
  const place = { account: '111122223333', region: 'cn-north-1' };
  it.each([
    [
      { ...place, permissionsBoundary: 'arn:aws:iam::111122223333:policy/b' },
      /is in partition aws, and cn-north-1 in aws-cn\s+→ at permissionsBoundary/,
    ],
    [{ ...place, kmsKeyArn: keyArn('us-east-1') }, /is in partition aws, and cn-north-1 in aws-cn\s+→ at kmsKeyArn/],
    [{ region: 'eu-west-1', kmsKeyArn: keyArn('cn-north-1') }, /is in partition aws-cn, and eu-west-1 in aws/],
    [{ region: 'eu-west-1', kmsKeyArn: keyArn('us-east-1') }, /is in us-east-1, and the stage in eu-west-1\s+→ at kmsKeyArn/],
    [
      { account: '111122223333', kmsKeyArn: keyArn('us-east-1', '444455556666') },
      /is in account 444455556666, and the stage in 111122223333/,
    ],
    [
      { account: '111122223333', permissionsBoundary: 'arn:aws:iam::444455556666:policy/b' },
      /is in account 444455556666.*\s+→ at permissionsBoundary/,
    ],
    [{ ...place, egress: { kind: 'fixed-ip', availabilityZones: ['eu-west-1a', 'eu-west-1b'] } }, /eu-west-1a is not in cn-north-1/],
    [{ kmsKeyArn: keyArn('us-east-1') }, /is needed with a key of the customer.*\s+→ at region/],
    [{ ...place, tracing: true }, /there is no X-Ray in China\s+→ at tracing/],
  ])('%j', (declaration, message) => {
    expect(() => declared(declaration)).toThrow(message);
  });

  it('and where it does, nobody is asked twice', () => {
    expect(
      declared({
        ...place,
        permissionsBoundary: 'arn:aws-cn:iam::111122223333:policy/b',
        kmsKeyArn: keyArn('cn-north-1'),
      }),
    ).toMatchObject(place);
    const ofManyRegions = keyArn('eu-west-1', '111122223333', 'mrk-1a2b3c4d5e6f4a1b8c2d3e4f5a6b7c8d');
    expect(declared({ region: 'eu-west-1', kmsKeyArn: ofManyRegions }).kmsKeyArn).toBe(ofManyRegions);
    expect(declared({ account: '111122223333', permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess' }).account).toBe(
      '111122223333',
    );
  });
});

it('takes what the CDK and its CLI put into the context for no typo', () => {
  const context = {
    stage: 'dev',
    '@aws-cdk/core:target-partitions': ['aws'],
    'aws:cdk:bundling-stacks': [],
    'cli-telemetry': false,
    '@aws-cdk/core:bootstrapQualifier': 'platform',
  };
  expect(load(context).stage).toBe('dev');
});

describe('credentials of one partition', () => {
  const account = '111122223333';
  const env = { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: 'eu-west-1' };
  const stages = { own: { like: 'prod', account, region: 'cn-north-1' } } as const;

  it.each([
    ['nobody names', () => loadStageConfig({ stage: 'prod', region: 'cn-north-1' }, env)],
    ['the command line names', () => loadStageConfig({ stage: 'prod', account, region: 'cn-north-1' }, env)],
    ['the stage names', () => loadStageConfig({ stage: 'own' }, env, stages)],
  ])('are refused for a region of another, though the account is theirs, which %s', (_, loadIt) => {
    expect(loadIt).toThrow(/account: 111122223333.* partition aws /);
  });

  it('are taken for the regions of their own, and say nothing of an account that is not theirs', () => {
    expect(loadStageConfig({ stage: 'prod', region: 'us-east-1' }, env)).toMatchObject({ account });
    const other = { CDK_DEFAULT_ACCOUNT: '444455556666', CDK_DEFAULT_REGION: 'eu-west-1' };
    expect(loadStageConfig({ stage: 'own' }, other, stages)).toMatchObject({ account, region: 'cn-north-1' });
  });
});

it.each([
  ['of ours in other capitals', { Stage: 'x' }],
  ['twice, but for the capitals', { owner: 'a', Owner: 'b' }],
])('refuses a tag %s, which IAM would refuse at the first role', (_what, tags) => {
  expect(() => loadStageConfig({ stage: 'tagged' }, {}, { tagged: { like: 'prod', tags } })).toThrow(/tags/);
});
