import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { clientConfig } from '../../local/aws.ts';
import { deploy } from '../../local/cdk.ts';
import { demoAccount, type LocalStack } from '../../local/stack.ts';
import { deployment } from './deployment.ts';
import { deployedService, startDeploy, synthesizeHeld } from './held-deployment.ts';
import { send, until } from './messages.ts';

const { account_id } = demoAccount;
const messages = `/v1/accounts/${account_id}/mass-messages`;
const askingForTokens = {
  auth: 'jwt',
  'jwt-issuer': 'https://id.example.com',
  'jwt-audience': 'waybill',
  'jwt-accounts-claim': 'accounts',
};
const shortly = { timeout: 30_000, interval: 100 };

let stack: LocalStack;
let service: ReturnType<typeof deployedService>;
let sfn: SFNClient;

beforeAll(async () => {
  stack = await deployment('failure');
  service = deployedService(stack.endpoint);
  sfn = new SFNClient(clientConfig(stack.endpoint));
}, 180_000);
afterAll(async () => {
  service?.close();
  sfn?.destroy();
  await stack?.stop();
}, 30_000);

/** How often a look at a message failed. */
const failedLooks = async (msgId: string) => {
  const execution = stack.outputs.TrackingStateMachineArn.replace(':stateMachine:', ':execution:');
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn: `${execution}:${account_id}-${msgId}-1` }));
  return events.filter(({ type }) => type === 'TaskFailed').length;
};

const immediately = { awaiting_confirmation: false, sending_seconds: 0 };
const followAnother = async () => until(stack.api, await send(stack, immediately), 60);

describe('a deployment', { timeout: 180_000 }, () => {
  it('that fails leaves what served before, and a message goes on that the new functions failed to look at', async () => {
    const before = await service.functions();
    const cdk = { ...stack.cdk, context: { ...stack.cdk.context, ...askingForTokens } };
    const broken = await synthesizeHeld(cdk, 'broken', () => "export const handler = () => { throw new Error('broken'); };");
    // However long all this takes on a slow machine, the message is not settled meanwhile: WeChat is busy.
    const { control } = stack.simulator;
    control.orderFault({ path: '/cgi-bin/message/mass/get', times: null, fault: { kind: 'errcode', errcode: -1 } });
    onTestFinished(() => void control.clearFaults());
    const msgId = await send(stack, immediately);
    const failing = startDeploy(broken);
    await failing.until(service.isHeld);
    expect((await stack.api.fetch(messages)).status, 'of a signature, in the middle').toBe(401);
    await expect.poll(() => failedLooks(msgId), shortly).toBeGreaterThan(0);

    await service.tell('FAILURE');
    await expect.poll(service.status, shortly).toBe('UPDATE_ROLLBACK_COMPLETE');
    control.clearFaults();
    expect(await service.functions()).toEqual(before);
    expect((await fetch(`${stack.api.url}${messages}`)).status, 'without a signature').toBe(403);
    expect(await until(stack.api, msgId, 60)).toMatchObject({ state: 'sent' });
    expect(await followAnother()).toMatchObject({ state: 'sent' });
    const { status, output } = await failing.ended;
    expect(status).toBe(1);
    expect(output, 'which resource it was').toMatch(/waybill-local-service failed to deploy.*waybill-local-service\/Hold/s);
  });

  it('that is corrected goes through, although its CLI is killed early and again in the middle', async () => {
    const [before, record] = [await service.functions(), await followAnother()];
    const corrected = await synthesizeHeld(stack.cdk, 'corrected', (source) => `${source}\n// corrected\n`);
    const first = startDeploy(corrected);
    await first.until((output) => output.includes('creating CloudFormation changeset'));
    await first.kill();
    const second = startDeploy(corrected);
    await second.until(service.isHeld);
    await second.kill();

    expect(await service.status()).toBe('UPDATE_IN_PROGRESS');
    await service.tell('SUCCESS');
    await expect.poll(service.status, shortly).toBe('UPDATE_COMPLETE');
    const { TrackingStateMachineArn } = stack.outputs;
    expect(await deploy(corrected)).toMatchObject({ 'waybill-local-service': { TrackingStateMachineArn } });
    expect(await service.functions()).not.toEqual(before);
    expect(await stack.api.get(account_id, record.msg_id)).toEqual(record);
    expect(await followAnother()).toMatchObject({ state: 'sent' });
  });
});
