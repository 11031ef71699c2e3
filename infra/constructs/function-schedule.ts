import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

export interface FunctionScheduleProps {
  readonly fn: lambda.IFunction;
  readonly everyMinutes: number;
  readonly description: string;
}

/** Calls a function at a steady rate, with a role that may do only that: the CDK's own target would also allow `<arn>:*`. */
export class FunctionSchedule extends Construct {
  constructor(scope: Construct, id: string, { fn, everyMinutes, description }: FunctionScheduleProps) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] }));
    const schedule = new CfnSchedule(this, 'Schedule', {
      description,
      scheduleExpression: ScheduleExpression.rate(Duration.minutes(everyMinutes)).expressionString,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: fn.functionArn,
        roleArn: role.roleArn,
        input: '{}',
        // The next run does what a lost one would have done, so nothing is kept for later than a minute (the least there is).
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 2 },
      },
    });
    // Without it a first run may come before the role has its policy.
    schedule.node.addDependency(role);
  }
}
