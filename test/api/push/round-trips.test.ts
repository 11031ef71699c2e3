import '../../support/environment.ts';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { register } from '../../../shared/domain/follow.ts';
import { makeReceiveMassSendPush } from '../../../shared/push/mass-send-push.ts';
import { DynamoAccountStore } from '../../../shared/store/account-store.ts';
import { DynamoArticleStore } from '../../../shared/store/article-store.ts';
import { DynamoMassMessageStore } from '../../../shared/store/mass-message-store.ts';
import { parseXml } from '../../../shared/wechat/push/xml.ts';
import { articlesXml, massSendXml } from '../../support/envelopes.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();

/**
 * Counts what has to wait for what came before: calls that are made at the same time go out together, and are answered together
 * once the last of them is. Whatever a machine takes for each, the count is the same.
 */
const roundTrips = () => {
  let count = 0;
  let waiting: (() => Promise<() => void>)[] = [];
  const goTogether = async () => {
    const together = waiting;
    waiting = [];
    count++;
    const answers = await Promise.all(together.map((go) => go()));
    for (const answer of answers) answer();
  };
  const through = <T>(call: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void goTogether());
      waiting.push(() =>
        call().then(
          (value) => () => resolve(value),
          (error: unknown) => () => reject(error),
        ),
      );
    });
  return { through, count: () => count };
};

it.each([
  ['registered', true],
  ['unknown', false],
])('a push with eight articles takes four round trips, one after the other, for a message that was %s', async (_how, known) => {
  const { account_id, accounts, messages, schedule } = await world.openAccount();
  const account = await accounts.get(account_id);
  if (known) await messages.create(register({ account_id, msg_id: '3147490001' }, world.now(), schedule));
  const { through, count } = roundTrips();
  const real = world.client();
  const client = { send: (command: never) => through(() => real.send(command)) } as unknown as DynamoDBDocumentClient;
  const started: string[] = [];
  const receive = makeReceiveMassSendPush({
    accounts: new DynamoAccountStore(client, 'accounts'),
    messages: new DynamoMassMessageStore(client, 'mass-messages'),
    articles: new DynamoArticleStore(client, 'articles'),
    executions: { start: ({ msg_id }) => through(async () => void started.push(msg_id)) },
    schedule,
  });
  const urls = Array.from({ length: 8 }, (_, n) => `https://mp.weixin.qq.com/s/${account_id}-${n}`);
  await receive({ account, fields: parseXml(Buffer.from(massSendXml({ more: articlesXml(...urls) }))), receivedAt: world.now() });
  // Reads the row, stores it; then starts the execution and reads the eight pages; stores them.
  expect(count()).toBe(4);
  expect(started).toEqual(['3147490001']);
  for (const [index, url] of urls.entries())
    expect((await world.articles().get(account_id, url)).sends).toEqual({ '3147490001': index + 1 });
});
