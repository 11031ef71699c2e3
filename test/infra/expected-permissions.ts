import { configOf, type Variant } from './synthesized.ts';

/** Actions by who may do them, and to what; both in words. */
export type Permissions = Record<string, Record<string, string[]>>;

const networkInterfaces = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
/** The functions that call WeChat; nobody else reaches it. */
export const callsWechat = [
  'accounts/refresh-due-tokens',
  'accounts/refresh-token',
  'official-account/delete-by-url',
  'official-account/delete-mass-message',
  'official-account/get-live-status',
  'official-account/observe',
  'wecom/discover',
  'wecom/list-live-messages',
  'wecom/list-live-results',
  'wecom/list-live-tasks',
  'wecom/sync-deliveries',
  'wecom/sync-tasks',
];

/** Who may do what to what. Nothing else is allowed to anybody: the templates are compared with this to the last action. */
export const expectedPermissions = (variant: Variant): Permissions => {
  const config = configOf(variant);
  const { stage, kmsKeyArn, egress, callbacks, region = '<Region>', account = '<AccountId>' } = config;
  const isTraced = config.tracing;
  const here = (service: string) => `arn:<Partition>:${service}:${region}:${account}`;
  const secrets = (kind: string) => `${here('secretsmanager')}:secret:waybill/${stage}/${kind}/*`;
  const read = ['secretsmanager:GetSecretValue'];
  const write = [
    'secretsmanager:CreateSecret',
    'secretsmanager:PutSecretValue',
    'secretsmanager:TagResource', // what it creates
  ];

  const writesTokens = {
    [secrets('credentials')]: read,
    [secrets('tokens')]: [...read, ...write].sort(),
    [secrets('tickets')]: read,
    [secrets('authorizations')]: [...read, ...write].sort(),
    Events: ['events:PutEvents'],
  };
  const readsTokens = { [secrets('tokens')]: read, 'accounts/refresh-token': ['lambda:InvokeFunction'] };

  const isStepOfSync = {
    Accounts: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    Syncs: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    Events: ['events:PutEvents'],
  };

  const functions: Permissions = {
    'official-account/track': {
      Accounts: ['dynamodb:GetItem'],
      MassMessages: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      MassMessageTrackingMachine: ['states:StartExecution'],
    },
    'official-account/get': { Accounts: ['dynamodb:GetItem'], MassMessages: ['dynamodb:GetItem'] },
    'official-account/list': { Accounts: ['dynamodb:GetItem'], 'MassMessages/index/by_submitted_at': ['dynamodb:Query'] },
    'official-account/get-live-status': { Accounts: ['dynamodb:GetItem'], ...readsTokens },
    'wecom/list-live-messages': { Accounts: ['dynamodb:GetItem'], ...readsTokens },
    'wecom/list-live-tasks': { Accounts: ['dynamodb:GetItem'], ...readsTokens },
    'wecom/list-live-results': { Accounts: ['dynamodb:GetItem'], ...readsTokens },
    'wecom/list': { Accounts: ['dynamodb:GetItem'], 'GroupMessages/index/by_create_time': ['dynamodb:Query'] },
    'wecom/get': { Accounts: ['dynamodb:GetItem'], GroupMessages: ['dynamodb:GetItem'] },
    'wecom/list-tasks': { Accounts: ['dynamodb:GetItem'], GroupMessages: ['dynamodb:GetItem'], GroupTasks: ['dynamodb:Query'] },
    'wecom/list-deliveries': {
      Accounts: ['dynamodb:GetItem'],
      GroupMessages: ['dynamodb:GetItem'],
      GroupTasks: ['dynamodb:Query'],
      Deliveries: ['dynamodb:Query'],
    },
    'wecom/list-recipient-deliveries': { Accounts: ['dynamodb:GetItem'], 'Deliveries/index/by_recipient': ['dynamodb:Query'] },
    'wecom/get-sync': { Accounts: ['dynamodb:GetItem'], Syncs: ['dynamodb:GetItem'] },
    'wecom/start-sync': {
      Accounts: ['dynamodb:GetItem'],
      Syncs: ['dynamodb:PutItem'],
      GroupMessageSyncMachine: ['states:StartExecution'],
    },
    'wecom/discover': {
      ...isStepOfSync,
      Accounts: [...isStepOfSync.Accounts, 'dynamodb:Scan'].sort(), // who else shares the corp's budget
      GroupMessages: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
      ...readsTokens,
    },
    'wecom/select-due': {
      ...isStepOfSync,
      'GroupMessages/index/by_create_time': ['dynamodb:Query'],
      'GroupMessages/index/due': ['dynamodb:Query'],
    },
    'wecom/sync-tasks': {
      ...isStepOfSync,
      GroupMessages: ['dynamodb:GetItem'],
      GroupTasks: ['dynamodb:BatchWriteItem', 'dynamodb:Query'],
      ...readsTokens,
    },
    'wecom/sync-deliveries': {
      ...isStepOfSync,
      Syncs: [...isStepOfSync.Syncs, 'dynamodb:UpdateItem'],
      GroupMessages: ['dynamodb:GetItem'],
      GroupTasks: ['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      Deliveries: ['dynamodb:BatchWriteItem', 'dynamodb:Query'],
      ...readsTokens,
    },
    'wecom/summarise': { ...isStepOfSync, GroupMessages: ['dynamodb:GetItem', 'dynamodb:PutItem'], GroupTasks: ['dynamodb:Query'] },
    'wecom/start-due-syncs': {
      Accounts: ['dynamodb:GetItem', 'dynamodb:Scan', 'dynamodb:UpdateItem'],
      Syncs: ['dynamodb:PutItem'],
      'Syncs/index/due': ['dynamodb:Query'],
      GroupMessageSyncMachine: ['states:StartExecution'],
      Events: ['events:PutEvents'],
    },
    'official-account/delete-mass-message': {
      Accounts: ['dynamodb:GetItem'],
      MassMessages: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      Articles: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      MassMessageTrackingMachine: ['states:StartExecution'],
      ...readsTokens,
    },
    'official-account/delete-by-url': {
      Accounts: ['dynamodb:GetItem'],
      MassMessages: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      Articles: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      MassMessageTrackingMachine: ['states:StartExecution'],
      ...readsTokens,
    },
    'accounts/get-account': { Accounts: ['dynamodb:GetItem'] },
    'accounts/list-accounts': { Accounts: ['dynamodb:Scan'] },
    // Anybody can reach it: it reads what pushes are signed with, and no token, ticket or credential.
    ...(callbacks && {
      'official-account/receive-callback': {
        Accounts: ['dynamodb:GetItem', 'dynamodb:Scan', 'dynamodb:UpdateItem'],
        MassMessages: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Articles: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        MassMessageTrackingMachine: ['states:StartExecution'],
        Events: ['events:PutEvents'],
        [secrets('push')]: read,
        [secrets('tickets')]: write,
      },
    }),
    'official-account/observe': {
      Accounts: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      MassMessages: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      Events: ['events:PutEvents'],
      ...readsTokens,
    },
    'official-account/resume-stalled': {
      Accounts: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
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
    const services = ['dynamodb', 'secretsmanager', 'events', 'states'].map((service) => `${service}.${region}.amazonaws.com`);
    const asked = `${kmsKeyArn} if StringEquals kms:ViaService ${services.join(' or ')}`;
    forAll.push([asked, ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey']]);
  }
  // Lambda makes the network interface and gives it back, also when the stage has left its VPC; the code that it runs may not.
  const inVpc: [string, string[]][] = [
    ['*', networkInterfaces],
    [`never * if ArnLike lambda:SourceFunctionArn ${here('lambda')}:function:*`, networkInterfaces],
  ];
  for (const [entry, permissions] of Object.entries(functions)) {
    const more = [...forAll, ...(callsWechat.includes(entry) ? inVpc : [])];
    permissions[`log of ${entry}`] = ['logs:CreateLogStream', 'logs:PutLogEvents'];
    for (const [resource, actions] of more) permissions[resource] = [...(permissions[resource] ?? []), ...actions].sort();
  }

  const machine = (logicalId: string, steps: readonly string[]) => ({
    ...Object.fromEntries(steps.map((step) => [step, ['lambda:InvokeFunction']])),
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
      [`${kmsKeyArn} if StringLike kms:EncryptionContext:aws:states:stateMachineArn ${here('states')}:stateMachine:${logicalId}-*`]: [
        'kms:Decrypt',
        'kms:GenerateDataKey',
      ],
      [`${kmsKeyArn} if StringEquals kms:EncryptionContext:SourceArn ${here('logs')}:*`]: ['kms:GenerateDataKey'],
    }),
  });

  return {
    ...functions,
    'states.amazonaws.com runs MassMessageTrackingMachine': machine('MassMessageTrackingMachine61FC0547', ['official-account/observe']),
    'states.amazonaws.com runs GroupMessageSyncMachine': machine('GroupMessageSyncMachine4F55A359', [
      'wecom/discover',
      'wecom/select-due',
      'wecom/sync-tasks',
      'wecom/sync-deliveries',
      'wecom/summarise',
    ]),
    ...(egress.kind === 'fixed-ip' && {
      'vpc-flow-logs.amazonaws.com runs VpcFlowsFlowLog': {
        FlowLogs: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      },
    }),
    'scheduler.amazonaws.com runs RefreshDueTokensRateSchedule': { 'accounts/refresh-due-tokens': ['lambda:InvokeFunction'] },
    'scheduler.amazonaws.com runs ResumeStalledRateSchedule': { 'official-account/resume-stalled': ['lambda:InvokeFunction'] },
    'scheduler.amazonaws.com runs StartDueSyncsRateSchedule': { 'wecom/start-due-syncs': ['lambda:InvokeFunction'] },
  };
};
