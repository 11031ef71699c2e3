import { describe, expect, it } from 'vitest';
import { ofType, synth, synthStage, type Template, templatesOf, type Variant } from './synthesized.ts';

/**
 * What an upgrade must find again. CloudFormation knows a thing by its logical id, which is made from the ids of its constructs:
 * renamed or moved, the old one is deleted or left behind, and a new and empty one takes its place. Keys and names likewise.
 * A new thing is added here; a line is changed only together with a way to bring what is behind it along.
 */
const pinned: Record<string, { readonly what: Record<string, unknown>; readonly lost: string }> = {
  'stateful AccountsBE8A900E': {
    what: { Type: 'AWS::DynamoDB::GlobalTable', key: ['account_id HASH'], indexes: [] },
    lost: 'the accounts: the table would be replaced by an empty one, nothing would be asked of WeChat any more, and every account added anew',
  },
  'stateful MassMessages54708CA8': {
    what: {
      Type: 'AWS::DynamoDB::GlobalTable',
      key: ['account_id HASH', 'msg_id RANGE'],
      indexes: ['by_submitted_at: account_id HASH, submitted_at RANGE', 'due: due HASH, next_step_at RANGE'],
    },
    lost: 'every record and its history: the table would be replaced by an empty one, and what is being tracked forgotten',
  },
  'network Address1': {
    what: { Type: 'AWS::EC2::EIP' },
    lost: 'an address that is entered at WeChat: every account would be refused (40164, 60020) until its administrator has entered the new one',
  },
  'network Address2': {
    what: { Type: 'AWS::EC2::EIP' },
    lost: 'an address that is entered at WeChat: every account would be refused (40164, 60020) until its administrator has entered the new one',
  },
  'network Vpc8378EB38': {
    what: { Type: 'AWS::EC2::VPC' },
    lost: 'the way to the addresses: a second VPC cannot be made while the gateways of the first hold the addresses, and the upgrade would fail',
  },
  'service EventsD32975C2': {
    what: { Type: 'AWS::Events::EventBus', Name: 'waybillprodserviceEvents76FFC923' },
    lost: 'the bus: the rules of everyone who listens hang on it by its name, and would hear nothing more',
  },
  'service MassMessageTrackingMachine61FC0547': {
    what: { Type: 'AWS::StepFunctions::StateMachine', StateMachineName: undefined },
    lost: 'all running executions: they are aborted with their machine, and messages stand still until they count as stalled',
  },
  'service HttpApi9292168F': {
    what: { Type: 'AWS::ApiGatewayV2::Api' },
    lost: "the API's id, which is its address and stands in every policy of its callers: all would be refused",
  },
};

/** Types of which a new one is as good as the old: everything else holds something. */
const holdsNothing = new Set([
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::EC2::FlowLog',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Scheduler::Schedule',
]);

type KeySchema = { AttributeName: string; KeyType: string }[];
const keyOf = (schema: KeySchema) => schema.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`);

const found = (variant: Variant) => {
  const { stateful, service, network } = synth(variant);
  const things: Record<string, Record<string, unknown>> = {};
  for (const [stack, template] of Object.entries({ stateful, network, service }))
    for (const [id, { Type, Properties }] of Object.entries(template?.Resources ?? {})) {
      if (holdsNothing.has(Type)) continue;
      const thing: Record<string, unknown> = { Type };
      if (Type === 'AWS::DynamoDB::GlobalTable') {
        thing['key'] = keyOf(Properties['KeySchema']);
        thing['indexes'] = (Properties['GlobalSecondaryIndexes'] ?? []).map(
          ({ IndexName, KeySchema }: { IndexName: string; KeySchema: KeySchema }) => `${IndexName}: ${keyOf(KeySchema).join(', ')}`,
        );
      }
      if (Type === 'AWS::Events::EventBus') thing['Name'] = Properties['Name'];
      if (Type === 'AWS::StepFunctions::StateMachine') thing['StateMachineName'] = Properties['StateMachineName'];
      things[`${stack} ${id}`] = thing;
    }
  return things;
};

describe('an upgrade of prod', () => {
  const now = found('prod');

  it.each(Object.entries(pinned))('finds %s again', (id, { what, lost }) => {
    expect(now[id], `An upgrade would lose ${lost}.`).toEqual(what);
  });

  it('has a line above for everything that holds something', () => {
    const unknown = Object.entries(now).filter(([id]) => !pinned[id]);
    expect(unknown, 'Add it to what is pinned, with what would be lost if it were replaced, or to what holds nothing').toEqual([]);
  });

  it('finds the secrets again, which it never makes itself', () => {
    const prefixes = new Set(JSON.stringify(templatesOf(synth('prod'))).match(/waybill\/[^"]+?\/(tokens|credentials)\//g));
    expect(prefixes, 'every credential would have to be entered anew').toEqual(
      new Set(['waybill/prod/tokens/', 'waybill/prod/credentials/']),
    );
  });

  it('finds the stacks themselves again', () => {
    expect(synth('prod').names, 'everything would be made a second time, and the old be left running').toEqual([
      'waybill-prod-network',
      'waybill-prod-service',
      'waybill-prod-stateful',
    ]);
  });

  it('is refused where it would delete a stack, whichever it is', () => {
    expect(synth('prod').isProtected).toBe(true);
    expect(synth('guarded').isProtected).toBe(true);
  });
});

describe('a setting that changes later', () => {
  const ids = (template: Template | undefined, type: string) => ofType(template, type).map(([id]) => id);

  it('keeps both addresses and everything below them, with one gateway or two', () => {
    const [one, two] = (['one', 'one-per-zone'] as const).map(
      (natGateways) => synthStage('prod', { like: 'prod', egress: { kind: 'fixed-ip', natGateways } }).network,
    );
    for (const type of ['AWS::EC2::EIP', 'AWS::EC2::VPC', 'AWS::EC2::Subnet']) expect(ids(two, type)).toEqual(ids(one, type));
    const gateway = (template: Template | undefined) => ofType(template, 'AWS::EC2::NatGateway')[0];
    expect(gateway(two)).toEqual(gateway(one));
  });

  it('replaces no table, bus or machine by another way of letting callers in, another key or another way out', () => {
    const plain = synth('prod');
    const other = synthStage('prod', {
      like: 'prod',
      region: 'eu-central-1',
      auth: { kind: 'jwt', issuer: 'https://id.example.com', audience: ['waybill'], accountsClaim: 'accounts' },
      egress: { kind: 'none' },
      kmsKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1',
    });
    for (const type of [
      'AWS::DynamoDB::GlobalTable',
      'AWS::Events::EventBus',
      'AWS::StepFunctions::StateMachine',
      'AWS::ApiGatewayV2::Api',
    ])
      for (const kind of ['stateful', 'service'] as const) expect(ids(other[kind], type)).toEqual(ids(plain[kind], type));
  });
});
