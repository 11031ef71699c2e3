import { describe, expect, it } from 'vitest';
import { TokenSecretUnusableError } from '../../../shared/tokens/errors.ts';
import { makeReceiveTicket } from '../../../shared/tokens/platform-pushes.ts';
import { usePlatforms } from '../../support/platforms.ts';

const world = usePlatforms();

describe('the token of a third-party platform', () => {
  it('is asked for with the newest ticket that was kept, since each serves for twelve hours', async () => {
    const { refreshPlatform, giveTicket, refresh, askWithToken } = await world.open();
    world.pass(11 * 3600);
    await giveTicket();
    world.pass(2 * 3600);
    await expect(refreshPlatform()).resolves.toMatchObject({ renewed: true });
    await refresh();
    await expect(askWithToken()).resolves.toBe('SEND_SUCCESS');
  });

  it('cannot be had when no ticket came for twelve hours', async () => {
    const { refreshPlatform } = await world.open();
    world.pass(13 * 3600);
    await expect(refreshPlatform()).resolves.toMatchObject({ renewed: false, retry_after_s: 600, failure: { errcode: 61005 } });
  });

  it('waits for the first ticket: WeChat is not asked, an alarm comes only with the third time, and the ticket ends the wait', async () => {
    const { refreshPlatform, giveTicket, platform, platformRow, published } = await world.open({ ticket: false });
    const called = world.calledFromNow();
    for (let time = 1; time <= 3; time++) {
      const missing = { code: 'PLATFORM_TICKET_MISSING', http_status: 503, hint: expect.stringContaining(`/callbacks/${platform}`) };
      await expect(refreshPlatform()).resolves.toMatchObject({ renewed: false, retry_after_s: 600, failure: missing });
      expect(published).toHaveLength(time === 3 ? 1 : 0);
      if (time < 3) world.pass(600);
    }
    expect(called()).toEqual([]);
    await expect(giveTicket()).resolves.toBe(true);
    await expect(refreshPlatform()).resolves.toMatchObject({ renewed: true });
    expect((await platformRow()).attention).toEqual({});
  });

  it.each([61005, 61006])('that WeChat refuses for its ticket (%i) is asked for again when the next one comes', async (errcode) => {
    const { refreshPlatform, giveTicket, published } = await world.open();
    world.refuse('api_component_token', errcode, 1);
    await expect(refreshPlatform()).resolves.toMatchObject({ renewed: false, retry_after_s: 600, failure: { errcode, blocked: true } });
    expect(published).toHaveLength(1);
    world.pass(60);
    await expect(giveTicket()).resolves.toBe(true);
    await expect(refreshPlatform()).resolves.toMatchObject({ renewed: true });
  });

  it('is renewed by the schedule before it ends, and that of its account with it', async () => {
    const { runSchedule, version, platform, account } = await world.open();
    await expect(runSchedule()).resolves.toEqual({ accounts: 2, due: 2, renewed: 2 });
    const held = [await version(platform), await version(account)];
    world.pass(7200 - 241);
    await expect(runSchedule()).resolves.toMatchObject({ due: 0 });
    world.pass(2);
    await expect(runSchedule()).resolves.toMatchObject({ due: 2, renewed: 2 });
    expect([await version(platform), await version(account)]).not.toEqual(held);
  });
});

describe('a ticket', () => {
  it('is kept once an hour of those that come every ten minutes', async () => {
    const { giveTicket, tickets, platform, platformRow } = await world.open();
    const kept: boolean[] = [];
    for (let push = 0; push < 12; push++) {
      world.pass(600);
      kept.push(await giveTicket());
    }
    expect(kept.map((was, index) => (was ? index : -1)).filter((index) => index >= 0)).toEqual([5, 11]);
    expect(tickets.kept.get(platform)).toHaveLength(3);
    expect((await platformRow()).ticket).toEqual({ received_at: world.now().toISOString() });
  });

  it('that cannot be kept is not noted as if it were: WeChat sends it again', async () => {
    const { platformRow, accounts, issueTicket } = await world.open({ ticket: false });
    const failing = makeReceiveTicket({
      accounts,
      tickets: { write: async () => Promise.reject(new TokenSecretUnusableError('the secret is denied to this function')) },
    });
    const push = { account: await platformRow(), ticket: issueTicket(), now: world.now() };
    await expect(failing(push)).rejects.toThrow(TokenSecretUnusableError);
    expect(await platformRow()).not.toHaveProperty('ticket');
  });

  it('ends no failure that is about something else', async () => {
    const { refreshPlatform, giveTicket, platformRow } = await world.open();
    world.refuse('api_component_token', 61004, 1);
    await refreshPlatform();
    world.pass(3600);
    await giveTicket();
    expect(await platformRow()).toMatchObject({ token_failure: { errcode: 61004 } });
  });

  it('ends no failure that came while it was being kept', async () => {
    const { accounts, platform, platformRow, refreshPlatform, tickets, issueTicket } = await world.open({ ticket: false });
    await refreshPlatform();
    const account = await platformRow();
    world.pass(601);
    await refreshPlatform();
    const { token_failure: newer } = await platformRow();
    await makeReceiveTicket({ accounts, tickets })({ account, ticket: issueTicket(), now: world.now() });
    expect(await platformRow()).toMatchObject({ account_id: platform, token_failure: newer, ticket: { received_at: expect.any(String) } });
  });
});
