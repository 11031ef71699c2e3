import type { StageDeclaration } from './stage-schema.ts';

/** What tests and linters look at, whatever stages a team declares: those that come with Waybill, and what a stage can say besides. */
export const variants = {
  local: { stage: 'local' },
  dev: { stage: 'dev' },
  prod: { stage: 'prod' },
  'prod-cn-north-1': { stage: 'prod', region: 'cn-north-1' },
  'dev-jwt-fixed-ip': {
    stage: 'dev',
    auth: 'jwt',
    'jwt-issuer': 'https://id.example.com/',
    'jwt-audience': 'waybill,waybill-test',
    'jwt-accounts-claim': 'waybill_accounts',
    egress: 'fixed-ip',
    'nat-gateways': 'one-per-zone',
  },
  guarded: { stage: 'guarded' },
  zoned: { stage: 'zoned' },
} as const;
export type Variant = keyof typeof variants;

export const stages = {
  dev: { like: 'dev' },
  prod: { like: 'prod' },
  zoned: {
    like: 'prod',
    region: 'eu-central-1',
    egress: { kind: 'fixed-ip', availabilityZones: ['eu-central-1a', 'eu-central-1b'] },
  },
  guarded: {
    like: 'prod',
    account: '111122223333',
    region: 'eu-central-1',
    egress: {
      kind: 'existing-vpc',
      vpcId: 'vpc-0a1b2c3d4e5f60718',
      availabilityZones: ['eu-central-1a', 'eu-central-1b'],
      privateSubnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-0b1c2d3e4f5061728'],
    },
    logDays: 365,
    kmsKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d',
    permissionsBoundary: 'platform-boundary',
    tags: { 'cost-center': '4711' },
  },
} as const satisfies Readonly<Record<string, StageDeclaration>>;
