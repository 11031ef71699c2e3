import { describe, expect, it } from 'vitest';
import { callsWechat } from './expected-permissions.ts';
import {
  configOf,
  functionsOf,
  inWords,
  ofType,
  only,
  synth,
  synthStage,
  type Template,
  type Variant,
  variantNames,
} from './synthesized.ts';

/** Where a function is, if it is in a VPC: its subnets and security groups, in words. */
const placed = (templates: Parameters<typeof inWords>[0]) => {
  const words = inWords(templates);
  return functionsOf(templates.service).flatMap(({ entry, properties: { VpcConfig } }) =>
    VpcConfig ? [{ entry, subnets: VpcConfig.SubnetIds.map(words), groups: VpcConfig.SecurityGroupIds.map(words) }] : [],
  );
};

const withEgress = variantNames.filter((variant) => configOf(variant).egress.kind !== 'none');

describe.each(withEgress)('%s', (variant) => {
  const templates = synth(variant);

  it('sends the functions that call WeChat through the fixed addresses, and leaves the others outside', () => {
    expect(
      placed(templates)
        .map(({ entry }) => entry)
        .sort(),
    ).toEqual(callsWechat);
  });

  it('lets these functions open HTTPS connections, and nobody reach them', () => {
    const [id, { Properties: group }] = only(ofType(templates.service, 'AWS::EC2::SecurityGroup'));
    expect(group['SecurityGroupEgress']).toEqual([
      expect.objectContaining({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }),
    ]);
    expect(group['SecurityGroupIngress']).toBeUndefined();
    for (const type of ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'])
      expect(ofType(templates.service, type)).toEqual([]);
    expect(new Set(placed(templates).flatMap(({ groups }) => groups))).toEqual(new Set([inWords(templates)({ Ref: id })]));
  });
});

describe('fixed addresses', () => {
  const network = (variant: Variant): Template => {
    const found = synth(variant).network;
    if (!found) throw new Error(`${variant} has no network`);
    return found;
  };

  it.each(['prod', 'prod-cn-north-1', 'dev-jwt-fixed-ip'] as const)(
    'are two in %s, each an output that says where to enter it',
    (variant) => {
      const { Outputs } = network(variant);
      const shown = Object.entries(Outputs).filter(([, { Export }]) => !Export);
      expect(shown.map(([id, { Value }]) => [id, Value])).toEqual([
        ['EgressAddress1', { 'Fn::GetAtt': ['Address1', 'PublicIp'] }],
        ['EgressAddress2', { 'Fn::GetAtt': ['Address2', 'PublicIp'] }],
      ]);
      for (const [, { Description }] of shown) {
        expect(Description).toMatch(/Official Account's IP allow-list \(mp\.weixin\.qq\.com/);
        expect(Description).toMatch(/WeCom's trusted IPs/);
        expect(Description?.length).toBeLessThanOrEqual(1024); // CloudFormation's limit
      }
    },
  );

  it.each([
    ['prod', ['Address1']],
    ['dev-jwt-fixed-ip', ['Address1', 'Address2']],
  ] as const)('are what the gateways of %s use, and there is no other way out', (variant, addresses) => {
    const template = network(variant);
    const gateways = ofType(template, 'AWS::EC2::NatGateway');
    expect(gateways.map(([, { Properties }]) => Properties['AllocationId']['Fn::GetAtt'][0])).toEqual(addresses);
    const words = inWords(synth(variant));
    const privateWays = ofType(template, 'AWS::EC2::Route').filter(([id]) => /Private/.test(id));
    expect(privateWays).toHaveLength(2);
    for (const [, { Properties }] of privateWays) {
      expect(Properties).toMatchObject({ DestinationCidrBlock: '0.0.0.0/0' });
      expect(gateways.map(([id]) => words({ Ref: id }))).toContain(words(Properties['NatGatewayId']));
    }
    expect(placed(synth(variant))[0]?.subnets).toEqual(
      ['VpcPrivateSubnet1Subnet', 'VpcPrivateSubnet2Subnet'].map((name) => expect.stringContaining(name)),
    );
  });

  it('outlive the stack in prod, but for those of a first deployment that failed, and go with it in dev', () => {
    const policies = (variant: Variant) =>
      ofType(network(variant), 'AWS::EC2::EIP').map(([, { DeletionPolicy, UpdateReplacePolicy }]) => [DeletionPolicy, UpdateReplacePolicy]);
    expect(policies('prod')).toEqual([
      ['RetainExceptOnCreate', 'Retain'],
      ['RetainExceptOnCreate', 'Retain'],
    ]);
    expect(policies('dev-jwt-fixed-ip').flat()).not.toContain('RetainExceptOnCreate');
  });

  it('serve DynamoDB past the gateways, and log every connection', () => {
    const template = network('prod');
    const [, { Properties: endpoint }] = only(ofType(template, 'AWS::EC2::VPCEndpoint'));
    expect(endpoint).toMatchObject({ VpcEndpointType: 'Gateway' });
    expect(JSON.stringify(endpoint['ServiceName'])).toContain('.dynamodb');
    // Those of the subnets in which the functions are.
    const { subnets = [] } = placed(synth('prod'))[0] ?? {};
    const words = inWords(synth('prod'));
    const tables = ofType(template, 'AWS::EC2::SubnetRouteTableAssociation').flatMap(([, { Properties }]) =>
      subnets.includes(words(Properties['SubnetId'])) ? [Properties['RouteTableId']] : [],
    );
    expect(tables).toHaveLength(2);
    expect(endpoint['RouteTableIds']).toEqual(expect.arrayContaining(tables));
    const [, { Properties: log }] = only(ofType(template, 'AWS::EC2::FlowLog'));
    expect(log).toMatchObject({ ResourceType: 'VPC', TrafficType: 'ALL' });
  });

  it('need no lookup, though the account and the region are known', () => {
    const zones = (egress: object) => {
      // The names of zones are found out when the stack is deployed, or given.
      const { network } = synthStage('own', {
        like: 'prod',
        account: '111122223333',
        region: 'eu-west-1',
        egress: { kind: 'fixed-ip', ...egress },
      });
      return [...new Set(ofType(network, 'AWS::EC2::Subnet').map(([, { Properties }]) => JSON.stringify(Properties['AvailabilityZone'])))];
    };
    expect(zones({})).toEqual([0, 1].map((zone) => JSON.stringify({ 'Fn::Select': [zone, { 'Fn::GetAZs': '' }] })));
    expect(zones({ availabilityZones: ['eu-west-1b', 'eu-west-1c'] })).toEqual(['"eu-west-1b"', '"eu-west-1c"']);
  });
});

describe('an existing VPC', () => {
  it('is used as it is: no address and no gateway is made, and an output says whose the addresses are', () => {
    const templates = synth('guarded');
    expect(templates.network).toBeUndefined();
    const made = Object.values(templates.service.Resources)
      .map(({ Type }) => Type)
      .filter((type) => type.startsWith('AWS::EC2::'));
    expect(made).toEqual(['AWS::EC2::SecurityGroup']);
    expect(placed(templates)[0]?.subnets).toEqual(['subnet-0a1b2c3d4e5f60718', 'subnet-0b1c2d3e4f5061728']);
    expect(templates.service.Outputs['EgressSubnets']?.Description).toMatch(/addresses .* are yours.*IP allow-list/);
  });

  it('can bring its own security groups, and then none is made', () => {
    const { service, ...others } = synthStage('own', {
      like: 'prod',
      egress: {
        kind: 'existing-vpc',
        vpcId: 'vpc-0a1b2c3d',
        availabilityZones: ['eu-central-1a'],
        privateSubnetIds: ['subnet-0a1b2c3d'],
        securityGroupIds: ['sg-0a1b2c3d', 'sg-1a2b3c4d'],
      },
    });
    expect(Object.values(service.Resources).filter(({ Type }) => Type.startsWith('AWS::EC2'))).toEqual([]);
    const found = placed({ service, ...others });
    expect(found.map(({ entry }) => entry).sort()).toEqual(callsWechat);
    for (const { groups } of found) expect(groups).toEqual(['sg-0a1b2c3d', 'sg-1a2b3c4d']);
  });
});

describe('a stage that leaves its VPC', () => {
  /** Statements about network interfaces, by the role they are for. */
  const statements = ({ service }: Pick<Parameters<typeof inWords>[0], 'service'>) =>
    ofType(service, 'AWS::IAM::Policy').flatMap(([, { Properties: policy }]) =>
      policy['PolicyDocument'].Statement.filter(({ Action }: { Action: unknown }) =>
        JSON.stringify(Action).includes('NetworkInterface'),
      ).map((statement: object) => [policy['Roles'][0].Ref, statement]),
    );

  it('lets Lambda give the network interfaces back, which it does with the permissions that it made them with', () => {
    const left = synthStage('prod', { like: 'prod', egress: { kind: 'none' } });
    expect(placed(left)).toEqual([]);
    expect(statements(left)).toHaveLength(2 * callsWechat.length);
    expect(statements(left)).toEqual(statements(synth('prod')));
  });
});

it.each(['local', 'dev'] as const)('makes no network in %s', (variant) => {
  expect(synth(variant).network).toBeUndefined();
  expect(placed(synth(variant))).toEqual([]);
  expect(Object.values(synth(variant).service.Resources).filter(({ Type }) => Type.startsWith('AWS::EC2'))).toEqual([]);
});
