import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StageConfig } from '../stage-config.ts';
import type { SecretPrefix } from './secret-prefix.ts';

export interface ServiceFunctionProps<Env extends Record<string, string>> {
  /** Path of its file below functions/, without the extension. */
  readonly entry: string;
  readonly code: lambda.Code;
  readonly config: StageConfig;
  readonly description: string;
  /** Typed by the schema that the handler parses: a missing or misspelt name does not compile. */
  readonly environment: Env;
  readonly timeout: Duration;
  /** Lambda's own retries of asynchronous calls; its defaults are for events that come once. */
  readonly async?: { readonly retryAttempts: number; readonly maxEventAge: Duration };
}

/** The only place where a function's runtime, architecture, code, role and logging are decided. */
export class ServiceFunction<Env extends Record<string, string>> extends Construct {
  readonly fn: lambda.Function;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps<Env>) {
    super(scope, id);
    const { config } = props;
    const logGroup = new logs.LogGroup(this, 'Logs', { retention: config.logDays, removalPolicy: RemovalPolicy.DESTROY });
    // A role of its own: the default one carries AWSLambdaBasicExecutionRole, which may write to any log group.
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
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
      environment: { NODE_OPTIONS: '--enable-source-maps', POWERTOOLS_SERVICE_NAME: 'waybill', ...props.environment },
      ...props.async,
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

  allowInvoking({ fn }: ServiceFunction<Record<string, string>>) {
    // The function itself and not `<arn>:*`, which grantInvoke adds: nobody calls versions.
    this.allow(['lambda:InvokeFunction'], fn.functionArn);
  }
}
