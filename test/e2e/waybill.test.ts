import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addOfficialAccount } from '../../local/account.ts';
import { ApiClient, type MassMessageRecord } from '../../local/api-client.ts';
import { awsAccount, clientConfig, region } from '../../local/aws.ts';
import { deploy, functionsOf, synthesize } from '../../local/cdk.ts';
import { demoAccount, type LocalStack } from '../../local/stack.ts';
import type { MassMessageState } from '../../shared/domain/mass-message.ts';
import { deployment, folder } from './deployment.ts';
import { subscribe } from './event-queue.ts';
import { listening, processesOf } from './listening.ts';
import { createScopedCaller } from './scoped-caller.ts';

const { account_id, appid } = demoAccount;
const otherAccount = { account_id: 'oa-other', appid: 'wx0000000000000001', secret: 'not-a-secret-either' };
type Script = Parameters<LocalStack['simulator']['control']['createMassMessage']>[0];

let stack: LocalStack;
let heardEvents: Awaited<ReturnType<typeof subscribe>>;

beforeAll(async () => {
  stack = await deployment();
  heardEvents = await subscribe(stack.endpoint, stack.outputs.EventBusName);
}, 180_000);
afterAll(() => stack?.stop(), 30_000);

let nextId = Date.now();
/** A mass message that WeChat has accepted and Waybill follows. */
const send = async (script: Script) => {
  const msg_id = String(nextId++);
  const { submitted_at } = stack.simulator.control.createMassMessage({ appid, msg_id, ...script });
  await stack.api.register(account_id, { msg_id, submitted_at });
  return msg_id;
};

/** Follows a message until it is as `wanted`, or settled. */
const until = async (msgId: string, seconds: number, wanted: (record: MassMessageRecord) => boolean = () => false) => {
  const limit = AbortSignal.timeout(seconds * 1000);
  let last: MassMessageRecord | undefined;
  try {
    for await (const { record } of stack.api.follow(account_id, msgId, limit)) {
      last = record;
      if (wanted(record)) break;
    }
  } catch (error) {
    throw limit.aborted ? new Error(`after ${seconds} s: ${JSON.stringify(last)}`, { cause: error }) : error;
  }
  if (last === undefined) throw new Error(`nothing is known of ${msgId}`);
  return last;
};
const awaiting = ({ state }: MassMessageRecord) => state === 'awaiting_confirmation';
const states = ({ history }: MassMessageRecord) => history.map(({ state }) => state);

describe.concurrent('a mass message is followed to its end', { timeout: 180_000 }, () => {
  it.each<{ administrator: 'confirm' | 'refuse' | 'sleep'; states: MassMessageState[] }>([
    { administrator: 'confirm', states: ['submitted', 'awaiting_confirmation', 'sending', 'sent'] },
    { administrator: 'refuse', states: ['submitted', 'awaiting_confirmation', 'confirmation_refused'] },
    { administrator: 'sleep', states: ['submitted', 'awaiting_confirmation', 'confirmation_expired'] },
  ])('when its administrator chooses to $administrator', async ({ administrator: action, states: expected }) => {
    const msgId = await send({ sending_seconds: 8 });
    await until(msgId, 30, awaiting);
    stack.simulator.control.tellAdministrator(msgId, { action });
    expect(states(await until(msgId, 60))).toEqual(expected);
  });

  it('although WeChat revokes the token in the middle of the window', async () => {
    const msgId = await send({});
    await until(msgId, 30, awaiting);
    expect(stack.simulator.control.revokeTokens(appid).revoked).toBeGreaterThan(0);
    stack.simulator.control.tellAdministrator(msgId, { action: 'confirm', after_seconds: 1 });
    expect(await until(msgId, 60)).toMatchObject({ state: 'sent' });
  });

  it('although its execution was stopped, because the schedule resumes it', async () => {
    const msgId = await send({});
    await until(msgId, 30, awaiting);
    stack.simulator.control.tellAdministrator(msgId, { action: 'confirm', after_seconds: 1 });
    const sfn = new SFNClient(clientConfig(stack.endpoint));
    const execution = stack.outputs.TrackingStateMachineArn.replace(':stateMachine:', ':execution:');
    await sfn.send(new StopExecutionCommand({ executionArn: `${execution}:${account_id}-${msgId}-1` }));
    sfn.destroy();
    expect(await until(msgId, 170)).toMatchObject({ state: 'sent' });
  });

  it('and the bus tells every step of it in order', async ({ expect }) => {
    const msgId = await send({ sending_seconds: 8 });
    await until(msgId, 30, awaiting);
    stack.simulator.control.tellAdministrator(msgId, { action: 'confirm' });
    await until(msgId, 60);
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
    const msgId = await send({});
    const answer = await stack.api.fetch(`/v1/accounts/${account_id}/live/mass-messages/${msgId}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ msg_status: null, confirmation: 'awaiting' });
  });
});

describe('who may call', { timeout: 60_000 }, () => {
  const messages = (account: string) => `/v1/accounts/${account}/mass-messages`;
  let caller: ApiClient;
  beforeAll(async () => {
    const { simulator, endpoint, outputs, api } = stack;
    simulator.control.putAccount({ appid: otherAccount.appid, secret: otherAccount.secret, protection: true });
    await addOfficialAccount(endpoint, outputs.AccountsTableName, otherAccount, new Date());
    const apiArn = `arn:aws:execute-api:${region}:${awsAccount}:${api.url.split('/').at(-1)}`;
    const resources = [`${apiArn}/$default/GET/v1/accounts/${otherAccount.account_id}/*`];
    caller = new ApiClient(api.url, await createScopedCaller(endpoint, 'other-reader', resources));
  });

  it('is nobody without a signature', async () => {
    expect((await fetch(`${stack.api.url}${messages(account_id)}`)).status).toBe(403);
  });

  it('is, for one account, somebody whose policy names it', async () => {
    expect((await caller.fetch(messages(otherAccount.account_id))).status).toBe(200);
  });

  it.each([
    ['another account', messages(account_id), 'GET'],
    [
      'another account, however its path is written',
      `/v1/accounts/${account_id}/mass-messages/x%2Fv1%2Faccounts%2F${otherAccount.account_id}%2Fy`,
      'GET',
    ],
    ['a method that it does not name', messages(otherAccount.account_id), 'POST'],
  ])('is not somebody whose policy is for something else: %s', async (_, path, method) => {
    expect((await caller.fetch(path, { method, ...(method === 'POST' && { body: '{"msg_id":"1"}' }) })).status).toBe(403);
  });
});

it('keeps records and follows on through a deployment of changed functions', { timeout: 120_000 }, async () => {
  const before = await (await stack.api.fetch(`/v1/accounts/${account_id}/mass-messages?state=sent`)).json();
  for (const name of ['observe', 'get', 'list'])
    appendFileSync(join(functionsOf(folder), 'functions', 'official-account', `${name}.mjs`), '\n// changed\n');
  await synthesize(stack.cdk);
  const msgId = await send({});
  await until(msgId, 30, awaiting);
  await deploy(stack.cdk);
  expect(awaiting(await stack.api.get(account_id, msgId)), 'the deployment fell into the window').toBe(true);
  stack.simulator.control.tellAdministrator(msgId, { action: 'confirm' });
  expect(await (await stack.api.fetch(`/v1/accounts/${account_id}/mass-messages?state=sent`)).json()).toEqual(before);
  expect(await until(msgId, 60)).toMatchObject({ state: 'sent' });
});

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
    expect(processesOf(emulator?.pid ?? 0)).toEqual([]);
    for (const url of [endpoint, simulator.url]) await expect(fetch(url), url).rejects.toThrow();
    stack = await deployment();
    expect(await listed()).toEqual(before);
  });
});
