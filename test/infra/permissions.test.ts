import { describe, expect, it } from 'vitest';
import { callbackRoutes, routes } from '../../shared/http/routes.ts';
import { expectedPermissions, type Permissions } from './expected-permissions.ts';
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
    expect(permissionsOf(variant)).toEqual(expectedPermissions(variant));
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
    const { callbacks, region = '<Region>', account = '<AccountId>' } = configOf(variant);
    const found = ofType(service, 'AWS::Lambda::Permission').map(([, { Properties }]) => ({
      handler: words(Properties['FunctionName']),
      principal: Properties['Principal'],
      action: Properties['Action'],
      from: words(Properties['SourceArn']),
    }));
    const wanted = [...routes, ...(callbacks ? callbackRoutes : [])].map(({ handler, path }) => ({
      handler,
      principal: 'apigateway.amazonaws.com',
      action: 'lambda:InvokeFunction',
      from: `arn:<Partition>:execute-api:${region}:${account}:HttpApi/*/*${path}`,
    }));
    type Call = (typeof found)[number];
    const byHandler = (a: Call, b: Call) => `${a.handler} ${a.from}`.localeCompare(`${b.handler} ${b.from}`);
    expect(found.sort(byHandler)).toEqual(wanted.sort(byHandler));
  });
});
