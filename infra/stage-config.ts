import * as z from 'zod';
import { partitionOf } from './placement.ts';
import { defaults } from './stage-defaults.ts';
import {
  type Auth,
  type Egress,
  type StageConfig,
  type StageDeclaration,
  type StageDefaults,
  stageConfig,
  stageDeclaration,
  stageName,
} from './stage-schema.ts';
import { stages as declaredStages } from './stages.ts';

export type { StageConfig } from './stage-schema.ts';

/** What a deployment may say from outside, and what then wins over stages.ts: `cdk deploy -c stage=prod -c region=cn-north-1`. */
const contextKeys = [
  'stage',
  'account',
  'region',
  'auth',
  'jwt-issuer',
  'jwt-audience', // several are separated by commas
  'jwt-accounts-claim',
  'egress',
  'nat-gateways',
  'official-account-url',
  'wecom-url',
] as const;
type Context = Readonly<Partial<Record<(typeof contextKeys)[number], unknown>>>;

/** Written into cdk.context.json by `cdk acknowledge` and `cdk cli-telemetry`. */
const keysOfTheCli = ['acknowledged-issue-numbers', 'cli-telemetry'];

/**
 * The only place where stages and partitions differ; constructs get the answers through props.
 * @param context all of the application's context; keys with a colon or an at sign are the CDK's own
 * @param env where CDK_DEFAULT_ACCOUNT and CDK_DEFAULT_REGION are looked up: what the caller's credentials are for
 * @throws an Error that names the field and the reason, or the stages there are.
 */
export const loadStageConfig = (
  context: Context,
  env: NodeJS.ProcessEnv,
  stages: Readonly<Record<string, StageDeclaration>> = declaredStages,
): StageConfig => {
  const known = new Set<string>([...contextKeys, ...keysOfTheCli]);
  const unknown = Object.keys(context).filter((key) => !/[:@]/.test(key) && !known.has(key));
  if (unknown.length > 0)
    throw new Error(
      `unknown context '${unknown.join("', '")}': there is ${contextKeys.join(', ')} (given by -c, cdk.json, cdk.context.json or ~/.cdk.json)`,
    );

  const stage = context.stage ?? 'dev';
  const { base, declared } = find(stage, stages);
  const region = context.region ?? declared.region ?? env['CDK_DEFAULT_REGION'];
  const account = context.account ?? declared.account ?? env['CDK_DEFAULT_ACCOUNT'];
  assertSamePartition(account, region, env);
  const inChina = partitionOf(String(region)) === 'aws-cn';
  return parse(stageConfig, `stage ${stage}`, {
    ...base,
    ...declared,
    stage,
    account,
    region,
    tracing: declared.tracing ?? (base.tracing && !inChina),
    callbacks: declared.callbacks ?? (base.callbacks && !inChina),
    throttle: { ...base.throttle, ...declared.throttle },
    routeThrottles: { ...base.routeThrottles, ...declared.routeThrottles },
    schedules: { ...base.schedules, ...declared.schedules },
    tracking: { ...base.tracking, ...declared.tracking },
    sync: { ...base.sync, ...declared.sync },
    auth: authOf(declared.auth ?? base.auth, context),
    egress: egressOf(declared.egress ?? base.egress, context),
    upstream: {
      ...base.upstream,
      ...declared.upstream,
      ...given({ officialAccountUrl: context['official-account-url'], wecomUrl: context['wecom-url'] }),
    },
  });
};

/** Credentials are of one partition, and so is their account, whoever names it: a stage in a region of another is not deployed with them. */
const assertSamePartition = (account: unknown, region: unknown, env: NodeJS.ProcessEnv) => {
  const { CDK_DEFAULT_ACCOUNT: ofCredentials, CDK_DEFAULT_REGION: home } = env;
  const [theirs, ours] = [home, region].map((name) => partitionOf(String(name)));
  if (account && account === ofCredentials && theirs && ours && theirs !== ours)
    throw new Error(
      `bad settings: account: ${account}, of the credentials, is in partition ${theirs} (${home}), and region ${region} in ${ours}`,
    );
};

interface Found {
  readonly base: StageDefaults;
  readonly declared: Omit<z.output<typeof stageDeclaration>, 'like'>;
}

const find = (stage: unknown, stages: Readonly<Record<string, StageDeclaration>>): Found => {
  if (Object.hasOwn(stages, 'local'))
    throw new Error("stage 'local' is the one of `npm start`: give the stage in infra/stages.ts another name");
  if (stage === 'local') return { base: defaults.local, declared: {} };
  if (typeof stage !== 'string' || !Object.hasOwn(stages, stage))
    throw new Error(`unknown stage '${stage}': it is one of ${['local', ...Object.keys(stages)].join(', ')} (infra/stages.ts)`);
  parse(stageName, `the name of stage ${stage} (infra/stages.ts)`, stage);
  const { like, ...declared } = parse(stageDeclaration, `stage ${stage} (infra/stages.ts)`, stages[stage]);
  return { base: defaults[like], declared };
};

const authOf = (declared: Auth, context: Context) => {
  const audience = context['jwt-audience'];
  const said = given({
    kind: context.auth,
    issuer: context['jwt-issuer'],
    audience: typeof audience === 'string' ? audience.split(',').map((each) => each.trim()) : audience,
    accountsClaim: context['jwt-accounts-claim'],
  });
  return { ...(said['kind'] === undefined || said['kind'] === declared.kind ? declared : {}), ...said };
};

const egressOf = (declared: Egress, context: Context) => {
  const said = given({ kind: context.egress, natGateways: context['nat-gateways'] });
  return { ...(said['kind'] === undefined || said['kind'] === declared.kind ? declared : {}), ...said };
};

/** Without what nobody said. */
const given = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const parse = <T extends z.ZodType>(schema: T, what: string, value: unknown): z.output<T> => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Error(`bad settings for ${what}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
};
