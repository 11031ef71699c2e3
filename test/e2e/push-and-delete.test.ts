import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { run } from '../../local/account.ts';
import { ApiClient, signedBy } from '../../local/api-client.ts';
import { awsAccount, region } from '../../local/aws.ts';
import { demoAccount, type LocalStack } from '../../local/stack.ts';
import { type Policy, readPolicy, readPolicyOfRow } from './deploy-page.ts';
import { deployment } from './deployment.ts';
import { subscribe } from './event-queue.ts';
import { send, statesOf, until } from './messages.ts';
import { createScopedCaller } from './scoped-caller.ts';

const { account_id } = demoAccount;
const path = (msgId: string, account = account_id) => `/v1/accounts/${account}/mass-messages/${msgId}`;
const sending = ({ state }: { state: string }) => state === 'sending';
const sent = ({ state }: { state: string }) => state === 'sent';
/** WeChat pushes shortly before a message is sent; asked, it says that it is still sending. */
const long = { to_all: false, sending_seconds: 600, push: 'hold' } as const;

let stack: LocalStack;
let heardEvents: Awaited<ReturnType<typeof subscribe<'mass_message.state_changed'>>>;
const record = async (msgId: string, account = account_id) =>
  z.looseObject({}).parse(await (await stack.api.fetch(path(msgId, account))).json());

const place = () => ({ REGION: region, ACCOUNT: awsAccount, API_ID: stack.api.url.split('/').at(-1) ?? '' });
/** An IAM user with this policy and nothing else. */
const callerWith = async (name: string, policy: Policy) =>
  new ApiClient(stack.api.url, signedBy(await createScopedCaller(stack.endpoint, name, policy)));
const asking = (url: string | undefined) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ url }),
});

beforeAll(async () => {
  stack = await deployment('push');
  heardEvents = await subscribe(stack.endpoint, stack.outputs.EventBusName, 'mass_message.state_changed');
}, 180_000);
afterAll(() => stack?.stop(), 30_000);

describe('a push', { timeout: 60_000 }, () => {
  it("settles a message before the next look, with WeChat's counts, and the bus tells it", async () => {
    const msgId = await send(stack, { ...long, counts: { total_count: 10, filter_count: 9, sent_count: 8, error_count: 1 } });
    await until(stack.api, msgId, 30, sending);
    expect(await stack.simulator.control.pushNow(msgId)).toMatchObject({ state: 'delivered', attempts: [{ status: 200 }] });
    expect(await record(msgId)).toMatchObject({
      state: 'sent',
      basis: 'pushed',
      counts: { total_count: 10, filter_count: 9, sent_count: 8, error_count: 1 },
      pushed: { status: 'send success' },
    });
    await expect
      .poll(async () => (await heardEvents()).filter((event) => event.msg_id === msgId).at(-1), { timeout: 15_000, interval: 500 })
      .toMatchObject({ state: 'sent', basis: 'pushed', settled: true });
  });

  it('that comes twice changes nothing the second time', async () => {
    const msgId = await send(stack, long);
    await until(stack.api, msgId, 30, sending);
    await stack.simulator.control.pushNow(msgId);
    const before = await record(msgId);
    expect(await stack.simulator.control.pushAgain(msgId)).toMatchObject({ attempts: [{ status: 200 }, { status: 200 }] });
    expect(await record(msgId)).toMatchObject({ history: before['history'], pushed: before['pushed'] });
  });

  it('about a message that nobody registered makes a record', async () => {
    const msg_id = String(Date.now());
    const { control } = stack.simulator;
    expect(await control.sendPush({ msg_id, status: 'err(20001)' })).toMatchObject({ attempts: [{ status: 200 }] });
    expect(await record(msg_id)).toMatchObject({ state: 'rejected', pushed: { status: 'err(20001)', meaning: expect.any(String) } });
  });

  it.each<[string, object]>([
    ['with a signature of somebody else', { wrong_signature: true }],
    ['of ten minutes ago', { timestamp_offset_seconds: -600 }],
    ['for another AppID', { receiveid: 'wx0000000000000009' }],
    ['that is not encrypted', { unencrypted: true }],
  ])('%s is refused', async (_, distortion) => {
    const msg_id = String(Date.now());
    const push = await stack.simulator.control.sendPush({ msg_id, ...distortion });
    expect(push).toMatchObject({ state: 'lost', attempts: [{ status: 403 }] });
    expect((await stack.api.fetch(path(msg_id))).status).toBe(404);
  });

  it("has an address that WeChat's console finds to be ours", async () => {
    expect(await stack.simulator.control.verifyUrl(demoAccount.appid)).toMatchObject({ verified: true, status: 200 });
  });
});

describe('a deletion', { timeout: 60_000 }, () => {
  it('is done once, says who asked, and the bus tells it', async () => {
    const msgId = await send(stack, { to_all: false, sending_seconds: 0 });
    await until(stack.api, msgId, 30, sent);
    const calls = () => stack.simulator.control.calls(0).counts['/cgi-bin/message/mass/delete'] ?? 0;
    const before = calls();
    const ask = () => stack.api.fetch(`${path(msgId)}?all=true`, { method: 'DELETE' });
    const answers = [await ask(), await ask()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(calls() - before).toBe(1);
    expect(stack.simulator.control.truth(msgId)).toBe('deleted');
    expect(await record(msgId)).toMatchObject({
      state: 'deleted',
      deletions: [{ target: 'all', outcome: 'deleted', asked_by: `arn:aws:iam::${awsAccount}:root` }],
    });
    await expect
      .poll(async () => (await heardEvents()).filter((event) => event.msg_id === msgId).at(-1), { timeout: 15_000, interval: 500 })
      .toMatchObject({ state: 'deleted', previous_state: 'sent' });
  });

  it('is only for those whose policy names it', async () => {
    const msgId = await send(stack, { to_all: false, sending_seconds: 0 });
    await until(stack.api, msgId, 30, sent);
    const tracker = await callerWith('tracker', readPolicy(place()));
    expect((await tracker.fetch(`${path(msgId)}?all=true`, { method: 'DELETE' })).status).toBe(403);
    const { articles } = stack.simulator.control.createMassMessage({ to_all: false, sending_seconds: 0 });
    expect((await tracker.fetch(path('delete-by-url'), asking(articles[0]?.url))).status).toBe(403);

    const remover = await callerWith('remover', readPolicyOfRow('delete', place()));
    expect((await remover.fetch(`${path(msgId)}?article_idx=1`, { method: 'DELETE' })).status).toBe(200);
    expect(await record(msgId)).toMatchObject({ deletions: [{ target: 1, asked_by: `arn:aws:iam::${awsAccount}:user/remover` }] });
    const answer = await remover.fetch(path('delete-by-url'), asking(articles[0]?.url));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ url: articles[0]?.url, outcome: 'deleted' });
    expect((await remover.fetch('/v1/accounts')).status, 'deleting is not listing').toBe(403);
  });
});

it('lists the accounts for those whose policy names them all', { timeout: 60_000 }, async () => {
  const lister = await callerWith('lister', readPolicyOfRow('list the accounts', place()));
  const answer = await lister.fetch('/v1/accounts');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ accounts: expect.arrayContaining([expect.objectContaining({ account_id })]) });
  expect((await lister.fetch(`/v1/accounts/${account_id}`)).status, 'listing is not reading').toBe(403);
  const ofOne = await callerWith('of-one', readPolicy(place()));
  expect((await ofOne.fetch('/v1/accounts')).status).toBe(403);
});

describe('an account that authorized a third-party platform', { timeout: 120_000 }, () => {
  const platform = { account_id: 'platform', component_appid: 'wx00000000000000c0', component_appsecret: 'not-a-secret-of-a-platform' };
  const authorizer = { account_id: 'oa-authorized', appid: 'wx00000000000000a1', secret: 'not-used' };
  const push = { token: 'platformpushes', encoding_aes_key: 'PlatformOnly'.padEnd(43, '0') };

  it('gets its token by way of the ticket that WeChat pushed, is followed, and hears of its end by push', async () => {
    const { simulator, endpoint, api } = stack;
    const { control } = simulator;
    const { component_appid, component_appsecret } = platform;
    const callback = `${api.url}/callbacks/${platform.account_id}`;
    control.putAccount({ appid: authorizer.appid, secret: authorizer.secret, protection: false });
    control.putPlatform({ component_appid, component_appsecret, push: { url: callback, ...push }, message_url: `${callback}/$APPID$` });

    const add = { name: 'add', stage: 'local' } as const;
    const secrets = [component_appsecret, push.token, push.encoding_aes_key];
    const platformAccount = { ...add, 'account-id': platform.account_id, appid: component_appid, kind: 'third_party_platform' } as const;
    await run(endpoint, platformAccount, secrets);
    expect(await control.pushTicket(component_appid)).toMatchObject({ state: 'delivered' });
    await run(endpoint, { name: 'check', stage: 'local', 'account-id': platform.account_id }, []);

    await control.authorize({ component_appid, appid: authorizer.appid });
    const { account_id: id, appid } = authorizer;
    await run(endpoint, { ...add, 'account-id': id, appid, kind: 'authorized_official_account', platform: platform.account_id }, []);
    const { msg_id } = control.createMassMessage({ appid, ...long });
    await api.register(id, { msg_id });
    await expect.poll(async () => (await record(msg_id, id))['state'], { timeout: 30_000 }).toBe('sending');
    expect(await control.pushNow(msg_id)).toMatchObject({ state: 'delivered' });
    expect(statesOf(await api.get(id, msg_id))).toEqual(['submitted', 'sending', 'sent']);
    const { accounts } = z
      .object({ accounts: z.array(z.looseObject({ account_id: z.string(), kind: z.string() })) })
      .parse(await (await api.fetch('/v1/accounts')).json());
    expect(accounts.filter(({ kind }) => !kind.startsWith('wecom_'))).toMatchObject([
      { account_id: id, kind: 'authorized_official_account', platform: platform.account_id },
      { account_id, kind: 'official_account' },
      { account_id: platform.account_id, kind: 'third_party_platform' },
    ]);
  });

  it('needs attention once the authorization is withdrawn, and none any more when it is given again', async () => {
    const { control } = stack.simulator;
    const { component_appid } = platform;
    const attention = async () =>
      z
        .object({ attention: z.array(z.object({ code: z.string() })) })
        .parse(await (await stack.api.fetch(`/v1/accounts/${authorizer.account_id}`)).json()).attention;
    expect(await control.unauthorize({ component_appid, appid: authorizer.appid })).toMatchObject({ event: { state: 'delivered' } });
    expect(await attention()).toMatchObject([{ code: 'AUTHORIZATION_LAPSED' }]);
    await control.authorize({ component_appid, appid: authorizer.appid });
    expect(await attention()).toEqual([]);
  });
});
