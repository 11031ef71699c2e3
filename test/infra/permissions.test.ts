import { describe, expect, it } from 'vitest';
import { routes } from '../../shared/http/routes.ts';
import { functionsOf, inWords, ofType, synth, type Template, type Variant, variantNames, variants } from './synthesized.ts';

type Permissions = Record<string, Record<string, string[]>>;

/** Who may do what to what. Nothing else is allowed to anybody: the templates are compared with this to the last action. */
const expected = (variant: Variant): Permissions => {
  const { stage } = variants[variant];
  const isTraced = variant === 'dev' || variant === 'prod';
  const place = variant === 'prod in China' ? 'arn:<Partition>:secretsmanager:cn-north-1' : 'arn:<Partition>:secretsmanager:<Region>';
  const tokens = `${place}:<AccountId>:secret:waybill/${stage}/tokens/*`;
  const credentials = `${place}:<AccountId>:secret:waybill/${stage}/credentials/*`;

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
      Accounts: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      MassMessages: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      'MassMessages/index/due': ['dynamodb:Query'],
      MassMessageTrackingMachine: ['states:StartExecution'],
      Events: ['events:PutEvents'],
    },
    'accounts/refresh-token': { Accounts: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], ...writesTokens },
    'accounts/refresh-due-tokens': { Accounts: ['dynamodb:GetItem', 'dynamodb:Scan', 'dynamodb:UpdateItem'], ...writesTokens },
  };
  const xray = isTraced ? { '*': ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'] } : {};
  for (const [entry, permissions] of Object.entries(functions))
    Object.assign(permissions, { [`log of ${entry}`]: ['logs:CreateLogStream', 'logs:PutLogEvents'] }, xray);

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
    },
    'scheduler.amazonaws.com runs RefreshDueTokensRateSchedule': { 'accounts/refresh-due-tokens': ['lambda:InvokeFunction'] },
    'scheduler.amazonaws.com runs ResumeStalledRateSchedule': { 'official-account/resume-stalled': ['lambda:InvokeFunction'] },
  };
};

const list = (value: unknown) => [value].flat();

/** The roles of a template by who runs under them. */
const rolesOf = (service: Template, words: (value: unknown) => string) => {
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
  return roles;
};

/** Every statement of every policy, added up by role and resource. */
const permissionsOf = (variant: Variant): Permissions => {
  const { stateful, service } = synth(variant);
  const words = inWords({ stateful, service });
  const roles = rolesOf(service, words);
  const found: Permissions = {};
  for (const [, { Properties: policy }] of ofType(service, 'AWS::IAM::Policy'))
    for (const { Effect, Action, Resource, ...more } of policy['PolicyDocument'].Statement) {
      expect({ Effect, more }).toEqual({ Effect: 'Allow', more: {} });
      for (const role of policy['Roles']) {
        const owner = roles.get(words(role)) ?? `nobody, by ${words(role)}`;
        for (const resource of list(Resource).map(words)) {
          found[owner] ??= {};
          found[owner][resource] = [...new Set([...(found[owner][resource] ?? []), ...list(Action).map(String)])].sort();
        }
      }
    }
  return found;
};

describe.each(variantNames)('%s', (variant) => {
  const { stateful, service } = synth(variant);
  const words = inWords({ stateful, service });

  it('allows each function, the state machine and the schedules what they need and nothing else', () => {
    expect(permissionsOf(variant)).toEqual(expected(variant));
  });

  it('grants by these policies alone: nothing inline, managed or attached to a resource', () => {
    for (const [id, { Properties }] of ofType(service, 'AWS::IAM::Role')) {
      expect(Properties['ManagedPolicyArns'], id).toBeUndefined();
      expect(Properties['Policies'], id).toBeUndefined();
    }
    const grants = [stateful, service]
      .flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type))
      .filter((type) => /Policy|Permission/.test(type));
    expect(new Set(grants)).toEqual(new Set(['AWS::IAM::Policy', 'AWS::Lambda::Permission']));
    for (const [, table] of ofType(stateful, 'AWS::DynamoDB::GlobalTable')) expect(JSON.stringify(table)).not.toContain('ResourcePolicy');
  });

  it('lets a role be taken by the one service it is for, and that only on behalf of this account', () => {
    const owners = rolesOf(service, words);
    for (const [id, { Properties }] of ofType(service, 'AWS::IAM::Role')) {
      const owner = owners.get(words({ Ref: id }));
      expect(owner, `${id} belongs to nobody`).toBeDefined();
      const runner = owner?.match(/^(.*) runs /)?.[1];
      expect(Properties['AssumeRolePolicyDocument'].Statement).toEqual([
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: runner ?? 'lambda.amazonaws.com' },
          ...(runner && { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } }),
        },
      ]);
    }
  });

  it('lets API Gateway call a function on behalf of this API and its own route, and nobody else from outside', () => {
    const place = variant === 'prod in China' ? 'cn-north-1' : '<Region>';
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
      from: `arn:<Partition>:execute-api:${place}:<AccountId>:HttpApi/*/*${path}`,
    }));
    const byHandler = (a: { handler: string }, b: { handler: string }) => a.handler.localeCompare(b.handler);
    expect(found.sort(byHandler)).toEqual(wanted.sort(byHandler));
  });
});
