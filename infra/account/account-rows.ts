import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Account } from '../../shared/domain/account.ts';
import { whenRefused } from '../../shared/store/rows.ts';

/** What only an operator does to the accounts table; everything else is shared/store/account-store.ts. */
export class AccountRows {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** False: there is a row already, and it stays as it is. */
  async create(row: Account): Promise<boolean> {
    return this.#client
      .send(new PutCommand({ TableName: this.#table, Item: row, ConditionExpression: 'attribute_not_exists(account_id)' }))
      .then(() => true)
      .catch(whenRefused(() => false));
  }

  /** Also of a row that cannot be read. */
  async has(accountId: string): Promise<boolean> {
    const Key = { account_id: accountId };
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    return Item !== undefined;
  }

  /** Forgets the failures that keep WeChat from being asked again. */
  async endPause(accountId: string): Promise<void> {
    await this.#client
      .send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { account_id: accountId },
          UpdateExpression: 'REMOVE token_failure',
          ConditionExpression: 'attribute_exists(token_failure)',
        }),
      )
      .catch(whenRefused(() => undefined));
  }

  /** What was authorized for another platform says nothing of this one. */
  async moveToPlatform(accountId: string, platform: string): Promise<void> {
    await this.#client
      .send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { account_id: accountId },
          UpdateExpression: 'SET platform = :platform REMOVE #authorization',
          ConditionExpression: 'attribute_exists(account_id) AND (attribute_not_exists(platform) OR platform <> :platform)',
          ExpressionAttributeNames: { '#authorization': 'authorization' },
          ExpressionAttributeValues: { ':platform': platform },
        }),
      )
      .catch(whenRefused(() => undefined));
  }

  async remove(accountId: string): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: { account_id: accountId } }));
  }

  /** False: its token is being renewed, or was to be by somebody who died over it. Where this is true, no renewal is under way or begins. */
  async removeUnlessRenewing(accountId: string): Promise<boolean> {
    return this.#client
      .send(
        new DeleteCommand({
          TableName: this.#table,
          Key: { account_id: accountId },
          ConditionExpression: 'attribute_not_exists(token_lease)',
        }),
      )
      .then(() => true)
      .catch(whenRefused(() => false));
  }
}
