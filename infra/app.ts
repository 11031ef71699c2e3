import { App, type AppProps, CliCredentialsStackSynthesizer, DefaultStackSynthesizer, Tags, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ServiceStack } from './service-stack.ts';
import { loadStageConfig } from './stage-config.ts';
import { StatefulStack } from './stateful-stack.ts';

/** Here and not in cdk.json, which only the CLI reads: `npm run synth`, the tests and the local stage run this file without it. */
const flags = {
  '@aws-cdk/core:target-partitions': ['aws', 'aws-cn'],
  // An export in use cannot be deleted: a table is not pulled from under the functions that use it.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  // What CloudFormation would refuse fails here already, and is no mere warning.
  '@aws-cdk/core:validateAgainstDefaultRules': true,
};

/**
 * The whole application for one stage, chosen by context: `stage`, `region`, `official-account-url`, `wecom-url`.
 * @param props.env where CDK_DEFAULT_ACCOUNT and CDK_DEFAULT_REGION are looked up
 * @param props.functions the folder that build.ts wrote
 */
export const waybill = ({ env, functions, ...props }: AppProps & { readonly env: NodeJS.ProcessEnv; readonly functions: string }) => {
  const app = new App({ ...props, analyticsReporting: false, context: { ...flags, ...props.context } });
  const context = (key: string): unknown => app.node.tryGetContext(key);
  const config = loadStageConfig(
    {
      stage: context('stage'),
      region: context('region'),
      officialAccountUrl: context('official-account-url'),
      wecomUrl: context('wecom-url'),
    },
    env,
  );

  const place = () => ({
    env: { account: config.account, region: config.region },
    synthesizer: config.bootstrapRoles ? new DefaultStackSynthesizer() : new CliCredentialsStackSynthesizer(),
  });
  const { accounts, massMessages } = new StatefulStack(app, `waybill-${config.stage}-stateful`, { ...place(), config });
  new ServiceStack(app, `waybill-${config.stage}-service`, { ...place(), config, code: Code.fromAsset(functions), accounts, massMessages });

  Tags.of(app).add('service', 'waybill');
  Tags.of(app).add('stage', config.stage);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
};

// The CLI sets CDK_OUTDIR, and then the app synthesizes itself at its end.
if (import.meta.main) waybill({ env: process.env, functions: 'dist' });
