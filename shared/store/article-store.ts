import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type ArticleRecord, articleRecord, sentBy } from '../domain/article-record.ts';
import { plainUrl, urlDigest } from '../domain/article-url.ts';
import { changeRow } from './change-row.ts';
import { StaleRowError } from './errors.ts';
import { readRow, whenRefused } from './rows.ts';

/** An article of a message and the address of its page. */
export interface SentArticle {
  readonly article_idx: number;
  readonly url: string;
}

/** What operations depend on. */
export interface ArticleStore {
  /** What is known of the article at that address, in whatever spelling; an empty record, at revision 0, where nothing is. @throws UnreadableRowError */
  get(accountId: string, url: string): Promise<ArticleRecord>;
  /** Stores the record in place of that of revision `next.rev - 1`; revision 0 is none. @throws StaleRowError if that is not what is stored */
  save(next: ArticleRecord): Promise<void>;
  /** Notes which articles a message sent. The same again changes nothing. @returns what is known of each, in their order */
  noteSends(accountId: string, msgId: string, articles: readonly SentArticle[]): Promise<ArticleRecord[]>;
}

const keyOf = ({ account_id, url_digest }: Record<string, unknown>) => `article ${String(account_id)}/${String(url_digest)}`;

export class DynamoArticleStore implements ArticleStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async get(accountId: string, url: string): Promise<ArticleRecord> {
    const Key = { account_id: accountId, url_digest: urlDigest(url) };
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    return Item ? readRow(articleRecord, Item, keyOf(Item)) : { ...Key, url: plainUrl(url), sends: {}, deletions: [], rev: 0 };
  }

  async save(next: ArticleRecord): Promise<void> {
    const condition =
      next.rev === 1
        ? { ConditionExpression: 'attribute_not_exists(url_digest)' }
        : { ConditionExpression: 'rev = :previous', ExpressionAttributeValues: { ':previous': next.rev - 1 } };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item: next, ...condition })).catch(
      whenRefused((cause) => {
        throw new StaleRowError(`${keyOf(next)} is no longer at revision ${next.rev - 1}`, { cause });
      }),
    );
  }

  async noteSends(accountId: string, msgId: string, articles: readonly SentArticle[]): Promise<ArticleRecord[]> {
    const note = async ({ article_idx, url }: SentArticle): Promise<ArticleRecord> => {
      const rows = { read: () => this.get(accountId, url), save: (next: ArticleRecord) => this.save(next) };
      return changeRow(await rows.read(), (record) => sentBy(record, msgId, article_idx, url), rows);
    };
    return Promise.all(articles.map(note));
  }
}
