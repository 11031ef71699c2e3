import { Aws, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { StageConfig } from '../stage-config.ts';
import { customerKey } from './customer-key.ts';
import { createLogGroup } from './log-group.ts';

export interface WorkflowProps {
  readonly config: StageConfig;
  /** Part of the name of its log. */
  readonly name: string;
  /** In Amazon States Language, with `${partition}` and a placeholder for each function. */
  readonly definition: object;
  readonly functions: Readonly<Record<string, lambda.IFunction>>;
}

/** A state machine that does nothing but invoke its functions, with a role that may do no more. */
export class Workflow extends Construct {
  readonly machineArn: string;

  constructor(scope: Construct, id: string, { config, name, definition, functions }: WorkflowProps) {
    super(scope, id);
    const arns = Object.fromEntries(Object.entries(functions).map(([placeholder, { functionArn }]) => [placeholder, functionArn]));
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: Object.values(arns) }));
    const key = customerKey(this, 'Key', config);
    const destination = createLogGroup(this, 'Logs', config, `states/waybill-${config.stage}-${name}`);
    const machine = new sfn.StateMachine(this, 'Machine', {
      role,
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromString(JSON.stringify(definition)),
      definitionSubstitutions: { ...arns, partition: Aws.PARTITION },
      logs: { destination, level: sfn.LogLevel.ERROR, includeExecutionData: false },
      tracingEnabled: config.tracing,
    });
    this.machineArn = machine.stateMachineArn;
    if (key) encrypt(machine, role, key);

    Validations.of(machine).acknowledge({
      id: 'AwsSolutions-SF1',
      reason:
        'Failures are logged. Every event of every step is in the history that Step Functions keeps for 90 days, and in the logs of the functions.',
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Step Functions checks that the role may manage log deliveries, which have no resources to name (nor has X-Ray).',
    });
    Validations.of(machine).acknowledge({
      id: 'E3601',
      reason: 'cfn-lint takes the placeholder for the partition for a mistake in an ARN; the tests of the workflow check the definition.',
    });
    if (!config.tracing) {
      const reason = 'The stage runs without X-Ray: in China and in the emulator; the rows of messages and syncs hold their history.';
      Validations.of(machine).acknowledge({ id: 'AwsSolutions-SF2', reason }, { id: 'CT.STEPFUNCTIONS.PR.2', reason });
    }
  }
}

/**
 * Not by the construct's own property: for a machine without a name of ours it asks that the ARN in the encryption context end in
 * `stateMachine:`, which none does, and every execution would fail. CloudFormation names it after its logical id.
 */
const encrypt = (machine: sfn.StateMachine, role: iam.Role, key: IKey) => {
  const stack = Stack.of(machine);
  const { defaultChild } = machine.node;
  if (!(defaultChild instanceof sfn.CfnStateMachine)) throw new Error('the construct of a state machine holds none');
  defaultChild.encryptionConfiguration = { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: key.keyArn, kmsDataKeyReusePeriodSeconds: 300 };
  const machines = `arn:${stack.partition}:states:${stack.region}:${stack.account}:stateMachine:${stack.getLogicalId(defaultChild)}-*`;
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: { StringLike: { 'kms:EncryptionContext:aws:states:stateMachineArn': machines } },
    }),
  );
  // Its log is written by the service of log delivery.
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:EncryptionContext:SourceArn': `arn:${stack.partition}:logs:${stack.region}:${stack.account}:*` } },
    }),
  );
};
