import { describe, expect, it } from 'vitest';
import { functionsOf, ofType, synth, synthStage, type Templates, templatesOf, variantNames } from './synthesized.ts';

const key = 'arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d';
const eachOf = (templates: Templates, type: string) => templatesOf(templates).flatMap((template) => ofType(template, type));

describe('two stages side by side in one account and region', () => {
  const own = (stage: string) => synthStage(stage, { like: 'prod', account: '111122223333', region: 'eu-central-1' });
  /** Every name that AWS would not give to a second thing of the same kind. */
  const names = (stage: ReturnType<typeof own>) => [
    ...stage.names.map((name) => `stack ${name}`),
    ...templatesOf(stage).flatMap(({ Outputs }) =>
      Object.values(Outputs).flatMap(({ Export }) => (Export ? [`export ${Export.Name}`] : [])),
    ),
    ...templatesOf(stage).flatMap(({ Resources }) =>
      Object.values(Resources).flatMap(({ Type, Properties }) =>
        ['Name', 'LogGroupName', 'TableName', 'RoleName', 'FunctionName', 'StateMachineName', 'GroupName']
          .map((property) => Properties[property])
          .flatMap((name) => (typeof name === 'string' ? [`${Type} ${name}`] : [])),
      ),
    ),
    ...new Set(JSON.stringify(templatesOf(stage)).match(/secret:waybill\/[a-z0-9-]+\/[a-z]+\//g)),
  ];

  // A stage whose name begins like the other's, and one that ends like a stack's.
  it.each([
    ['prod', 'prod-eu'],
    ['prod', 'prod-service'],
    ['dev', 'prod'],
  ])('%s and %s have no name in common', (one, other) => {
    const [mine, theirs] = [names(own(one)), names(own(other))];
    expect(mine).toEqual(expect.arrayContaining([`stack waybill-${one}-stateful`, `secret:waybill/${one}/tokens/`]));
    expect(mine.filter((name) => theirs.includes(name))).toEqual([]);
  });

  it('call everything that lists them by the stage: the API, the stacks and their descriptions', () => {
    const prod = own('prod-eu');
    expect(eachOf(prod, 'AWS::ApiGatewayV2::Api').map(([, { Properties }]) => Properties['Name'])).toEqual(['waybill-prod-eu']);
    expect(prod.names).toEqual(['waybill-prod-eu-network', 'waybill-prod-eu-service', 'waybill-prod-eu-stateful']);
    for (const { Description } of templatesOf(prod)) expect(Description).toMatch(/^Waybill prod-eu: /);
  });
});

describe('a permissions boundary', () => {
  it('bounds every role, those of the network as well', () => {
    const bounded = synthStage('own', { like: 'prod', permissionsBoundary: 'arn:aws:iam::111122223333:policy/team/boundary' });
    const roles = eachOf(bounded, 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(10);
    for (const [id, { Properties }] of roles)
      expect(Properties['PermissionsBoundary'], id).toBe('arn:aws:iam::111122223333:policy/team/boundary');
  });

  it("given by name is the account's own, in whatever partition that is", () => {
    for (const [id, { Properties }] of eachOf(synth('guarded'), 'AWS::IAM::Role'))
      expect(Properties['PermissionsBoundary'], id).toEqual({
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:policy/platform-boundary']],
      });
  });

  it('is not there unless it is given', () => {
    for (const [, { Properties }] of eachOf(synth('prod'), 'AWS::IAM::Role')) expect(Properties).not.toHaveProperty('PermissionsBoundary');
  });
});

describe('the tags of the stage', () => {
  /** By `tagging` of their schemas; a table takes them for each of its replicas. */
  const takeTags = [
    'AWS::ApiGatewayV2::Api',
    'AWS::ApiGatewayV2::Stage',
    'AWS::DynamoDB::GlobalTable',
    'AWS::EC2::EIP',
    'AWS::EC2::FlowLog',
    'AWS::EC2::InternetGateway',
    'AWS::EC2::NatGateway',
    'AWS::EC2::RouteTable',
    'AWS::EC2::SecurityGroup',
    'AWS::EC2::Subnet',
    'AWS::EC2::VPC',
    'AWS::EC2::VPCEndpoint',
    'AWS::Events::EventBus',
    'AWS::IAM::Role',
    'AWS::Lambda::Function',
    'AWS::Logs::LogGroup',
    'AWS::StepFunctions::StateMachine',
  ];
  const takeNone = [
    'AWS::ApiGatewayV2::Authorizer',
    'AWS::ApiGatewayV2::Integration',
    'AWS::ApiGatewayV2::Route',
    'AWS::EC2::Route',
    'AWS::EC2::SubnetRouteTableAssociation',
    'AWS::EC2::VPCGatewayAttachment',
    'AWS::IAM::Policy',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Lambda::Permission',
    'AWS::Scheduler::Schedule',
  ];
  const auth = { kind: 'jwt' as const, issuer: 'https://id.example.com', audience: ['waybill'], accountsClaim: 'accounts' };
  const own = synthStage('own', { like: 'prod', auth, tags: { 'cost-center': '4711' } });
  const all = [own, synth('guarded')].flatMap((templates) => templatesOf(templates).flatMap(({ Resources }) => Object.entries(Resources)));

  it('are on everything that takes tags, with a network of its own and without', () => {
    const takers = all.filter(([, { Type }]) => takeTags.includes(Type));
    expect(new Set(takers.map(([, { Type }]) => Type))).toEqual(new Set(takeTags));
    for (const [id, { Type, Properties }] of takers) {
      const { Tags } = Type === 'AWS::DynamoDB::GlobalTable' ? Properties['Replicas'][0] : Properties;
      const tags = Array.isArray(Tags) ? Object.fromEntries(Tags.map((tag) => [tag.Key, tag.Value])) : Tags;
      expect(tags, id).toMatchObject({ 'cost-center': '4711', service: 'waybill', stage: expect.stringMatching(/^(own|guarded)$/) });
    }
  });

  it('are known to be taken or not by every type there is', () => {
    expect(new Set(all.map(([, { Type }]) => Type))).toEqual(new Set([...takeTags, ...takeNone]));
  });
});

describe('encryption', () => {
  it("is with the customer's key in everything that keeps data, if the stage names one", () => {
    const { stateful, service } = synth('guarded');
    for (const [id, { Properties }] of ofType(stateful, 'AWS::DynamoDB::GlobalTable')) {
      expect(Properties['SSESpecification'], id).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
      expect(Properties['Replicas'][0].SSESpecification, id).toEqual({ KMSMasterKeyId: key });
    }
    for (const [, { Properties }] of ofType(service, 'AWS::Events::EventBus')) expect(Properties['KmsKeyIdentifier']).toBe(key);
    for (const [id, { Properties }] of ofType(service, 'AWS::Logs::LogGroup')) expect(Properties['KmsKeyId'], id).toBe(key);
    for (const [, { Properties }] of ofType(service, 'AWS::StepFunctions::StateMachine'))
      expect(Properties['EncryptionConfiguration']).toMatchObject({ Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: key });
  });

  it('takes in the logs of the network', () => {
    const { network } = synthStage('own', { like: 'prod', region: 'eu-central-1', kmsKeyArn: key });
    for (const [, { Properties }] of ofType(network, 'AWS::Logs::LogGroup')) expect(Properties['KmsKeyId']).toBe(key);
  });

  it.each(variantNames.filter((variant) => variant !== 'guarded'))(
    'is with the keys of the services in %s, and KMS is never called',
    (variant) => {
      expect(JSON.stringify(templatesOf(synth(variant)))).not.toMatch(/kms/i);
    },
  );
});

it('tells the functions of a stage what the stage says of its own upstream', () => {
  const { service } = synthStage('own', { like: 'dev', upstream: { officialAccountUrl: 'https://wechat.example.com' } });
  const urls = functionsOf(service).flatMap(({ properties }) => properties['Environment'].Variables.OFFICIAL_ACCOUNT_URL ?? []);
  expect(new Set(urls)).toEqual(new Set(['https://wechat.example.com']));
});
