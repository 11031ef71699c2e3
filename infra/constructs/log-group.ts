import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { StageConfig } from '../stage-schema.ts';
import { customerKey } from './customer-key.ts';

/**
 * Goes with its stack, in prod too: what has to outlive it is in the rows, and a named group that stayed would keep the stack
 * from being made again. Against a deletion by mistake there is termination protection.
 * @param vended its name below /aws/vendedlogs/, where a group does not use up the 5,120 characters of the account's one policy
 * for log delivery; a function's group takes any name
 */
export const createLogGroup = (scope: Construct, id: string, config: StageConfig, vended?: string): logs.LogGroup => {
  const { logDays, kmsKeyArn } = config;
  const group = new logs.LogGroup(scope, id, {
    logGroupName: vended && `/aws/vendedlogs/${vended}`,
    encryptionKey: customerKey(scope, `${id}Key`, config),
    retention: logDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  if (logDays < 365)
    Validations.of(group).acknowledge({
      id: 'CT.CLOUDWATCH.PR.2',
      reason:
        'For how long logs are kept is a setting of the stage, and what they cost grows with it; who has to keep them a year says so.',
    });
  if (kmsKeyArn === 'service-owned')
    Validations.of(group).acknowledge({
      id: 'CT.CLOUDWATCH.PR.3',
      reason: 'Encrypted with a key of CloudWatch; a key of the customer is a setting of the stage.',
    });
  return group;
};
