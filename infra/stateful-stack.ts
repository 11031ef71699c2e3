import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { customerKey } from './constructs/customer-key.ts';
import type { StageConfig } from './stage-config.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });

/**
 * Everything that would hurt to lose. Deployed first, changed rarely. A table whose construct is renamed or moved is
 * replaced by an empty one.
 */
export class StatefulStack extends Stack {
  readonly accounts: TableV2;
  readonly massMessages: TableV2;
  readonly articles: TableV2;
  readonly #config: StageConfig;

  constructor(scope: Construct, id: string, props: StackProps & { readonly config: StageConfig }) {
    super(scope, id, { ...props, description: `Waybill ${props.config.stage}: its records` });
    this.#config = props.config;

    this.accounts = this.#table('Accounts', ['account_id']);
    this.massMessages = this.#table(
      'MassMessages',
      ['account_id', 'msg_id'],
      [
        {
          indexName: 'by_submitted_at',
          partitionKey: text('account_id'),
          sortKey: text('submitted_at'),
          projectionType: ProjectionType.ALL,
        },
        // Sparse: only rows that still expect something carry `due`. One constant partition is enough for what is on the
        // way at one time: 1,000 writes a second to it, where a message is written some 70 times a day.
        { indexName: 'due', partitionKey: text('due'), sortKey: text('next_step_at'), projectionType: ProjectionType.ALL },
      ],
    );
    this.articles = this.#table('Articles', ['account_id', 'url_digest']);
    new CfnOutput(this, 'AccountsTableName', { value: this.accounts.tableName });
    new CfnOutput(this, 'MassMessagesTableName', { value: this.massMessages.tableName });
  }

  #table(id: string, [partition, sort]: [string, string?], globalSecondaryIndexes: GlobalSecondaryIndexPropsV2[] = []) {
    const { retainData } = this.#config;
    const key = customerKey(this, `${id}Key`, this.#config);
    return new TableV2(this, id, {
      partitionKey: text(partition),
      ...(sort && { sortKey: text(sort) }),
      globalSecondaryIndexes,
      // A bound on the bill of a loop that runs away, far above the 100 requests a second that the API lets in.
      billing: Billing.onDemand({ maxReadRequestUnits: 2000, maxWriteRequestUnits: 1000 }),
      encryption: key && TableEncryptionV2.customerManagedKey(key),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: retainData },
      deletionProtection: retainData,
      removalPolicy: retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}
