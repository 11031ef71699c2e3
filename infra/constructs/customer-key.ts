import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfig } from '../stage-config.ts';

/** The customer's key, if the stage has one: theirs, with a policy of theirs (docs/adr/0012-encryption.md). */
export const customerKey = (scope: Construct, id: string, { kmsKeyArn }: StageConfig): IKey | undefined =>
  kmsKeyArn === 'service-owned' ? undefined : Key.fromKeyArn(scope, id, kmsKeyArn);

/** Tables, secrets, the bus and the state machine use the key in the name of whoever calls them; nobody calls KMS for anything else. */
export const usingKey = (scope: Construct, key: IKey) => {
  const { region } = Stack.of(scope);
  return new iam.PolicyStatement({
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
    resources: [key.keyArn],
    conditions: {
      StringEquals: {
        'kms:ViaService': ['dynamodb', 'secretsmanager', 'events', 'states'].map((service) => `${service}.${region}.${Aws.URL_SUFFIX}`),
      },
    },
  });
};
