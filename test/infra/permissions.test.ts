import { describe, expect, it } from 'vitest';
import { routes } from '../../shared/http/routes.ts';
import {
  configOf,
  functionsOf,
  inWords,
  ofType,
  synth,
  type Template,
  type Templates,
  templatesOf,
  type Variant,
  variantNames,
} from './synthesized.ts';

type Permissions = Record<string, Record<string, string[]>>;

const networkInterfaces = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
const callsWechat = [
  'official-account/get-live-status',
  'official-account/observe',
  'accounts/refresh-token',
  'accounts/refresh-due-tokens',
];

/** Who may do what to what. Nothing else is allowed to anybody: the templates are compared with this to the last action. */
const expected = (variant: Variant): Permissions => {
  const config = configOf(variant);
  const { stage, kmsKeyArn, egress, region = '<Region>', account = '<AccountId>' } = config;
  const isTraced = config.tracing;
  const here = (service: string) => `arn:<Partition>:${service}:${region}:${account}`;
  const tokens = `${here('secretsmanager')}:secret:waybill/${stage}/tokens/*`;
  const credentials = `${here('secretsmanager')}:secret:waybill/${stage}/credentials/*`;

  const writesTokens = {
    [credentials]: ['secretsmanager:GetSecretValue'],
    [tokens]: ['secretsmanager:CreateSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
    Events: ['events:PutEvents'],
  };
  const readsTokens = { [tokens]: ['secretsmanager:GetSecretValue'], 'accounts/refresh-token': ['lambda:InvokeFunction'] };

  const functions: Permissions = {
    'official-account/track': {
      Accounts: ['dynamodb:GetItem'],
      MassMessages: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      MassMessageTrackingMachine: ['states:StartExecution'],
    },
    'official-account/get': { Accounts: ['dynamodb:GetItem'], MassMessages: ['dynamodb:GetItem'] },
    'official-account/list': { Accounts: ['dynamodb:GetItem'], 'MassMessages/index/by_submitted_at': ['dynamodb:Query'] },
    'official-account/get-live-status': { Accounts: ['dynamodb:GetItem'], ...readsTokens },
    'official-account/observe': {
      Accounts: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      MassMessages: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      Events: ['events:PutEvents'],
      ...readsTokens,
    },
    'official-account/resume-stalled': {
      Accounts: ['dynamodb:UpdateItem'],
      MassMessages: ['dynamodb:PutItem'],
      'MassMessages/index/due': ['dynamodb:Query'],
      MassMessageTrackingMachine: ['states:StartExecution'],
      Events: ['events:PutEvents'],
    },
    'accounts/refresh-token': { Accounts: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], ...writesTokens },
    'accounts/refresh-due-tokens': { Accounts: ['dynamodb:GetItem', 'dynamodb:Scan', 'dynamodb:UpdateItem'], ...writesTokens },
  };
  const forAll: [string, string[]][] = [];
  if (isTraced) forAll.push(['*', ['xray:PutTelemetryRecords', 'xray:PutTraceSegments']]);
  if (kmsKeyArn !== 'service-owned') {
    const services = ['dynamodb', 'secretsmanager', 'events', 'states'].map((service) => `${service}.${region}.<URLSuffix>`);
    const asked = `${kmsKeyArn} if StringEquals kms:ViaService ${services.join(' or ')}`;
    forAll.push([asked, ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey']]);
  }
  // Lambda makes the network interface; the code that it runs may not.
  const inVpc: [string, string[]][] =
    egress.kind === 'none'
      ? []
      : [
          ['*', networkInterfaces],
          [`never * if ArnLike lambda:SourceFunctionArn ${here('lambda')}:function:*`, networkInterfaces],
        ];
  for (const [entry, permissions] of Object.entries(functions)) {
    const more = [...forAll, ...(callsWechat.includes(entry) ? inVpc : [])];
    permissions[`log of ${entry}`] = ['logs:CreateLogStream', 'logs:PutLogEvents'];
    for (const [resource, actions] of more) permissions[resource] = [...(permissions[resource] ?? []), ...actions].sort();
  }

  return {
    ...functions,
    'states.amazonaws.com runs MassMessageTrackingMachine': {
      'official-account/observe': ['lambda:InvokeFunction'],
      // What Step Functions asks of the role of a machine that logs; it knows no resources.
      '*': [
        'logs:CreateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:DescribeLogGroups',
        'logs:DescribeResourcePolicies',
        'logs:GetLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:UpdateLogDelivery',
        ...(isTraced ? ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'] : []),
      ],
      // Its executions, and their log.
      ...(kmsKeyArn !== 'service-owned' && {
        [`${kmsKeyArn} if StringLike kms:EncryptionContext:aws:states:stateMachineArn ${here('states')}:stateMachine:MassMessageTrackingMachine61FC0547-*`]:
          ['kms:Decrypt', 'kms:GenerateDataKey'],
        [`${kmsKeyArn} if StringEquals kms:EncryptionContext:SourceArn ${here('logs')}:*`]: ['kms:GenerateDataKey'],
      }),
    },
    ...(egress.kind === 'fixed-ip' && {
      'vpc-flow-logs.amazonaws.com runs VpcFlowsFlowLog': {
        FlowLogs: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      },
    }),
    'scheduler.amazonaws.com runs RefreshDueTokensRateSchedule': { 'accounts/refresh-due-tokens': ['lambda:InvokeFunction'] },
    'scheduler.amazonaws.com runs ResumeStalledRateSchedule': { 'official-account/resume-stalled': ['lambda:InvokeFunction'] },
  };
};

const list = (value: unknown) => [value].flat();

/** The roles of a template by who runs under them. */
const rolesOf = ({ service, network }: Templates, words: (value: unknown) => string) => {
  const roles = new Map<string, string>();
  const take = (role: unknown, owner: string) => {
    const id = words(role);
    expect(roles.has(id), `${owner} shares a role with ${roles.get(id)}`).toBe(false);
    roles.set(id, owner);
  };
  for (const { entry, properties } of functionsOf(service)) take(properties['Role'], entry);
  for (const [id, machine] of ofType(service, 'AWS::StepFunctions::StateMachine'))
    take(machine.Properties['RoleArn'], `states.amazonaws.com runs ${words({ Ref: id })}`);
  for (const [id, schedule] of ofType(service, 'AWS::Scheduler::Schedule'))
    take(schedule.Properties['Target'].RoleArn, `scheduler.amazonaws.com runs ${words({ Ref: id })}`);
  for (const [id, log] of ofType(network, 'AWS::EC2::FlowLog'))
    take(log.Properties['DeliverLogsPermissionArn'], `vpc-flow-logs.amazonaws.com runs ${words({ Ref: id })}`);
  return roles;
};

/** Of the template that a role or policy is in. */
const ofEach = (templates: Templates, type: string) => templatesOf(templates).flatMap((template: Template) => ofType(template, type));

/** One condition, in words. */
const conditionIn = (words: (value: unknown) => string, condition: Record<string, Record<string, unknown>> | undefined) =>
  Object.entries(condition ?? {})
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, value]) => ` if ${operator} ${key} ${list(value).map(words).join(' or ')}`),
    )
    .join('');

/** Every statement of every policy, added up by role and resource. */
const permissionsOf = (variant: Variant): Permissions => {
  const templates = synth(variant);
  const words = inWords(templates);
  const roles = rolesOf(templates, words);
  const found: Permissions = {};
  for (const [, { Properties: policy }] of ofEach(templates, 'AWS::IAM::Policy'))
    for (const { Effect, Action, Resource, Condition, ...more } of policy['PolicyDocument'].Statement) {
      expect(more).toEqual({});
      for (const role of policy['Roles']) {
        const owner = roles.get(words(role)) ?? `nobody, by ${words(role)}`;
        for (const plain of list(Resource).map(words)) {
          const resource = `${Effect === 'Allow' ? '' : 'never '}${plain}${conditionIn(words, Condition)}`;
          found[owner] ??= {};
          found[owner][resource] = [...new Set([...(found[owner][resource] ?? []), ...list(Action).map(String)])].sort();
        }
      }
    }
  return found;
};

describe.each(variantNames)('%s', (variant) => {
  const templates = synth(variant);
  const { stateful, service } = templates;
  const words = inWords(templates);

  it('allows each function, the state machine and the schedules what they need and nothing else', () => {
    expect(permissionsOf(variant)).toEqual(expected(variant));
  });

  it('grants by these policies alone: nothing inline, managed or attached to a resource', () => {
    for (const [id, { Properties }] of ofEach(templates, 'AWS::IAM::Role')) {
      expect(Properties['ManagedPolicyArns'], id).toBeUndefined();
      expect(Properties['Policies'], id).toBeUndefined();
    }
    const grants = templatesOf(templates)
      .flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type))
      .filter((type) => /Policy|Permission/.test(type));
    expect(new Set(grants)).toEqual(new Set(['AWS::IAM::Policy', 'AWS::Lambda::Permission']));
    for (const [, table] of ofType(stateful, 'AWS::DynamoDB::GlobalTable')) expect(JSON.stringify(table)).not.toContain('ResourcePolicy');
  });

  it('lets a role be taken by the one service it is for, and that only on behalf of this account', () => {
    const owners = rolesOf(templates, words);
    const { account = { Ref: 'AWS::AccountId' } } = configOf(variant);
    for (const [id, { Properties }] of ofEach(templates, 'AWS::IAM::Role')) {
      const owner = owners.get(words({ Ref: id }));
      expect(owner, `${id} belongs to nobody`).toBeDefined();
      const runner = owner?.match(/^(.*) runs /)?.[1];
      expect(Properties['AssumeRolePolicyDocument'].Statement).toEqual([
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: runner ?? 'lambda.amazonaws.com' },
          ...(runner && { Condition: { StringEquals: { 'aws:SourceAccount': account } } }),
        },
      ]);
    }
  });

  it('lets API Gateway call a function on behalf of this API and its own route, and nobody else from outside', () => {
    const { region = '<Region>', account = '<AccountId>' } = configOf(variant);
    const found = ofType(service, 'AWS::Lambda::Permission').map(([, { Properties }]) => ({
      handler: words(Properties['FunctionName']),
      principal: Properties['Principal'],
      action: Properties['Action'],
      from: words(Properties['SourceArn']),
    }));
    const wanted = routes.map(({ handler, path }) => ({
      handler,
      principal: 'apigateway.amazonaws.com',
      action: 'lambda:InvokeFunction',
      from: `arn:<Partition>:execute-api:${region}:${account}:HttpApi/*/*${path}`,
    }));
    const byHandler = (a: { handler: string }, b: { handler: string }) => a.handler.localeCompare(b.handler);
    expect(found.sort(byHandler)).toEqual(wanted.sort(byHandler));
  });
});
