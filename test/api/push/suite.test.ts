import { afterEach, describe, expect, it, vi } from 'vitest';
import { logger } from '../../../shared/logger.ts';
import { platformHandlers } from '../../../shared/push/platform-handlers.ts';
import { suiteHandlers } from '../../../shared/push/suite-handlers.ts';
import { makeAuthorizationChanged, makeReceiveTicket } from '../../../shared/tokens/platform-pushes.ts';
import { secretsManager, useAws } from '../../support/aws-stub.ts';
import { useCallbackServer } from '../../support/callback-server.ts';
import { callbacksIn } from '../../support/callbacks.ts';
import { aesKey, encryptedBy, massSendXml, pushToken, signed } from '../../support/envelopes.ts';
import { ticketVault } from '../../support/secrets.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const manager = secretsManager();
const callbacks = callbacksIn(world, manager, useAws(manager.actions));
const server = useCallbackServer();
const control = () => world.simulator().control;
afterEach(() => vi.restoreAllMocks());

type Kind = 'wecom_suite' | 'wecom_app' | 'third_party_platform' | 'official_account';
/** A provider's suite with its address in WeCom's console, as both sides know it. */
const open = async (kind: Kind = 'wecom_suite') => {
  const tickets = ticketVault();
  const accounts = world.accounts();
  const receiveTicket = makeReceiveTicket({ accounts, tickets });
  const authorizationChanged = makeAuthorizationChanged({ accounts, events: { publish: async () => {} } });
  const handlers = { ...platformHandlers({ receiveTicket, authorizationChanged }), ...suiteHandlers({ receiveTicket }) };
  const suite = await callbacks({ row: { kind }, handlers });
  const suite_id = suite.appid;
  const push = { url: server.addressOf(suite.account_id, suite.send), token: pushToken, encoding_aes_key: aesKey };
  control().putSuite({ suite_id, suite_secret: 'secret', push });
  return { ...suite, suite_id, tickets, kept: () => tickets.kept.get(suite.account_id) ?? [] };
};

describe('the address of a suite', () => {
  it("is verified, also when the console names the provider's own corpid instead of the suite", async () => {
    const { suite_id } = await open();
    await expect(control().verifySuiteUrl(suite_id)).resolves.toMatchObject({ verified: true });
    await expect(control().verifySuiteUrl(suite_id, 'wwprovider')).resolves.toMatchObject({ verified: true });
  });

  it('is verified for nobody who does not know its token and its key', async () => {
    const { suite_id, send } = await open();
    const timestamp = String(Math.floor(world.now().getTime() / 1000));
    const ask = (key: string, token: string) => {
      const echostr = encryptedBy(key, 'hello', suite_id);
      const query = { timestamp, nonce: 'n', echostr, msg_signature: signed(token, timestamp, 'n', echostr) };
      return send({ queryStringParameters: query }, undefined, undefined, 'GET');
    };
    await expect(ask(aesKey, pushToken)).resolves.toMatchObject({ status: 200, body: 'hello' });
    await expect(ask(aesKey, 'Another1')).resolves.toMatchObject({ status: 403, body: 'refused' });
    await expect(ask(aesKey.toLowerCase(), pushToken)).resolves.toMatchObject({ status: 403, body: 'refused' });
  });
});

it('of an app is verified only for its own corp, which WeCom names there', async () => {
  const { suite_id } = await open('wecom_app');
  await expect(control().verifySuiteUrl(suite_id)).resolves.toMatchObject({ verified: true });
  await expect(control().verifySuiteUrl(suite_id, 'wwanother')).resolves.toMatchObject({ verified: false });
});

describe('a suite_ticket', () => {
  it('is kept, and told to no log', async () => {
    const told = [vi.spyOn(logger, 'info'), vi.spyOn(logger, 'warn'), vi.spyOn(logger, 'error')];
    const { suite_id, kept, accounts, account_id } = await open();
    await expect(control().pushSuiteTicket(suite_id)).resolves.toMatchObject({ attempts: [{ status: 200 }] });
    const [ticket = ''] = kept();
    expect(ticket.length).toBeGreaterThan(10);
    expect(JSON.stringify(told.map(({ mock }) => mock.calls))).not.toContain(ticket.slice(-12));
    expect((await accounts.get(account_id)).ticket).toEqual({ received_at: world.now().toISOString() });
  });

  it.each<[string, object]>([
    ['a wrong signature', { wrong_signature: true }],
    ['a timestamp of six minutes ago', { timestamp_offset_seconds: -360 }],
    ['another suite inside', { receiveid: 'wwanother' }],
    ['half a body', { truncated: true }],
    ['a body in clear', { unencrypted: true }],
  ])('with %s is refused', async (_what, wrong) => {
    const { suite_id, kept } = await open();
    await expect(control().sendSuitePush({ suite_id, ...wrong })).resolves.toMatchObject({ attempts: [{ status: 403 }] });
    expect(kept()).toEqual([]);
  });

  it.each(['wecom_app', 'third_party_platform', 'official_account'] as const)(
    'that comes to an account of kind %s is none of its',
    async (kind) => {
      const { suite_id, kept } = await open(kind);
      await expect(control().sendSuitePush({ suite_id })).resolves.toMatchObject({ attempts: [{ status: 200 }] });
      expect(kept()).toEqual([]);
    },
  );

  it('that is empty is not kept: the one before serves', async () => {
    const { suite_id, kept } = await open();
    const xml = `<xml><SuiteId>${suite_id}</SuiteId><InfoType>suite_ticket</InfoType><SuiteTicket></SuiteTicket></xml>`;
    await expect(control().sendSuitePush({ suite_id, xml })).resolves.toMatchObject({ attempts: [{ status: 200 }] });
    expect(kept()).toEqual([]);
  });
});

it('takes what else WeCom pushes to a suite for read, and a mass message for nonsense', async () => {
  const { suite_id, row } = await open();
  for (const info_type of ['create_auth', 'change_auth', 'cancel_auth'])
    await expect(control().sendSuitePush({ suite_id, info_type })).resolves.toMatchObject({ attempts: [{ status: 200 }] });
  await expect(control().sendSuitePush({ suite_id, xml: massSendXml({ msg_id: '77' }) })).resolves.toMatchObject({
    attempts: [{ status: 200 }],
  });
  await expect(row('77')).rejects.toThrow('never registered');
});
