import { describe, expect, it } from 'vitest';
import { register } from '../../../shared/domain/follow.ts';
import { secretsManager, useAws } from '../../support/aws-stub.ts';
import { useCallbackServer } from '../../support/callback-server.ts';
import { agreedSecret, callbacksIn } from '../../support/callbacks.ts';
import { aesKey, pushToken } from '../../support/envelopes.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const manager = secretsManager();
const callbacks = callbacksIn(world, manager, useAws(manager.actions));
const server = useCallbackServer();
const control = () => world.simulator().control;

/** An account whose address is in WeChat's console, in one of the three modes. */
const open = async (mode: 'plain' | 'compat' | 'safe' = 'safe', options: Parameters<typeof callbacks>[0] = {}) => {
  const encrypted = mode !== 'plain';
  const account = await callbacks({ secret: encrypted ? agreedSecret : JSON.stringify({ token: pushToken }), ...options });
  const { appid, account_id } = account;
  const url = server.addressOf(account_id, account.send);
  const push = { url, token: pushToken, mode, ...(encrypted && { encoding_aes_key: aesKey }) };
  control().putAccount({ appid, secret: `secret of ${appid}`, protection: true, push });
  return account;
};
type Message = Parameters<ReturnType<typeof control>['createMassMessage']>[0];
const sent = async (account: Awaited<ReturnType<typeof open>>, script: Message = {}) => {
  const { msg_id } = control().createMassMessage({ appid: account.appid, to_all: false, sending_seconds: 300, ...script });
  await account.messages.create(register({ account_id: account.account_id, msg_id }, world.now(), account.schedule));
  return msg_id;
};

describe.each(['plain', 'compat', 'safe'] as const)('in mode %s', (mode) => {
  it('the address is verified', async () => {
    const { appid } = await open(mode);
    await expect(control().verifyUrl(appid)).resolves.toMatchObject({ verified: true });
  });
  it('the end of a message is pushed once, taken, and what a look then sees is the same', async () => {
    const account = await open(mode);
    const msg_id = await sent(account);
    await expect(control().pushNow(msg_id)).resolves.toMatchObject({ attempts: [{ status: 200 }] });
    expect(await account.row(msg_id)).toMatchObject({ state: 'sent', basis: 'pushed', counts: { error_count: expect.any(Number) } });
    await control().pushAgain(msg_id);
    expect(account.executions).toHaveLength(1);
    world.pass(301);
    await expect(account.takeStep(msg_id, 2)).resolves.toMatchObject({ settled: true });
    expect(account.published).toMatchObject([{ detail: { state: 'submitted' } }, { detail: { state: 'sent', basis: 'pushed' } }]);
  });
});

it.each<[string, object]>([
  ['a wrong signature', { wrong_signature: true }],
  ['a timestamp of six minutes ago', { timestamp_offset_seconds: -360 }],
  ['another AppID inside', { receiveid: 'wx9999999999999999' }],
  ['half a body', { truncated: true }],
  ['a body in clear', { unencrypted: true }],
])('refuses a push with %s', async (_what, wrong) => {
  const account = await open();
  await expect(control().sendPush({ appid: account.appid, msg_id: '41', ...wrong })).resolves.toMatchObject({
    attempts: [{ status: 403 }],
  });
  await expect(account.row('41')).rejects.toThrow('never registered');
});

it('is pushed to again until it is stored, and stores it once', async () => {
  let failures = 2;
  const messages = world.messages();
  const account = await open('safe', {
    messages: {
      async save(next) {
        if (failures-- > 0) throw new Error('the table is away');
        await messages.save(next);
      },
    },
  });
  const msg_id = await sent(account);
  await expect(control().pushNow(msg_id)).resolves.toMatchObject({ attempts: [{ status: 500 }, { status: 500 }, { status: 200 }] });
  expect(await account.row(msg_id)).toMatchObject({ state: 'sent', rev: 1 });
});
