import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { addOfficialAccount } from '../../local/account.ts';
import { ApiClient, signedBy } from '../../local/api-client.ts';
import { awsAccount, clientConfig, region } from '../../local/aws.ts';
import { functionsOf } from '../../local/cdk.ts';
import { demoAccount, type LocalStack } from '../../local/stack.ts';
import type { MassMessageState } from '../../shared/domain/mass-message.ts';
import { prepareSecondDeployment } from './change.ts';
import { readPolicy } from './deploy-page.ts';
import { deployment } from './deployment.ts';
import { subscribe } from './event-queue.ts';
import { listening, processesOf } from './listening.ts';
import { awaiting, isOpen, send, statesOf, until } from './messages.ts';
import { createScopedCaller } from './scoped-caller.ts';

const { account_id, appid } = demoAccount;
const otherAccount = { account_id: 'oa-other', appid: 'wx0000000000000001', secret: 'not-a-secret-either' };

let stack: LocalStack;
let heardEvents: Awaited<ReturnType<typeof subscribe<'mass_message.state_changed'>>>;

beforeAll(async () => {
  stack = await deployment('iam');
  heardEvents = await subscribe(stack.endpoint, stack.outputs.EventBusName, 'mass_message.state_changed');
}, 180_000);
afterAll(() => stack?.stop(), 30_000);

describe.concurrent('a mass message is followed to its end', { timeout: 180_000 }, () => {
  it.each<{ administrator: 'confirm' | 'refuse' | 'sleep'; states: MassMessageState[] }>([
    { administrator: 'confirm', states: ['submitted', 'awaiting_confirmation', 'sending', 'sent'] },
    { administrator: 'refuse', states: ['submitted', 'awaiting_confirmation', 'confirmation_refused'] },
    { administrator: 'sleep', states: ['submitted', 'awaiting_confirmation', 'confirmation_expired'] },
  ])('when its administrator chooses to $administrator', async ({ administrator: action, states: expected }) => {
    const msgId = await send(stack, { sending_seconds: 8 });
    await until(stack.api, msgId, 30, awaiting);
    stack.simulator.control.tellAdministrator(msgId, { action });
    expect(statesOf(await until(stack.api, msgId, 60))).toEqual(expected);
  });

  it('although WeChat revokes the token in the middle of the window', async () => {
    const msgId = await send(stack);
    await until(stack.api, msgId, 30, awaiting);
    expect(stack.simulator.control.revokeTokens(appid).revoked).toBeGreaterThan(0);
    stack.simulator.control.tellAdministrator(msgId, { action: 'confirm', after_seconds: 1 });
    expect(await until(stack.api, msgId, 60)).toMatchObject({ state: 'sent' });
  });

  it('although its execution was stopped, because the schedule resumes it', async () => {
    const msgId = await send(stack);
    await until(stack.api, msgId, 30, awaiting);
    stack.simulator.control.tellAdministrator(msgId, { action: 'confirm', after_seconds: 1 });
    const sfn = new SFNClient(clientConfig(stack.endpoint));
    const execution = stack.outputs.TrackingStateMachineArn.replace(':stateMachine:', ':execution:');
    await sfn.send(new StopExecutionCommand({ executionArn: `${execution}:${account_id}-${msgId}-1` }));
    sfn.destroy();
    expect(await until(stack.api, msgId, 170)).toMatchObject({ state: 'sent' });
  });

  it('and the bus tells every step of it in order', async ({ expect }) => {
    const msgId = await send(stack, { sending_seconds: 8 });
    await until(stack.api, msgId, 30, awaiting);
    stack.simulator.control.tellAdministrator(msgId, { action: 'confirm' });
    await until(stack.api, msgId, 60);
    await expect
      .poll(
        async () => [...new Map((await heardEvents()).filter(({ msg_id }) => msg_id === msgId).map((event) => [event.id, event])).values()],
        {
          timeout: 15_000,
          interval: 500,
        },
      )
      .toMatchObject([
        { state: 'submitted', number: 0, settled: false },
        { state: 'awaiting_confirmation', number: 1, previous_state: 'submitted' },
        { state: 'sending', number: 2 },
        { state: 'sent', number: 3, settled: true },
      ]);
  });

  it('and WeChat is asked for its present status at any time', async () => {
    const msgId = await send(stack);
    const answer = await stack.api.fetch(`/v1/accounts/${account_id}/live/mass-messages/${msgId}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ msg_status: null, confirmation: 'awaiting' });
  });
});

describe('who may call', { timeout: 60_000 }, () => {
  const messages = (account: string) => `/v1/accounts/${account}/mass-messages`;
  const register = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"msg_id":"1"}' };
  /** With the policy of docs/deploy.md, which is for one account; and with its first line alone, which is for reading. */
  let tracker: ApiClient;
  let reader: ApiClient;
  beforeAll(async () => {
    const { simulator, endpoint, api } = stack;
    simulator.control.putAccount({ appid: otherAccount.appid, secret: otherAccount.secret, protection: true });
    await addOfficialAccount(endpoint, otherAccount);
    const policy = readPolicy({ REGION: region, ACCOUNT: awsAccount, API_ID: api.url.split('/').at(-1) ?? '' });
    const [{ Resource, ...statement }] = policy.Statement;
    const readOnly = { ...policy, Statement: [{ ...statement, Resource: Resource.slice(0, 1) }] as typeof policy.Statement };
    tracker = new ApiClient(api.url, signedBy(await createScopedCaller(endpoint, 'tracker', policy)));
    reader = new ApiClient(api.url, signedBy(await createScopedCaller(endpoint, 'reader', readOnly)));
  });

  it('is nobody without a signature', async () => {
    expect((await fetch(`${stack.api.url}${messages(account_id)}`)).status).toBe(403);
  });

  it('is, for one account, somebody with the policy of docs/deploy.md', async () => {
    const msgId = await send({ ...stack, api: tracker });
    for (const path of [messages(account_id), `${messages(account_id)}/${msgId}`, `/v1/accounts/${account_id}/live/mass-messages/${msgId}`])
      expect((await tracker.fetch(path)).status, path).toBe(200);
  });

  it.each<[string, string, RequestInit]>([
    ['list the messages of', messages(otherAccount.account_id), {}],
    ['register a message of', messages(otherAccount.account_id), register],
    ['read, however its path is written, from', `${messages(otherAccount.account_id)}/x%2Fv1%2Faccounts%2F${account_id}%2Fy`, {}],
  ])('is not somebody with that policy who wants to %s another account', async (_, path, init) => {
    expect((await stack.api.fetch(path, init)).status, 'of somebody who may do everything').not.toBe(403);
    expect((await tracker.fetch(path, init)).status).toBe(403);
  });

  it('is nobody whose policy names another method', async () => {
    expect((await reader.fetch(messages(account_id))).status).toBe(200);
    expect((await reader.fetch(messages(account_id), register)).status).toBe(403);
  });
});

describe('a second deployment, of changed functions', { timeout: 180_000 }, () => {
  it('keeps the records and follows on a message whose administrator still has time', async () => {
    const sent = async () => (await stack.api.fetch(`/v1/accounts/${account_id}/mass-messages?state=sent`)).json();
    const before = await sent();
    for (const name of ['observe', 'get', 'list'])
      appendFileSync(join(functionsOf(stack.cdk.folder), 'functions', 'official-account', `${name}.mjs`), '\n// changed\n');
    const { apply } = await prepareSecondDeployment(stack.cdk);
    const msgId = await send(stack);
    const record = await until(stack.api, msgId, 30, awaiting);
    await apply();
    expect(isOpen(record, new Date()), 'the deployment fell into the window').toBe(true);
    stack.simulator.control.tellAdministrator(msgId, { action: 'confirm' });
    expect(await sent()).toEqual(before);
    expect(await until(stack.api, msgId, 60)).toMatchObject({ state: 'sent' });
  });

  it('leaves twenty cold callers whose token was just revoked, and WeChat is asked for one new token', async () => {
    const { control } = stack.simulator;
    const msgId = await send(stack);
    await until(stack.api, msgId, 30, awaiting);
    const fetched = () => control.calls(0).counts['/cgi-bin/stable_token'] ?? 0;
    const before = fetched();
    // Meanwhile ten functions start and would ask as well, if nothing held them back. Waybill waits for 5 s.
    control.orderFault({ path: '/cgi-bin/stable_token', times: null, fault: { kind: 'delay', ms: 3_500 } });
    onTestFinished(() => void control.clearFaults());
    expect(control.revokeTokens(appid).revoked).toBeGreaterThan(0);
    const answers = await inParallel(20, async () => {
      const answer = await stack.api.fetch(`/v1/accounts/${account_id}/live/mass-messages/${msgId}`);
      return `${answer.status} ${await answer.text()}`;
    });
    expect(answers.filter((answer) => !answer.startsWith('200 '))).toEqual([]);
    expect(fetched() - before).toBe(1);
  });
});

// The emulator starts a process for each call that runs beside another, without end, and each of these calls another function.
const atOnce = 10;
const inParallel = async <T>(count: number, call: () => Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  let begun = 0;
  const caller = async () => {
    while (begun++ < count) results.push(await call());
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
  return results;
};

describe.runIf(process.platform === 'linux')('the machine it runs on', { timeout: 120_000 }, () => {
  it('hears it on the loopback interface alone', () => {
    const { emulator } = stack;
    const addresses = [...listening(emulator?.pid ?? 0), stack.simulator.url.replace('http://', '')];
    expect(addresses.length).toBeGreaterThan(1);
    expect(addresses.filter((address) => !address.startsWith('127.'))).toEqual([]);
  });

  it('is left without a process and without a port, and finds the records again at the next start', async () => {
    const { emulator, endpoint, simulator } = stack;
    const listed = async () => (await stack.api.fetch(`/v1/accounts/${account_id}/mass-messages?state=sent`)).json();
    const before = await listed();
    expect(processesOf(emulator?.pid ?? 0)).not.toEqual([]);
    await stack.stop();
    // Killed they are; the kernel takes a moment to end them.
    await expect.poll(() => processesOf(emulator?.pid ?? 0), { timeout: 2_000 }).toEqual([]);
    for (const url of [endpoint, simulator.url]) await expect(fetch(url), url).rejects.toThrow();
    stack = await deployment('iam');
    expect(await listed()).toEqual(before);
  });
});
