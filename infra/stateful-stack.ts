import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  type ITableV2,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { customerKey } from './constructs/customer-key.ts';
import type { StageConfig } from './stage-config.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });
const index = (indexName: string, partition: string, sort: string): GlobalSecondaryIndexPropsV2 => ({
  indexName,
  partitionKey: text(partition),
  sortKey: text(sort),
  projectionType: ProjectionType.ALL,
});

interface TableOptions {
  readonly indexes?: GlobalSecondaryIndexPropsV2[];
  /** Bounds the bill of a loop that runs away. */
  readonly writesPerSecond?: number;
  /** Rows go when they are of no use to anybody any more. */
  readonly expires?: boolean;
}

export type Tables = Readonly<
  Record<'accounts' | 'massMessages' | 'articles' | 'groupMessages' | 'groupTasks' | 'deliveries' | 'syncs', ITableV2>
>;

/**
 * Everything that would hurt to lose. Deployed first, changed rarely. A table whose construct is renamed or moved is
 * replaced by an empty one.
 */
export class StatefulStack extends Stack {
  readonly tables: Tables;
  readonly #config: StageConfig;

  constructor(scope: Construct, id: string, props: StackProps & { readonly config: StageConfig }) {
    super(scope, id, { ...props, description: `Waybill ${props.config.stage}: its records` });
    this.#config = props.config;

    // The indexes `due` are sparse: only rows that still expect something carry the attribute. For mass messages and syncs one constant
    // partition is enough for what is on the way at one time: 1,000 writes a second to it, where a message is written some 70 times a day.
    this.tables = {
      accounts: this.#table('Accounts', ['account_id']),
      massMessages: this.#table('MassMessages', ['account_id', 'msg_id'], {
        indexes: [index('by_submitted_at', 'account_id', 'submitted_at'), index('due', 'due', 'next_step_at')],
      }),
      articles: this.#table('Articles', ['account_id', 'url_digest']),
      groupMessages: this.#table('GroupMessages', ['account_id', 'msgid'], {
        indexes: [index('by_create_time', 'account_id', 'create_time'), index('due', 'due', 'next_refresh_at')],
      }),
      // A call of WeCom's brings up to 1,000 tasks, or as many deliveries, of which the first sync of an account writes all: what bounds
      // it is the pace of calls. DynamoDB slows down what is faster than this, and the sync goes on where it stopped.
      groupTasks: this.#table('GroupTasks', ['message', 'userid'], { writesPerSecond: 4000 }),
      deliveries: this.#table('Deliveries', ['task', 'recipient_id'], {
        indexes: [index('by_recipient', 'recipient', 'create_time')],
        writesPerSecond: 10_000,
        expires: true,
      }),
      syncs: this.#table('Syncs', ['account_id', 'sync_id'], { indexes: [index('due', 'due', 'next_step_at')], expires: true }),
    };
    new CfnOutput(this, 'AccountsTableName', { value: this.tables.accounts.tableName });
    new CfnOutput(this, 'MassMessagesTableName', { value: this.tables.massMessages.tableName });
  }

  #table(id: string, [partition, sort]: [string, string?], { indexes = [], writesPerSecond = 1000, expires }: TableOptions = {}) {
    const { retainData } = this.#config;
    const key = customerKey(this, `${id}Key`, this.#config);
    return new TableV2(this, id, {
      partitionKey: text(partition),
      ...(sort && { sortKey: text(sort) }),
      globalSecondaryIndexes: indexes,
      // Far above the 100 requests a second that the API lets in.
      billing: Billing.onDemand({ maxReadRequestUnits: 2000, maxWriteRequestUnits: writesPerSecond }),
      ...(expires && { timeToLiveAttribute: 'expires_at' }),
      encryption: key && TableEncryptionV2.customerManagedKey(key),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: retainData },
      deletionProtection: retainData,
      removalPolicy: retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}
