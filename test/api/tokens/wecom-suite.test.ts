import { describe, expect, it } from 'vitest';
import { useWecomAccounts } from '../../support/wecom-accounts.ts';

const world = useWecomAccounts();
const corpTokenPath = '/cgi-bin/service/get_corp_token';
const suiteTokenPath = '/cgi-bin/service/get_suite_token';

describe('the token of what a corp installed of a suite', () => {
  it("is asked for with the suite's own, which is asked for with the ticket, and serves", async () => {
    const { refresh, newProcess, account, wecom, deadline } = await world.openSuite();
    const asked = world.askedFromNow();
    await expect(refresh()).resolves.toMatchObject({ renewed: true });
    expect(asked()).toEqual(['get_suite_token', 'get_corp_token']);
    const endTime = Math.floor(world.now().getTime() / 1000);
    const about = { chatType: 'group' as const, startTime: endTime - 60, endTime, deadline: deadline() };
    const list = newProcess().withToken(account, deadline(), (accessToken) => wecom.listGroupMessages({ accessToken, ...about }));
    await expect(list).resolves.toMatchObject({ messages: [] });
  });

  it("needs no other of the suite's while that one lasts", async () => {
    const { refresh, refreshSuite, row } = await world.openSuite();
    await refreshSuite();
    world.pass(3600);
    await refresh();
    world.pass(1800);
    const asked = world.askedFromNow();
    await refresh({ refused_version: (await row()).token?.version });
    expect(asked()).toEqual(['get_corp_token']);
  });

  it.each([
    ['that WeCom ended early', 0],
    ['that has ended', 7200],
  ])("renews the suite's %s, and asks once more", async (_which, seconds) => {
    const { refreshSuite, refresh, suiteId, giveTicket, suiteRow } = await world.openSuite();
    await refreshSuite();
    const first = (await suiteRow()).token?.version;
    if (seconds === 0) world.control().revokeSuiteTokens(suiteId);
    world.pass(seconds);
    await giveTicket();
    await expect(refresh()).resolves.toMatchObject({ renewed: true });
    expect((await suiteRow()).token?.version).not.toBe(first);
  });

  it('cannot be had from a corp that withdrew it: an alarm with what to do, and WeCom is asked ever more seldom', async () => {
    const { refresh, corpid, suiteId, published, refreshSuite, suiteRow } = await world.openSuite();
    await refreshSuite();
    await world.control().unauthorizeSuite({ suite_id: suiteId, corpid });
    await expect(refresh()).resolves.toMatchObject({ renewed: false, failure: { errcode: 40084, http_status: 403, blocked: true } });
    expect(published).toMatchObject([{ detail: { errcode: 40084, hint: expect.stringContaining('authorize') } }]);
    expect((await suiteRow()).attention).toEqual({});
  });

  it('is the trouble of the suite when that has none: one alarm, and it goes on within a minute', async () => {
    const { refresh, written, suite, suiteId, suiteSecret, published, row, refreshSuite } = await world.openSuite();
    written[suite] = { kind: 'wecom_suite', suite_id: suiteId, suite_secret: 'old' };
    const failure = { errcode: 40080, detail: expect.stringMatching(/suite .*has no token/) };
    await expect(refresh()).resolves.toMatchObject({ renewed: false, failure });
    expect(published).toMatchObject([{ detail: { account_id: suite, errcode: 40080 } }]);
    expect((await row()).attention).toEqual({});
    written[suite] = { kind: 'wecom_suite', suite_id: suiteId, suite_secret: suiteSecret };
    await refreshSuite({ prove: true });
    world.pass(60);
    await expect(refresh()).resolves.toMatchObject({ renewed: true });
  });

  it.each([
    ['nobody added', 'nowhere', /which nobody added/],
    ['is none', undefined, /which is none but wecom_suite_app/],
  ])('is not asked for through a suite that %s', async (_what, named, reason) => {
    const { refresh, written, account, corpid, permanentCode } = await world.openSuite();
    written[account] = { kind: 'wecom_suite_app', corpid, suite: named ?? account, permanent_code: permanentCode };
    const asked = world.askedFromNow();
    await expect(refresh()).resolves.toMatchObject({
      renewed: false,
      failure: { code: 'CREDENTIALS_UNUSABLE', detail: expect.stringMatching(reason) },
    });
    expect(asked()).toEqual([]);
  });

  it("is renewed by the schedule as the suite's is, in whatever order they come", async () => {
    const { runSchedule, giveTicket } = await world.openSuite();
    await expect(runSchedule()).resolves.toEqual({ accounts: 2, due: 2, renewed: 2 });
    world.pass(7200);
    await giveTicket();
    const asked = world.askedFromNow();
    await expect(runSchedule()).resolves.toMatchObject({ due: 2, renewed: 2 });
    expect(asked().sort()).toEqual(['get_corp_token', 'get_suite_token']);
  });

  it('that WeCom refuses and hands out again is an error and an alarm', async () => {
    const { refresh, row, published } = await world.openSuite();
    await refresh();
    const refused_version = (await row()).token?.version;
    await expect(refresh({ refused_version })).resolves.toMatchObject({ renewed: false, failure: { code: 'WECHAT_TOKEN_REFUSED' } });
    expect(published).toHaveLength(1);
  });

  it('is never asked for with a token of the suite that was refused twice', async () => {
    const { refresh } = await world.openSuite();
    world.refuse(corpTokenPath, 40082, 10);
    const asked = world.askedFromNow();
    await expect(refresh()).resolves.toMatchObject({ renewed: false });
    expect(asked()).toEqual(['get_suite_token', 'get_corp_token', 'get_suite_token']);
    world.control().clearFaults();
  });
});

describe('the ticket of a suite', () => {
  it('is kept each time it comes, so that what is kept still serves when two are lost in a row', async () => {
    const { giveTicket, tickets, suite, refreshSuite, suiteRow } = await world.openSuite();
    const kept: boolean[] = [];
    for (const seconds of [601, 598, 600, 603]) {
      world.pass(seconds);
      kept.push(await giveTicket());
    }
    expect(kept).toEqual([true, true, true, true]);
    expect(tickets.kept.get(suite)).toHaveLength(5);
    expect((await suiteRow()).ticket).toEqual({ received_at: world.now().toISOString() });
    world.pass(1799);
    await expect(refreshSuite()).resolves.toMatchObject({ renewed: true });
  });

  it('is not kept when it comes out of turn, so that the secret has no more versions than it can have', async () => {
    const { giveTicket, tickets, suite } = await world.openSuite();
    world.pass(569);
    await expect(giveTicket()).resolves.toBe(false);
    world.pass(1);
    await expect(giveTicket()).resolves.toBe(true);
    expect(tickets.kept.get(suite)).toHaveLength(2);
  });

  it('is waited for when none has come: WeCom is not asked, an alarm comes only with the third time, and the ticket ends the wait', async () => {
    const { refreshSuite, giveTicket, suite, suiteRow, published } = await world.openSuite({ ticket: false });
    const asked = world.askedFromNow();
    for (let time = 1; time <= 3; time++) {
      const missing = { code: 'SUITE_TICKET_MISSING', http_status: 503, hint: expect.stringContaining(`/callbacks/${suite}`) };
      await expect(refreshSuite()).resolves.toMatchObject({ renewed: false, retry_after_s: 600, failure: missing });
      expect(published).toHaveLength(time === 3 ? 1 : 0);
      if (time < 3) world.pass(600);
    }
    expect(asked()).toEqual([]);
    await expect(giveTicket()).resolves.toBe(true);
    await expect(refreshSuite()).resolves.toMatchObject({ renewed: true });
    expect((await suiteRow()).attention).toEqual({});
  });

  it('that none has followed for 30 minutes is refused, and the next one, whenever it comes, ends that', async () => {
    const { refreshSuite, giveTicket, published } = await world.openSuite();
    world.pass(1801);
    await expect(refreshSuite()).resolves.toMatchObject({ renewed: false, retry_after_s: 600, failure: { errcode: 40085, blocked: true } });
    expect(published).toHaveLength(1);
    await expect(giveTicket()).resolves.toBe(true);
    await expect(refreshSuite()).resolves.toMatchObject({ renewed: true });
  });

  it('that WeCom refuses although it is new is replaced by the next, out of turn too', async () => {
    const { refreshSuite, giveTicket } = await world.openSuite();
    world.refuse(suiteTokenPath, 40085);
    await expect(refreshSuite()).resolves.toMatchObject({ renewed: false, failure: { errcode: 40085 } });
    world.pass(60);
    await expect(giveTicket()).resolves.toBe(true);
    await expect(refreshSuite()).resolves.toMatchObject({ renewed: true });
  });
});
