import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { sendsOf } from '../../../shared/domain/article-record.ts';
import { urlDigest } from '../../../shared/domain/article-url.ts';
import { StaleRowError, UnreadableRowError } from '../../../shared/store/errors.ts';
import { useTables } from '../../support/tables.ts';

const tables = useTables();
const url = 'http://mp.weixin.qq.com/s?__biz=MzA3==&mid=2650000001&idx=1&sn=ab12#rd';
const account = () => `oa-${crypto.randomUUID().slice(0, 8)}`;

it('knows an article by every spelling of its address, and keeps the one that WeChat pushed', async () => {
  const store = tables.articles();
  const account_id = account();
  await store.noteSends(account_id, '3147483331', [{ article_idx: 1, url }]);
  const found = await store.get(account_id, 'https://mp.weixin.qq.com/s?mid=2650000001&idx=1&sn=ab12&__biz=MzA3==&scene=1');
  expect(found).toMatchObject({ url, sends: { '3147483331': 1 }, deletions: [], rev: 1 });
});

it('has nothing of what it does not know, nor of another account', async () => {
  const store = tables.articles();
  await store.noteSends(account(), '1', [{ article_idx: 1, url }]);
  await expect(store.get(account(), url)).resolves.toMatchObject({ sends: {}, deletions: [], rev: 0 });
});

it('notes a send once, however often it is told, also by many at once', async () => {
  const store = tables.articles();
  const account_id = account();
  const ids = ['3147483331', '3147483332', '9007199254740993'];
  await Promise.all([...ids, ...ids].map((id) => store.noteSends(account_id, id, [{ article_idx: 2, url }])));
  const record = await store.get(account_id, url);
  expect(sendsOf(record)).toEqual([...ids].reverse().map((id) => [id, 2]));
  await store.noteSends(account_id, ids[0] ?? '', [{ article_idx: 2, url }]);
  expect((await store.get(account_id, url)).rev).toBe(record.rev);
});

it('notes each article of a message under its own address', async () => {
  const store = tables.articles();
  const account_id = account();
  const other = url.replace('idx=1', 'idx=2');
  await store.noteSends(account_id, '7', [
    { article_idx: 1, url },
    { article_idx: 2, url: other },
  ]);
  expect((await store.get(account_id, url)).sends).toEqual({ '7': 1 });
  expect((await store.get(account_id, other)).sends).toEqual({ '7': 2 });
});

it('lets one of two writers of the same revision win, the first one among them', async () => {
  const store = tables.articles();
  const account_id = account();
  const none = await store.get(account_id, url);
  const writers = Array.from({ length: 10 }, () => store.save({ ...none, rev: 1 }));
  const outcomes = await Promise.allSettled(writers);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await store.save({ ...none, rev: 2 });
  await expect(store.save({ ...none, rev: 2 })).rejects.toThrow(StaleRowError);
});

it('names the row and the field that cannot be read', async () => {
  const account_id = account();
  const Item = { account_id, url_digest: urlDigest(url), url, sends: 'a private matter', deletions: [], rev: 1 };
  await tables.client().send(new PutCommand({ TableName: 'articles', Item }));
  const error = await tables
    .articles()
    .get(account_id, url)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnreadableRowError);
  expect(String(error)).toMatch(new RegExp(`${account_id}.*sends`));
  expect(String(error)).not.toContain('private');
});
