import { afterEach, describe, expect, it, vi } from 'vitest';
import { logger } from '../../../shared/logger.ts';
import { platformHandlers } from '../../../shared/push/platform-handlers.ts';
import { MassMessageNotFoundError } from '../../../shared/store/errors.ts';
import { makeAuthorizationChanged, makeReceiveTicket } from '../../../shared/tokens/platform-pushes.ts';
import { secretsManager, useAws } from '../../support/aws-stub.ts';
import { useCallbackServer } from '../../support/callback-server.ts';
import { callbacksIn } from '../../support/callbacks.ts';
import { aesKey, massSendXml, pushToken, safePush } from '../../support/envelopes.ts';
import { ticketVault } from '../../support/secrets.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const manager = secretsManager();
const callbacks = callbacksIn(world, manager, useAws(manager.actions));
const server = useCallbackServer();
const control = () => world.simulator().control;
afterEach(() => vi.restoreAllMocks());

/** A third-party platform with an account that may authorize it, as both sides know them. */
const open = async () => {
  const tickets = ticketVault();
  const accounts = world.accounts();
  const events = { publish: async () => {} };
  const handlers = platformHandlers({
    receiveTicket: makeReceiveTicket({ accounts, tickets }),
    authorizationChanged: makeAuthorizationChanged({ accounts, events }),
  });
  const platform = await callbacks({ row: { kind: 'third_party_platform' }, handlers });
  const component_appid = platform.appid;
  const url = server.addressOf(platform.account_id, platform.send);
  const push = { url, token: pushToken, encoding_aes_key: aesKey };
  control().putPlatform({ component_appid, component_appsecret: 'secret', push, message_url: `${url}/$APPID$` });
  const authorizer = await callbacks({ secret: '', row: { kind: 'authorized_official_account', platform: platform.account_id } });
  const authorize = () => control().authorize({ component_appid, appid: authorizer.appid });
  return { platform, authorizer, tickets, component_appid, authorize };
};

it('keeps the ticket, and tells no log of it', async () => {
  const told = [vi.spyOn(logger, 'info'), vi.spyOn(logger, 'warn'), vi.spyOn(logger, 'error')];
  const { platform, tickets, component_appid } = await open();
  await expect(control().pushTicket(component_appid)).resolves.toMatchObject({ attempts: [{ status: 200 }] });
  const [ticket = ''] = tickets.kept.get(platform.account_id) ?? [];
  expect(ticket).toMatch(/^ticket@@@/);
  expect(JSON.stringify(told.map(({ mock }) => mock.calls))).not.toContain(ticket.slice(-12));
  expect((await platform.accounts.get(platform.account_id)).ticket).toEqual({ received_at: world.now().toISOString() });
});

it('notes who authorized it, who changed what it may do, and who withdrew that', async () => {
  const { authorizer, component_appid, authorize } = await open();
  const { accounts, account_id, appid } = authorizer;
  const noted = async () => (await accounts.get(account_id)).authorization;
  await authorize();
  const first = await noted();
  expect(first).toMatchObject({ changed_at: expect.any(String) });
  expect(first).not.toHaveProperty('lapsed', true);
  world.pass(60);
  await control().authorize({ component_appid, appid, func_ids: [1] });
  expect((await noted())?.changed_at).not.toBe(first?.changed_at);
  world.pass(60);
  await control().unauthorize({ component_appid, appid });
  expect(await noted()).toMatchObject({ lapsed: true });
});

it('notes when it was, by the time in the push: one that was held back does not undo what came after it', async () => {
  const { platform, authorizer } = await open();
  const { accounts, account_id, appid } = authorizer;
  const at = (seconds: number) => Math.floor(world.now().getTime() / 1000) + seconds;
  const pushed = (change: string, created: number) =>
    platform.push(
      `<xml><InfoType>${change}</InfoType><AuthorizerAppid>${appid}</AuthorizerAppid><CreateTime>${created}</CreateTime></xml>`,
    );
  const changed_at = new Date(at(-60) * 1000).toISOString();
  await pushed('authorized', at(-60));
  expect((await accounts.get(account_id)).authorization).toMatchObject({ changed_at });
  await pushed('unauthorized', at(-120));
  const { authorization } = await accounts.get(account_id);
  expect(authorization).toMatchObject({ changed_at });
  expect(authorization).not.toHaveProperty('lapsed', true);
});

it("takes the end of an account's message at the address with its AppID", async () => {
  const { authorizer, authorize } = await open();
  await authorize();
  const { msg_id } = control().createMassMessage({ appid: authorizer.appid, to_all: false, sending_seconds: 300 });
  await expect(control().pushNow(msg_id)).resolves.toMatchObject({ attempts: [{ status: 200 }] });
  expect(await authorizer.row(msg_id)).toMatchObject({ state: 'sent', basis: 'pushed' });
});

it('takes it for every account of that AppID, and for none that another platform serves', async () => {
  const { platform, authorizer } = await open();
  const row = { kind: 'authorized_official_account' as const, upstream_id: authorizer.appid };
  const second = await world.addAccount({ ...row, platform: platform.account_id });
  const elsewhere = await world.addAccount({ ...row, platform: 'oa-another-platform' });
  const sent = safePush(massSendXml(), world.now(), platform.appid);
  await platform.post(sent, { account_id: platform.account_id, appid: authorizer.appid });
  const found = (id: string) => world.messages().get(id, '3147490001');
  for (const id of [authorizer.account_id, second]) await expect(found(id)).resolves.toMatchObject({ state: 'sent' });
  await expect(found(elsewhere)).rejects.toThrow(MassMessageNotFoundError);
});

describe('takes for a mistake, and does not want it again,', () => {
  it.each([
    ['a ticket to an account that is no platform', 'official_account', '<ComponentVerifyTicket>ticket@@@x</ComponentVerifyTicket>'],
    ['a ticket that is none', 'third_party_platform', '<ComponentVerifyTicket/>'],
    [
      'two tickets',
      'third_party_platform',
      '<ComponentVerifyTicket>a</ComponentVerifyTicket><ComponentVerifyTicket>b</ComponentVerifyTicket>',
    ],
  ] as const)('%s', async (_what, kind, elements) => {
    const error = vi.spyOn(logger, 'error');
    const receiveTicket = vi.fn(async () => true);
    const handlers = platformHandlers({ receiveTicket, authorizationChanged: async () => 0 });
    const { push } = await callbacks({ row: { kind }, handlers });
    await expect(push(`<xml><InfoType>component_verify_ticket</InfoType>${elements}</xml>`)).resolves.toMatchObject({ status: 200 });
    expect(receiveTicket).not.toHaveBeenCalled();
    expect(JSON.stringify(error.mock.calls)).toContain('makes no sense');
    expect(JSON.stringify(error.mock.calls)).not.toContain('ticket@@@');
  });
});
