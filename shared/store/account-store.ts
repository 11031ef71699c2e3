import { type DynamoDBDocumentClient, GetCommand, ScanCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import {
  type Account,
  type Attention,
  type AttentionSubject,
  type Authorization,
  account,
  type LastSync,
  type TokenFailure,
  type TokenRecord,
  type UntoldAttention,
} from '../domain/account.ts';
import { attentionEnded, isAnotherTrouble } from './attention-ended.ts';
import { AccountNotFoundError, LeaseLostError } from './errors.ts';
import { readRow, readRows, whenRefused } from './rows.ts';

/** What operations depend on. */
export interface AccountStore {
  /** @throws AccountNotFoundError, UnreadableRowError */
  get(accountId: string): Promise<Account>;
  /** Every account: there are tens of them, not thousands. */
  all(): Promise<Account[]>;
  /** Takes the right to renew the token until `expiresAt` and returns the row as it then is. Undefined: somebody else holds it. */
  takeTokenLease(accountId: string, owner: string, now: Date, expiresAt: Date): Promise<Account | undefined>;
  /** Gives the lease back with nothing done, if `owner` still holds it. */
  releaseTokenLease(accountId: string, owner: string): Promise<void>;
  /** The outcome of a renewal; ends the lease. @throws LeaseLostError if `owner` no longer holds it, and then nothing is changed */
  endTokenLease(accountId: string, owner: string, outcome: { token?: TokenRecord; failure?: TokenFailure }): Promise<void>;
  /** Takes, or keeps, the right to sync the account until `expiresAt` and returns the row as it then is. Undefined: another sync holds it. */
  takeSyncLease(accountId: string, syncId: string, now: Date, expiresAt: Date): Promise<Account | undefined>;
  /** Ends the lease of that sync, if it still holds it. `due`: it did what a scheduled one does, and found messages `syncedUntil`. */
  endSyncLease(accountId: string, ended: LastSync, due?: { readonly syncedUntil?: string | undefined }): Promise<void>;
  /**
   * False: this subject needs attention already, for the same or for another message, and the entry that is there stays. Another
   * trouble of the same message (or of none) takes its place.
   */
  raiseAttention(accountId: string, subject: AttentionSubject, attention: Attention): Promise<boolean>;
  /** False: it was cleared or raised anew in the meantime. */
  markAttentionPublished(accountId: string, subject: AttentionSubject, since: string): Promise<boolean>;
  /** Ends what was raised for that message (or for none). What another message met stays. */
  clearAttention(accountId: string, subject: AttentionSubject, msgId?: string): Promise<void>;
  /** Ends what was still to be told at that place of `untold`, if that is still what is there. */
  markUntoldPublished(accountId: string, index: number, untold: UntoldAttention): Promise<void>;
  /** When the ticket of a third-party platform arrived. `ends` is the failure that waited for it, if one did. */
  noteTicket(accountId: string, receivedAt: Date, ends?: TokenFailure): Promise<void>;
  /**
   * A push about the account's authorization. Whoever renews its token right now loses the lease: what they asked with may no
   * longer hold. A failure is over, and a lapse ends the token. False: a newer push was noted before.
   */
  changeAuthorization(accountId: string, changed: { readonly changed_at: string; readonly lapsed: boolean }): Promise<boolean>;
  /** What WeChat says is authorized, asked after the push of `changed_at`, if there was one. False: there was another push since. */
  noteAuthorization(
    accountId: string,
    platform: string,
    found: { readonly func_ids: readonly number[]; readonly changed_at?: string | undefined },
  ): Promise<boolean>;
}

const keyOf = (item: Record<string, unknown>) => `account ${String(item['account_id'])}`;

export class DynamoAccountStore implements AccountStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async get(accountId: string): Promise<Account> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: { account_id: accountId }, ConsistentRead: true }),
    );
    if (!Item) throw new AccountNotFoundError(accountId);
    return readRow(account, Item, keyOf(Item));
  }

  async all(): Promise<Account[]> {
    const items: Record<string, unknown>[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await this.#client.send(new ScanCommand({ TableName: this.#table, ExclusiveStartKey: start, ConsistentRead: true }));
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start);
    return readRows(account, items, keyOf);
  }

  async takeTokenLease(accountId: string, owner: string, now: Date, expiresAt: Date): Promise<Account | undefined> {
    const row = await this.#update(accountId, {
      ReturnValues: 'ALL_NEW',
      UpdateExpression: 'SET token_lease = :lease',
      ConditionExpression: 'attribute_exists(account_id) AND (attribute_not_exists(token_lease) OR token_lease.expires_at <= :now)',
      ExpressionAttributeValues: { ':lease': { owner, expires_at: expiresAt.toISOString() }, ':now': now.toISOString() },
    });
    return row && readRow(account, row, keyOf(row));
  }

  async releaseTokenLease(accountId: string, owner: string): Promise<void> {
    await this.#update(accountId, {
      UpdateExpression: 'REMOVE token_lease',
      ConditionExpression: 'token_lease.#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': owner },
    });
  }

  async endTokenLease(
    accountId: string,
    owner: string,
    { token, failure }: { token?: TokenRecord; failure?: TokenFailure },
  ): Promise<void> {
    const set = [token && '#token = :token', failure && 'token_failure = :failure'].filter(Boolean);
    const held = await this.#update(accountId, {
      UpdateExpression: `${set.length > 0 ? `SET ${set.join(', ')} ` : ''}REMOVE token_lease${failure ? '' : ', token_failure'}`,
      ConditionExpression: 'token_lease.#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner', ...(token && { '#token': 'token' }) },
      ExpressionAttributeValues: { ':owner': owner, ...(token && { ':token': token }), ...(failure && { ':failure': failure }) },
    });
    if (!held) throw new LeaseLostError(`the lease on the token of account ${accountId} was taken over`);
  }

  async takeSyncLease(accountId: string, syncId: string, now: Date, expiresAt: Date): Promise<Account | undefined> {
    const row = await this.#update(accountId, {
      ReturnValues: 'ALL_NEW',
      UpdateExpression: 'SET sync_lease = :lease',
      ConditionExpression:
        'attribute_exists(account_id) AND (attribute_not_exists(sync_lease) OR sync_lease.expires_at <= :now OR sync_lease.#owner = :owner)',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: {
        ':lease': { owner: syncId, expires_at: expiresAt.toISOString() },
        ':now': now.toISOString(),
        ':owner': syncId,
      },
    });
    return row && readRow(account, row, keyOf(row));
  }

  async endSyncLease(accountId: string, ended: LastSync, due?: { readonly syncedUntil?: string | undefined }): Promise<void> {
    const until = due?.syncedUntil;
    const set = ['last_sync = :ended', due && 'due_synced_at = :at', until !== undefined && 'synced_until = :until'].filter(Boolean);
    await this.#update(accountId, {
      UpdateExpression: `SET ${set.join(', ')} REMOVE sync_lease`,
      ConditionExpression: 'sync_lease.#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: {
        ':ended': ended,
        ':owner': ended.sync_id,
        ...(due && { ':at': ended.finished_at }),
        ...(until !== undefined && { ':until': until }),
      },
    });
  }

  async raiseAttention(accountId: string, subject: AttentionSubject, attention: Attention): Promise<boolean> {
    const row = await this.#update(accountId, {
      UpdateExpression: 'SET attention.#subject = :attention',
      ConditionExpression: 'attribute_exists(account_id) AND attribute_not_exists(attention.#subject)',
      ExpressionAttributeNames: { '#subject': subject },
      ExpressionAttributeValues: { ':attention': attention },
    });
    return row !== undefined || this.#endAttention(accountId, subject, (present) => isAnotherTrouble(present, attention), attention);
  }

  async markAttentionPublished(accountId: string, subject: AttentionSubject, since: string): Promise<boolean> {
    const row = await this.#update(accountId, {
      UpdateExpression: 'SET attention.#subject.published = :yes',
      ConditionExpression: 'attention.#subject.since = :since',
      ExpressionAttributeNames: { '#subject': subject },
      ExpressionAttributeValues: { ':yes': true, ':since': since },
    });
    return row !== undefined;
  }

  async clearAttention(accountId: string, subject: AttentionSubject, msgId?: string): Promise<void> {
    await this.#endAttention(accountId, subject, ({ msg_id }) => msg_id === msgId);
  }

  async markUntoldPublished(accountId: string, index: number, { subject, since }: UntoldAttention): Promise<void> {
    await this.#update(accountId, {
      UpdateExpression: `REMOVE untold[${index}]`,
      ConditionExpression: `untold[${index}].subject = :subject AND untold[${index}].since = :since`,
      ExpressionAttributeValues: { ':subject': subject, ':since': since },
    });
  }

  /** Ends the entry, or puts `next` in its place. What nobody was told of yet goes to what is untold, in the same write. */
  async #endAttention(
    accountId: string,
    subject: AttentionSubject,
    ends: (present: Attention) => boolean,
    next?: Attention,
  ): Promise<boolean> {
    for (;;) {
      const { Item } = await this.#client.send(
        new GetCommand({ TableName: this.#table, Key: { account_id: accountId }, ConsistentRead: true }),
      );
      const present = Item && readRow(account, Item, keyOf(Item)).attention[subject];
      if (!present || !ends(present)) return false;
      const row = await this.#update(accountId, attentionEnded(subject, present, next));
      if (row) return true;
      // It was told of, ended, or raised anew in between.
    }
  }

  async noteTicket(accountId: string, receivedAt: Date, ends?: TokenFailure): Promise<void> {
    await this.#update(accountId, {
      UpdateExpression: 'SET ticket = :ticket',
      ConditionExpression: 'attribute_exists(account_id)',
      ExpressionAttributeValues: { ':ticket': { received_at: receivedAt.toISOString() } },
    });
    if (!ends) return;
    await this.#update(accountId, {
      UpdateExpression: 'REMOVE token_failure',
      ConditionExpression: 'token_failure.retry_at = :retry_at',
      ExpressionAttributeValues: { ':retry_at': ends.retry_at },
    });
  }

  async changeAuthorization(accountId: string, { changed_at, lapsed }: { changed_at: string; lapsed: boolean }): Promise<boolean> {
    const authorization: Authorization = { changed_at, ...(lapsed && { lapsed }) };
    const row = await this.#update(accountId, {
      UpdateExpression: `SET #authorization = :authorization REMOVE token_failure, token_lease${lapsed ? ', #token' : ''}`,
      ConditionExpression:
        'attribute_exists(account_id) AND (attribute_not_exists(#authorization.changed_at) OR #authorization.changed_at <= :changed_at)',
      ExpressionAttributeNames: { '#authorization': 'authorization', ...(lapsed && { '#token': 'token' }) },
      ExpressionAttributeValues: { ':authorization': authorization, ':changed_at': changed_at },
    });
    return row !== undefined;
  }

  async noteAuthorization(
    accountId: string,
    platform: string,
    { func_ids, changed_at }: { readonly func_ids: readonly number[]; readonly changed_at?: string | undefined },
  ): Promise<boolean> {
    const authorization: Authorization = { func_ids: [...func_ids], ...(changed_at !== undefined && { changed_at }) };
    const row = await this.#update(accountId, {
      UpdateExpression: 'SET #authorization = :authorization, platform = :platform',
      ConditionExpression: `attribute_exists(account_id) AND ${
        changed_at === undefined ? 'attribute_not_exists(#authorization.changed_at)' : '#authorization.changed_at = :changed_at'
      }`,
      ExpressionAttributeNames: { '#authorization': 'authorization' },
      ExpressionAttributeValues: {
        ':authorization': authorization,
        ':platform': platform,
        ...(changed_at !== undefined && { ':changed_at': changed_at }),
      },
    });
    return row !== undefined;
  }

  /** Undefined: the condition did not hold. Otherwise what `ReturnValues` asks for. */
  async #update(accountId: string, update: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<Record<string, unknown> | undefined> {
    return this.#client
      .send(new UpdateCommand({ TableName: this.#table, Key: { account_id: accountId }, ...update }))
      .then(({ Attributes = {} }) => Attributes)
      .catch(whenRefused(() => undefined));
  }
}
