import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { partitionOf } from '../placement.ts';
import type { StageConfig } from '../stage-config.ts';

/** The customer's key, if the stage has one: theirs, with a policy of theirs (docs/adr/0012-encryption.md). */
export const customerKey = (scope: Construct, id: string, { kmsKeyArn }: StageConfig): IKey | undefined =>
  kmsKeyArn === 'service-owned' ? undefined : Key.fromKeyArn(scope, id, kmsKeyArn);

/**
 * Tables, secrets, the bus and the state machine use the key in the name of whoever calls them; nobody calls KMS for anything else.
 * In China with either ending, since AWS does not say which of them the service's name has there (docs/china.md).
 */
export const usingKey = (scope: Construct, key: IKey) => {
  const { region } = Stack.of(scope);
  const endings = partitionOf(region) === 'aws-cn' ? ['amazonaws.com.cn', 'amazonaws.com'] : ['amazonaws.com'];
  return new iam.PolicyStatement({
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
    resources: [key.keyArn],
    conditions: {
      StringEquals: {
        'kms:ViaService': ['dynamodb', 'secretsmanager', 'events', 'states'].flatMap((service) =>
          endings.map((ending) => `${service}.${region}.${ending}`),
        ),
      },
    },
  });
};
