import { DescribeExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../local/account.ts';
import { ApiClient, signedBy } from '../../local/api-client.ts';
import { awsAccount, clientConfig, region } from '../../local/aws.ts';
import type { LocalStack } from '../../local/stack.ts';
import { deliveryLine, truthOf } from '../support/group-message-truth.ts';
import { campaignsOf, openCorp, startSync, withoutPeriod } from './campaigns.ts';
import { type Policy, readPolicy, readPolicyOfRow } from './deploy-page.ts';
import { deployment } from './deployment.ts';
import { subscribe } from './event-queue.ts';
import { killFunction } from './kill-function.ts';
import { createScopedCaller } from './scoped-caller.ts';

/** Half of the members have pressed send, the others wait. */
const halfSent = { sending: { share: 0.5 }, outcomes: { not_friend: 0.1, limit_reached: 0.2 } };
const [members, customers] = [12, 20];
const shortly = { timeout: 15_000, interval: 500 };

let stack: LocalStack;
let sfn: SFNClient;
let heardEvents: Awaited<ReturnType<typeof subscribe<'group_message.progressed'>>>;
const control = () => stack.simulator.control;

beforeAll(async () => {
  stack = await deployment('sync', 'test/e2e/synthesize-impatient.ts');
  sfn = new SFNClient(clientConfig(stack.endpoint));
  heardEvents = await subscribe(stack.endpoint, stack.outputs.EventBusName, 'group_message.progressed');
}, 180_000);
afterAll(async () => {
  sfn?.destroy();
  await stack?.stop();
}, 30_000);

const executionOf = (accountId: string, syncId: string, attempt: number) => ({
  executionArn: `${stack.outputs.SyncStateMachineArn.replace(':stateMachine:', ':execution:')}:${accountId}-${syncId}-${attempt}`,
});
const statusOf = async (...execution: Parameters<typeof executionOf>) =>
  (await sfn.send(new DescribeExecutionCommand(executionOf(...execution)))).status;

describe.runIf(process.platform === 'linux')('a sync whose workers are killed', { timeout: 120_000 }, () => {
  it('goes on where they were', async () => {
    const corp = await openCorp(stack, 'corp-killed', { members: 40, customers_per_member: 10, answer_ms: 1500 });
    const msgid = corp.create(halfSent);
    const { sync_id } = await corp.startSync();
    await corp.follow(sync_id, 60, ({ phase, calls }) => phase === 'reading_deliveries' && calls > 3);
    expect(killFunction(stack.emulator?.pid ?? 0, /SyncDeliveries/)).toBeGreaterThan(0);
    const looks = await corp.follow(sync_id, 60);
    expect(looks.at(-1)).toMatchObject({ phase: 'done', failures: [], members: { done: 40, all: 40 } });
    await corp.expectTruth(msgid);
    const asked = control().calls(0).counts['/cgi-bin/externalcontact/get_groupmsg_send_result'] ?? 0;
    expect(asked, 'of 40 members half are under way at once').toBeLessThan(80);
    await expect.poll(() => statusOf(corp.account_id, sync_id, 1), shortly).toBe('SUCCEEDED');
  });
});

describe.concurrent('a sync', { timeout: 200_000 }, () => {
  it('that nobody asked for finds a campaign, the next one what members did since, and the bus tells both', async ({ expect }) => {
    const corp = await openCorp(stack, 'corp-scheduled', { members, customers_per_member: customers });
    const msgid = corp.create(halfSent);
    const groups = corp.create({ chat_type: 'group', sending: { share: 0.5 }, age_seconds: 3600 });
    const lastSync = async () => (await corp.account()).last_sync?.sync_id ?? '';
    const patiently = { timeout: 90_000, interval: 500 };
    await expect.poll(lastSync, patiently).not.toBe('');
    const first = (await corp.follow(await lastSync(), 30)).at(-1);
    expect(first).toMatchObject({ trigger: 'schedule', phase: 'done', failures: [], messages: { found: 2, new: 2, refreshed: 2 } });
    expect(first).not.toHaveProperty('requested_by');
    for (const each of [msgid, groups]) await corp.expectTruth(each);
    const before = truthOf(stack.simulator, msgid).totals;

    expect(control().pressSend(msgid, { count: 3 })).toMatchObject({ pressed: 3 });
    await expect.poll(lastSync, patiently).not.toBe(first?.sync_id);
    for (const each of [msgid, groups]) await corp.expectTruth(each);
    expect((await corp.follow(await lastSync(), 30)).at(-1)).toMatchObject({
      trigger: 'schedule',
      messages: { new: 0 },
      tasks: { written: 3 },
      deliveries: { read: 3 * customers },
    });
    const told = async () => {
      const events = (await heardEvents()).filter((event) => event.msgid === msgid);
      return [...new Map(events.map((event) => [event.id, event])).values()];
    };
    const of = { account_id: corp.account_id, chat_type: 'single', settled: false };
    await expect.poll(told, shortly).toMatchObject([
      { ...of, number: 0, totals: before },
      { ...of, number: 1, totals: truthOf(stack.simulator, msgid).totals },
    ]);
  });

  it('on request shows how far it is, and a second one that is asked for at the same moment waits and writes nothing', async ({
    expect,
  }) => {
    const corp = await openCorp(stack, 'corp-asked', { members: 60, customers_per_member: 10, answer_ms: 1000 });
    const msgid = corp.create(halfSent);
    const asked = await Promise.all([corp.startSync(), corp.startSync()]);
    expect(asked).toMatchObject(asked.map(() => ({ trigger: 'request', requested_by: `arn:aws:iam::${awsAccount}:root` })));
    const looks = await Promise.all(asked.map(({ sync_id }) => corp.follow(sync_id, 90)));
    const inTheMiddle = looks.flat().filter(({ members: { done, all } }) => done > 0 && done < all);
    expect(inTheMiddle.map(({ phase }) => phase)).toContain('reading_deliveries');
    const ends = looks.map((seen) => seen.at(-1)).sort((one, other) => (one?.calls ?? 0) - (other?.calls ?? 0));
    expect(ends).toMatchObject([
      { phase: 'done', failures: [], messages: { new: 0 }, tasks: { written: 0 }, deliveries: { read: 0, written: 0 }, calls: 3 },
      { phase: 'done', failures: [], messages: { new: 1 }, members: { done: 60, all: 60 }, deliveries: { written: 600 }, calls: 63 },
    ]);
    await corp.expectTruth(msgid);
  });

  it('leaves records of which the API tells by status, by member and by recipient, page by page', async ({ expect }) => {
    const corp = await openCorp(stack, 'corp-read', { members, customers_per_member: customers });
    const older = corp.create({ age_seconds: 86_400, sending: {} });
    const msgid = corp.create(halfSent);
    const { sync_id } = await corp.startSync();
    await corp.follow(sync_id, 60);
    for (const each of [older, msgid]) await corp.expectTruth(each);

    const { rows, pages } = await corp.messages({ limit: '1' });
    expect(rows.map((row) => row.msgid)).toEqual([msgid, older]);
    expect(pages).toBeGreaterThan(1);
    expect(rows).toEqual([await corp.message(msgid), await corp.message(older)]);
    expect((await corp.messages({ chat_type: 'group' })).rows).toEqual([]);

    const truth = truthOf(stack.simulator, msgid);
    for (const status of ['sent', 'pending'] as const) {
      const tasks = (await corp.tasks(msgid, { status })).rows;
      expect(tasks.map((task) => task.status)).toEqual(Array.from({ length: truth.totals.members[status] }, () => status));
    }
    expect((await corp.deliveries(msgid)).pages).toBeGreaterThan(2);
    for (const status of ['pending', 'sent', 'not_friend', 'limit_reached'] as const) {
      const found = (await corp.deliveries(msgid, { status, limit: '50' })).rows;
      expect(found.length, status).toBe(truth.totals.deliveries[status]);
      expect(found.map(deliveryLine).sort()).toEqual(truth.deliveries.filter((line) => line.split(' ')[2] === status));
    }
    const [{ userid, recipient_id } = { userid: '', recipient_id: '' }, ...others] = (await corp.deliveries(msgid)).rows;
    const ofMember = (await corp.deliveries(msgid, { userid })).rows;
    expect(ofMember.map(deliveryLine).sort()).toEqual(truth.deliveries.filter((line) => line.startsWith(`${userid} `)));
    expect(others.length, 'there is more than one member').toBeGreaterThan(ofMember.length);
    const received = await corp.received(recipient_id, { limit: '1' });
    expect(received.rows.map((row) => row.msgid)).toEqual([msgid, older]);
    expect(received.pages).toBeGreaterThan(1);
  });

  it.for(['reading_tasks', 'reading_deliveries'] as const)(
    'whose execution was stopped while %s is brought back by the schedule',
    async (phase, { expect }) => {
      const name = `corp-stopped-${phase.replace('_', '-')}`;
      const settings = { members, customers_per_member: customers, answer_ms: 2000 };
      const corp = await openCorp(stack, name, settings);
      const campaigns = [corp.create(halfSent), corp.create({ sending: {} })];
      const { sync_id } = await corp.startSync();
      await corp.follow(sync_id, 60, (look) => look.phase === phase);
      await sfn.send(new StopExecutionCommand(executionOf(name, sync_id, 1)));
      for (const msgid of campaigns) expect((await corp.message(msgid)).totals).toBeNull();
      corp.answerAtOnce();
      const looks = await corp.follow(sync_id, 150);
      expect(looks.at(-1)).toMatchObject({ phase: 'done', failures: [] });
      for (const msgid of campaigns) await corp.expectTruth(msgid);
      expect(await statusOf(name, sync_id, 1)).toBe('ABORTED');
      await expect.poll(() => statusOf(name, sync_id, 2), shortly).toBe('SUCCEEDED');
    },
  );

  it('is started by somebody whose policy names that, and not by one who may read', async ({ expect }) => {
    const { account_id } = await openCorp(stack, 'corp-policy');
    const place = { REGION: region, ACCOUNT: awsAccount, API_ID: stack.api.url.split('/').at(-1) ?? '' };
    const callerWith = async (name: string, { Statement: [statement], ...policy }: Policy) => {
      const Resource = statement.Resource.map((path) => path.replace('/oa-main', `/${account_id}`));
      const key = await createScopedCaller(stack.endpoint, name, { ...policy, Statement: [{ ...statement, Resource }] });
      return new ApiClient(stack.api.url, signedBy(key));
    };
    const reader = await callerWith('reader', readPolicy(place));
    const operator = await callerWith('operator', readPolicyOfRow('start a sync', place));
    const [messages, sync] = [`/v1/accounts/${account_id}/group-messages`, `/v1/accounts/${account_id}/group-messages/sync`];
    expect((await reader.fetch(messages)).status).toBe(200);
    expect((await reader.fetch(sync, withoutPeriod)).status).toBe(403);
    expect(await startSync(operator, account_id)).toMatchObject({ requested_by: `arn:aws:iam::${awsAccount}:user/operator` });
    expect((await operator.fetch(messages)).status, 'starting is not reading').toBe(403);
  });

  it("of what a corp installed of a provider's suite has its token by way of the ticket that WeCom pushed", async ({ expect }) => {
    const [suite, account_id, suite_id, corpid] = ['suite', 'corp-of-suite', 'ww-suite', 'ww-corp-of-suite'];
    const [suite_secret, permanent_code] = ['not-a-secret-of-a-suite', 'not-a-code-of-a-corp'];
    const push = { token: 'suitepushes', encoding_aes_key: 'SuiteOnly'.padEnd(43, '0') };
    control().putCorp({ corpid, members, customers_per_member: customers });
    control().putSuite({ suite_id, suite_secret, push: { url: `${stack.api.url}/callbacks/${suite}`, ...push } });
    control().authorizeSuite({ suite_id, corpid, permanent_code });

    const add = { name: 'add', stage: 'local' } as const;
    const ofSuite = { ...add, 'account-id': suite, kind: 'wecom_suite', 'suite-id': suite_id } as const;
    await run(stack.endpoint, ofSuite, [suite_secret, push.token, push.encoding_aes_key]);
    // WeCom's console waits for a second: at first there may be no process yet.
    await expect.poll(() => control().verifySuiteUrl(suite_id), shortly).toMatchObject({ verified: true });
    expect(await control().pushSuiteTicket(suite_id)).toMatchObject({ state: 'delivered' });
    await run(stack.endpoint, { ...add, 'account-id': account_id, kind: 'wecom_suite_app', corpid, suite }, [permanent_code]);

    const corp = campaignsOf(stack, account_id, corpid);
    const msgid = corp.create(halfSent);
    const { sync_id } = await corp.startSync();
    expect((await corp.follow(sync_id, 60)).at(-1)).toMatchObject({ phase: 'done', failures: [] });
    await corp.expectTruth(msgid);
    expect(await corp.account()).toMatchObject({ kind: 'wecom_suite_app', platform: suite, attention: [] });
  });
});
