import { Aws, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { StageConfig } from '../stage-config.ts';
import { massMessageTracking } from '../workflows/mass-message-tracking.ts';

/** The state machine that follows one message, with a role that may invoke one function. */
export class MassMessageTracking extends Construct {
  readonly machineArn: string;

  constructor(scope: Construct, id: string, props: { readonly observe: lambda.IFunction; readonly config: StageConfig }) {
    super(scope, id);
    const { observe, config } = props;
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [observe.functionArn] }));
    const destination = new logs.LogGroup(this, 'Logs', {
      // Below /aws/vendedlogs/ a group does not use up the 5,120 characters of the account's one policy for log delivery.
      logGroupName: `/aws/vendedlogs/states/waybill-${config.stage}-mass-message-tracking`,
      retention: config.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const machine = new sfn.StateMachine(this, 'Machine', {
      role,
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromString(JSON.stringify(massMessageTracking)),
      definitionSubstitutions: { observe: observe.functionArn, partition: Aws.PARTITION },
      logs: { destination, level: sfn.LogLevel.ERROR, includeExecutionData: false },
      tracingEnabled: config.tracing,
    });
    this.machineArn = machine.stateMachineArn;

    Validations.of(machine).acknowledge({
      id: 'AwsSolutions-SF1',
      reason:
        'Failures are logged. Every event of every poll is in the history that Step Functions keeps for 90 days, and in the log of observe.',
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Step Functions checks that the role may manage log deliveries, which have no resources to name (nor has X-Ray).',
    });
    if (!config.tracing)
      Validations.of(machine).acknowledge({
        id: 'AwsSolutions-SF2',
        reason: 'The stage runs without X-Ray: in China and in the emulator; the row of a message holds its whole history.',
      });
  }
}
