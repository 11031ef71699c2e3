import { type Duration, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { StageConfig } from '../stage-config.ts';
import { customerKey, usingKey } from './customer-key.ts';
import type { Egress } from './egress.ts';
import { createLogGroup } from './log-group.ts';
import type { SecretPrefix } from './secret-prefix.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ServiceFunctionProps<Env extends Environment> {
  /** Path of its file below functions/, without the extension. */
  readonly entry: string;
  readonly code: lambda.Code;
  readonly config: StageConfig;
  readonly description: string;
  /**
   * Made of fragments that are typed by what the handler parses, so that a misspelt or missing name inside one does not
   * compile; that no fragment is left out is what environment.test.ts sees to. What is undefined is not set.
   */
  readonly environment: Env;
  readonly timeout: Duration;
  /** For what calls WeChat: the way out, through addresses that WeChat knows where the stage has them. */
  readonly egress?: Egress;
  /** Lambda's own retries of asynchronous calls; its defaults are for events that come once. */
  readonly async?: { readonly retryAttempts: number; readonly maxEventAge: Duration };
}

/** The only place where a function's runtime, architecture, code, role and logging are decided. */
export class ServiceFunction<Env extends Environment> extends Construct {
  readonly fn: lambda.Function;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps<Env>) {
    super(scope, id);
    const { config, egress } = props;
    const encryptionKey = customerKey(this, 'Key', config);
    const logGroup = createLogGroup(this, 'Logs', config);
    // A role of its own: the default one carries AWSLambdaBasicExecutionRole, which may write to any log group.
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    egress?.allow(role);
    if (encryptionKey) role.addToPolicy(usingKey(this, encryptionKey));
    this.fn = new lambda.Function(this, 'Fn', {
      role,
      logGroup,
      code: props.code,
      handler: `functions/${props.entry}.handler`,
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: props.timeout,
      // CPU comes with memory: at 128 MB a cold start takes seconds.
      memorySize: 512,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: config.tracing ? lambda.Tracing.ACTIVE : lambda.Tracing.DISABLED,
      environment: { NODE_OPTIONS: '--enable-source-maps', POWERTOOLS_SERVICE_NAME: 'waybill', ...set(props.environment) },
      ...egress?.placement,
      ...props.async,
    });
    // Subnets that the stage names the rule sees.
    if (!egress?.placement || config.egress.kind !== 'existing-vpc')
      Validations.of(this).acknowledge({
        id: 'CT.LAMBDA.PR.3',
        reason: egress?.placement
          ? 'It is in a VPC, by subnets that are imported from the network stack, which the rule does not follow.'
          : 'It calls services of AWS alone, or runs in a stage without fixed addresses: a VPC would give it nothing that its role does not.',
      });
    if (config.tracing)
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray has no resources to name: PutTraceSegments and PutTelemetryRecords can be allowed on * alone.',
      });
  }

  /** Named actions on named resources: `grantReadData` would add Scan, and every index. */
  allow(actions: string[], ...resources: string[]) {
    this.fn.addToRolePolicy(new iam.PolicyStatement({ actions, resources }));
  }

  allowSecrets(actions: string[], secrets: SecretPrefix) {
    this.allow(actions, secrets.arn);
    Validations.of(this).acknowledge({ id: secrets.finding, reason: secrets.reason });
  }

  allowInvoking({ fn }: ServiceFunction<Environment>) {
    // The function itself and not `<arn>:*`, which grantInvoke adds: nobody calls versions.
    this.allow(['lambda:InvokeFunction'], fn.functionArn);
  }
}

const set = (environment: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
