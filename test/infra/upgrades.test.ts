import { describe, expect, it } from 'vitest';
import { configOf, ofType, type Resource, synth, synthStage, type Template, templatesOf, type Variant } from './synthesized.ts';

const address = {
  what: { Type: 'AWS::EC2::EIP', Domain: 'vpc' },
  lost: 'an address that is entered at WeChat: every account would be refused (40164, 60020) until its administrator has entered the new one',
};
const subnet = (CidrBlock: string, zone: 0 | 1) => ({
  what: {
    Type: 'AWS::EC2::Subnet',
    CidrBlock,
    VpcId: { Ref: 'Vpc8378EB38' },
    AvailabilityZone: { 'Fn::Select': [zone, { 'Fn::GetAZs': '' }] },
  },
  lost: 'the place of a gateway or of functions: a second subnet cannot be made where the range of the first is, and every upgrade would fail',
});
/** Replaced all the same, or given up, its old records stay. */
const table = (keys: { readonly key: readonly string[]; readonly indexes?: readonly string[] }) => ({
  Type: 'AWS::DynamoDB::GlobalTable',
  TableName: undefined,
  LocalSecondaryIndexes: undefined,
  indexes: [],
  ...keys,
  encryption: undefined,
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
});
const log = (LogGroupName: string) => ({
  what: { Type: 'AWS::Logs::LogGroup', LogGroupName, LogGroupClass: undefined },
  lost: 'the log: under another name it is deleted with all that is in it, and under another id every upgrade would fail, since the name is taken',
});

/**
 * What an upgrade must find again. CloudFormation knows a thing by its logical id, which is made from the ids of its constructs:
 * renamed or moved, the old one is deleted or left behind, and a new and empty one takes its place. The same goes for keys, names and
 * every property that cannot be changed; one that is undefined has to stay so. With another key of encryption, or one at all, nothing is
 * replaced, but functions lose what was written with the old one (docs/adr/0012-encryption.md).
 * A new thing is added here; a line is changed only together with a way to bring what is behind it along.
 */
const pinned: Record<string, { readonly what: Record<string, unknown>; readonly lost: string }> = {
  'stateful AccountsBE8A900E': {
    what: table({ key: ['account_id S HASH'] }),
    lost: 'the accounts: the table would be replaced by an empty one, nothing would be asked of WeChat any more, and every account added anew',
  },
  'stateful MassMessages54708CA8': {
    what: table({
      key: ['account_id S HASH', 'msg_id S RANGE'],
      indexes: ['by_submitted_at ALL: account_id S HASH, submitted_at S RANGE', 'due ALL: due S HASH, next_step_at S RANGE'],
    }),
    lost: 'every record and its history: the table would be replaced by an empty one, and what is being tracked forgotten',
  },
  'stateful Articles47CFF050': {
    what: table({ key: ['account_id S HASH', 'url_digest S RANGE'] }),
    lost:
      'which messages sent which pages, and what was deleted by its address: WeChat tells that once, in a push. Nobody would be warned any more ' +
      'that other messages lose the same page, none of them be marked, and WeChat be asked a second time to delete what is gone',
  },
  'stateful GroupMessagesEF37C3C7': {
    what: table({
      key: ['account_id S HASH', 'msgid S RANGE'],
      indexes: ['by_create_time ALL: account_id S HASH, create_time S RANGE', 'due ALL: due S HASH, next_refresh_at S RANGE'],
    }),
    lost: 'every group message older than a month, which WeCom lists no more to a sync that looks back four weeks',
  },
  'stateful GroupTasksA172296B': {
    what: table({ key: ['message S HASH', 'userid S RANGE'] }),
    lost: 'which member has pressed send: every member of every message would be read again, and those of settled messages never',
  },
  'stateful DeliveriesBF2F7293': {
    what: table({
      key: ['task S HASH', 'recipient_id S RANGE'],
      indexes: ['by_recipient ALL: recipient S HASH, create_time S RANGE'],
    }),
    lost: 'what every customer received: members that did not change are not read again, so their rows would stay away',
  },
  'stateful Syncs42D167BF': {
    what: table({ key: ['account_id S HASH', 'sync_id S RANGE'], indexes: ['due ALL: due S HASH, next_step_at S RANGE'] }),
    lost: 'how far every sync is: those under way would end with an error, and what was asked for by request not be done',
  },
  'network Address1': address,
  'network Address2': address,
  'network Vpc8378EB38': {
    what: { Type: 'AWS::EC2::VPC', CidrBlock: '10.0.0.0/24', InstanceTenancy: 'default' },
    lost: 'the way to the addresses: a second VPC cannot be made while the gateways of the first hold the addresses, and the upgrade would fail',
  },
  'network VpcPublicSubnet1Subnet5C2D37C4': subnet('10.0.0.0/28', 0),
  'network VpcPublicSubnet2Subnet691E08A3': subnet('10.0.0.16/28', 1),
  'network VpcPrivateSubnet1Subnet536B997A': subnet('10.0.0.64/26', 0),
  'network VpcPrivateSubnet2Subnet3788AAA1': subnet('10.0.0.128/26', 1),
  'service EventsD32975C2': {
    what: { Type: 'AWS::Events::EventBus', Name: 'waybillprodserviceEvents76FFC923', encryption: undefined },
    lost: 'the bus: the rules of everyone who listens hang on it by its name, and would hear nothing more',
  },
  'service MassMessageTrackingMachine61FC0547': {
    what: {
      Type: 'AWS::StepFunctions::StateMachine',
      StateMachineName: undefined,
      StateMachineType: 'STANDARD',
      encryption: undefined,
    },
    lost: 'all running executions: they are aborted with their machine, and messages stand still until they count as stalled',
  },
  'service MassMessageTrackingLogs762E7D91': log('/aws/vendedlogs/states/waybill-prod-mass-message-tracking'),
  'service GroupMessageSyncMachine4F55A359': {
    what: {
      Type: 'AWS::StepFunctions::StateMachine',
      StateMachineName: undefined,
      StateMachineType: 'STANDARD',
      encryption: undefined,
    },
    lost: 'all running executions: they are aborted with their machine, and syncs stand still until they count as stalled',
  },
  'service GroupMessageSyncLogs59168CF9': log('/aws/vendedlogs/states/waybill-prod-group-message-sync'),
  'service HttpApi9292168F': {
    what: { Type: 'AWS::ApiGatewayV2::Api', ProtocolType: 'HTTP' },
    lost: "the API's id, which is its address and stands in every policy of its callers: all would be refused",
  },
  'service HttpApiAccessLogsDED8C7A4': log('/aws/vendedlogs/http-api/waybill-prod'),
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
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Scheduler::Schedule',
]);

type KeySchema = { AttributeName: string; KeyType: string }[];
interface Index {
  readonly IndexName: string;
  readonly KeySchema: KeySchema;
  readonly Projection: { readonly ProjectionType: string };
}
/** Everything about a table that cannot be changed without losing it or one of its indexes. */
const lookOfTable = ({ Properties, DeletionPolicy, UpdateReplacePolicy }: Resource) => {
  const { AttributeDefinitions, KeySchema: ownKey, GlobalSecondaryIndexes = [], Replicas, SSESpecification } = Properties;
  const types = new Map(
    AttributeDefinitions.map((attribute: { AttributeName: string; AttributeType: string }) => [
      attribute.AttributeName,
      attribute.AttributeType,
    ]),
  );
  const keyOf = (schema: KeySchema) => schema.map(({ AttributeName: name, KeyType }) => `${name} ${types.get(name)} ${KeyType}`);
  return {
    TableName: Properties['TableName'],
    LocalSecondaryIndexes: Properties['LocalSecondaryIndexes'],
    key: keyOf(ownKey),
    indexes: GlobalSecondaryIndexes.map(
      ({ IndexName, KeySchema, Projection }: Index) => `${IndexName} ${Projection.ProjectionType}: ${keyOf(KeySchema).join(', ')}`,
    ),
    encryption: Replicas[0].SSESpecification?.KMSMasterKeyId ?? SSESpecification,
    DeletionPolicy,
    UpdateReplacePolicy,
  };
};

/** What of a thing must stay as it is: what CloudFormation would replace it for (`createOnlyProperties` of its type), and its key. */
const looks: Record<string, (resource: Resource) => Record<string, unknown>> = {
  'AWS::DynamoDB::GlobalTable': lookOfTable,
  // Whatever else could be said of an address, or of these two, is said of another one.
  'AWS::EC2::EIP': ({ Properties: { Tags: _, ...rest } }) => rest,
  'AWS::EC2::VPC': ({ Properties: { Tags: _, EnableDnsHostnames: _names, EnableDnsSupport: _support, ...rest } }) => rest,
  'AWS::EC2::Subnet': ({ Properties: { Tags: _, MapPublicIpOnLaunch: _public, ...rest } }) => rest,
  'AWS::Events::EventBus': ({ Properties: { Name, KmsKeyIdentifier: encryption } }) => ({ Name, encryption }),
  'AWS::StepFunctions::StateMachine': ({ Properties: { StateMachineName, StateMachineType, EncryptionConfiguration } }) => ({
    StateMachineName,
    StateMachineType,
    encryption: EncryptionConfiguration?.KmsKeyId,
  }),
  'AWS::Logs::LogGroup': ({ Properties: { LogGroupName, LogGroupClass } }) => ({ LogGroupName, LogGroupClass }),
  'AWS::ApiGatewayV2::Api': ({ Properties: { ProtocolType } }) => ({ ProtocolType }),
};
/** A log without a name of ours goes with its function. */
const holdsSomething = ({ Type, Properties }: Resource) =>
  !holdsNothing.has(Type) && (Type !== 'AWS::Logs::LogGroup' || Properties['LogGroupName'] !== undefined);

const found = (variant: Variant) => {
  const { stateful, service, network } = synth(variant);
  const things: Record<string, Record<string, unknown>> = {};
  for (const [stack, template] of Object.entries({ stateful, network, service }))
    for (const [id, resource] of Object.entries(template?.Resources ?? {}))
      if (holdsSomething(resource)) things[`${stack} ${id}`] = { Type: resource.Type, ...looks[resource.Type]?.(resource) };
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

  it('finds the key again that everything is encrypted with, in a stage that has one of the customer', () => {
    const encrypted = Object.values(found('guarded')).filter((thing) => 'encryption' in thing);
    expect(encrypted).toHaveLength(10);
    for (const { encryption } of encrypted)
      expect(encryption, 'functions could not read what was written with the key of the stage').toBe(configOf('guarded').kmsKeyArn);
  });

  it('finds the secrets again, which it never makes itself', () => {
    const prefixes = new Set(JSON.stringify(templatesOf(synth('prod'))).match(/waybill\/prod\/[^"*]*\//g));
    expect(prefixes, 'every credential and what pushes are signed with would have to be entered anew').toEqual(
      new Set(['tokens', 'credentials', 'push', 'tickets', 'authorizations'].map((kind) => `waybill/prod/${kind}/`)),
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
      kmsKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d',
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
