import { App, type AppProps, CliCredentialsStackSynthesizer, DefaultStackSynthesizer, Tags, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { NetworkStack } from './network-stack.ts';
import { ServiceStack } from './service-stack.ts';
import { loadStageConfig } from './stage-config.ts';
import type { StageDeclaration } from './stage-schema.ts';
import { tagsOf } from './stage-tags.ts';
import { StatefulStack } from './stateful-stack.ts';

/** Here and not in cdk.json, which only the CLI reads: `npm run synth`, the tests and the local stage run this file without it. */
const flags = {
  '@aws-cdk/core:target-partitions': ['aws', 'aws-cn'],
  // An export in use cannot be deleted: a table is not pulled from under the functions that use it.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  // What CloudFormation would refuse fails here already, and is no mere warning.
  '@aws-cdk/core:validateAgainstDefaultRules': true,
};

export interface WaybillProps extends AppProps {
  readonly env: NodeJS.ProcessEnv;
  readonly functions: string;
  readonly stages?: Readonly<Record<string, StageDeclaration>>;
}

/**
 * The whole application for one stage, chosen by context: see stage-config.ts.
 * @param props.env where CDK_DEFAULT_ACCOUNT and CDK_DEFAULT_REGION are looked up
 * @param props.functions the folder that build.ts wrote
 * @param props.stages in place of stages.ts
 */
export const waybill = ({ env, functions, stages, ...props }: WaybillProps) => {
  const app = new App({ ...props, analyticsReporting: false, context: { ...flags, ...props.context } });
  const config = loadStageConfig(app.node.getAllContext(), env, stages);
  const place = () => ({
    config,
    env: { account: config.account, region: config.region },
    synthesizer: config.bootstrapRoles ? new DefaultStackSynthesizer() : new CliCredentialsStackSynthesizer(),
    terminationProtection: config.retainData,
  });
  const name = `waybill-${config.stage}`;
  const { tables } = new StatefulStack(app, `${name}-stateful`, place());
  const { egress } = config;
  const network = egress.kind === 'fixed-ip' ? new NetworkStack(app, `${name}-network`, { ...place(), egress }) : undefined;
  const { vpc, addresses } = network ?? {};
  new ServiceStack(app, `${name}-service`, {
    ...place(),
    code: Code.fromAsset(functions),
    ...tables,
    vpc,
    addresses,
  });

  for (const [key, value] of Object.entries(tagsOf(config))) Tags.of(app).add(key, value);
  if (config.permissionsBoundary !== undefined) boundRoles(app, config.permissionsBoundary);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
};

/** @param boundary the name or the ARN of a managed policy */
const boundRoles = (app: App, boundary: string) => {
  for (const stack of app.node.children) {
    const id = 'PermissionsBoundary';
    const policy = boundary.startsWith('arn:')
      ? ManagedPolicy.fromManagedPolicyArn(stack, id, boundary)
      : ManagedPolicy.fromManagedPolicyName(stack, id, boundary);
    PermissionsBoundary.of(stack).apply(policy);
  }
};

// The CLI sets CDK_OUTDIR, and then the app synthesizes itself at its end.
if (import.meta.main) waybill({ env: process.env, functions: 'dist' });
