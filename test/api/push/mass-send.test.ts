import '../../support/environment.ts';
import { describe, expect, it, vi } from 'vitest';
import { makeHandler as makeGet } from '../../../functions/official-account/get.ts';
import { makeHandler as makeTrack } from '../../../functions/official-account/track.ts';
import { register } from '../../../shared/domain/follow.ts';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { raiseAttention } from '../../../shared/events/attention.ts';
import { logger } from '../../../shared/logger.ts';
import { secretsManager, useAws } from '../../support/aws-stub.ts';
import { callbacksIn } from '../../support/callbacks.ts';
import { articlesXml, massSendXml, safePush } from '../../support/envelopes.ts';
import { context, read, post as request } from '../../support/request.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const manager = secretsManager();
const open = callbacksIn(world, manager, useAws(manager.actions));
const url = () => `https://mp.weixin.qq.com/s/${crypto.randomUUID().slice(0, 22)}`;

type Opened = Awaited<ReturnType<typeof open>>;
const registerIn = async ({ account_id, messages, schedule }: Opened, msg_id = '3147490001') => {
  await messages.create(register({ account_id, msg_id, label: 'spring' }, world.now(), schedule));
  return msg_id;
};
const states = (published: Opened['published']) => published.map(({ detail }) => 'state' in detail && detail.state);
const asks = () => world.simulator().control.calls().counts['/cgi-bin/message/mass/get'] ?? 0;

describe('a push about a registered message', () => {
  it('settles it, with its numbers, and a new execution tells so at once, without asking WeChat', async () => {
    const account = await open();
    const { push, row, executions, takeStep, published, account_id } = account;
    const msg_id = await registerIn(account);
    await expect(push(massSendXml())).resolves.toMatchObject({ status: 200, body: 'success' });
    expect(await row()).toMatchObject({
      state: 'sent',
      basis: 'pushed',
      label: 'spring',
      counts: { total_count: 1000, filter_count: 980, sent_count: 975, error_count: 5 },
      pushed: { at: world.now().toISOString(), status: 'send success', upstream: { SentCount: '975' } },
      next_step_at: world.now().toISOString(),
    });
    expect(executions).toEqual([{ account_id, msg_id, attempt: 2 }]);
    const before = asks();
    await expect(takeStep(msg_id, 2)).resolves.toMatchObject({ settled: true });
    expect(states(published)).toEqual(['submitted', 'sent']);
    expect(asks()).toBe(before);
    expect(await row()).not.toHaveProperty('next_step_at');
  });

  it.each([
    ['err(20001)', 'rejected'],
    ['err(40001)', 'confirmation_refused'],
    ['err(40002)', 'confirmation_expired'],
    ['err(20431)', 'failed'],
    ['send fail', 'failed'],
  ])('says why it was not sent: %s', async (status, state) => {
    const account = await open();
    await registerIn(account);
    await account.push(massSendXml({ status }));
    expect(await account.row()).toMatchObject({ state, basis: 'pushed', pushed: { status } });
  });

  it('adds the numbers to one that a look settled, and tells nobody anything twice', async () => {
    const account = await open();
    const { msg_id } = world.simulator().control.createMassMessage({ appid: account.appid, to_all: false, sending_seconds: 0 });
    await registerIn(account, msg_id);
    await account.takeStep(msg_id);
    expect(await account.row(msg_id)).toMatchObject({ state: 'sent', basis: 'observed' });
    await account.push(massSendXml({ msg_id }));
    const after = await account.row(msg_id);
    expect(after).toMatchObject({ state: 'sent', basis: 'pushed', counts: { sent_count: 975 } });
    expect(after).not.toHaveProperty('next_step_at');
    expect(account.executions).toEqual([]);
    expect(states(account.published)).toEqual(['submitted', 'sent']);
  });

  it('changes nothing about what a look saw, if it contradicts that, and is logged', async () => {
    const warned = vi.spyOn(logger, 'warn');
    const account = await open();
    const { msg_id } = world.simulator().control.createMassMessage({ appid: account.appid, to_all: false, sending_seconds: 0 });
    await registerIn(account, msg_id);
    await account.takeStep(msg_id);
    const before = await account.row(msg_id);
    const page = url();
    await expect(account.push(massSendXml({ msg_id, status: 'send fail', more: articlesXml(page) }))).resolves.toMatchObject({
      status: 200,
    });
    expect(await account.row(msg_id)).toEqual(before);
    expect((await world.articles().get(account.account_id, page)).sends).toEqual({});
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('contradicts'), expect.objectContaining({ msg_id, status: 'send fail' }));
    warned.mockRestore();
  });

  it('takes neither the numbers nor the reason of one that was believed', async () => {
    const account = await open();
    await account.push(massSendXml());
    const before = await account.row();
    await account.push(massSendXml({ status: 'err(20001)', counts: [0, 0, 0, 0], created: 1772438500 }));
    expect(await account.row()).toEqual(before);
  });

  it.each([
    ['with white space around its id', '<MsgID><![CDATA[ 3147490001\n]]></MsgID>'],
    ['with an empty MsgID beside a MsgId', '<MsgID></MsgID><MsgId>3147490001</MsgId>'],
    ['with an empty MsgID in CDATA beside a MsgId', '<MsgID><![CDATA[ ]]></MsgID><MsgId>3147490001</MsgId>'],
  ])('is about it also %s', async (_how, id) => {
    const account = await open();
    await registerIn(account);
    await account.push(massSendXml().replace('<MsgID>3147490001</MsgID>', id));
    expect(await account.row()).toMatchObject({ state: 'sent', label: 'spring' });
  });

  it('names the same page within CDATA and outside it', async () => {
    const account = await open();
    const page = 'http://mp.weixin.qq.com/s?__biz=MzA=&mid=1&idx=1&sn=abc';
    const outside = articlesXml(page).replace(`<![CDATA[${page}]]>`, page.replaceAll('&', '&amp;'));
    expect(outside).toContain('&amp;');
    for (const more of [articlesXml(page), outside]) {
      await account.push(massSendXml({ more }));
      expect((await account.row()).articles).toEqual([{ article_idx: 1, url: page }]);
    }
  });

  it('has its execution end what kept WeChat from being asked about it', async () => {
    const account = await open();
    const msg_id = await registerIn(account);
    const { account_id, accounts, messages, events } = account;
    const what = { code: 'WECHAT_NOT_PERMITTED', hint: 'mend it', errcode: 48001, msg_id };
    await raiseAttention({ accounts, events }, account_id, 'api', what, world.now());
    await messages.save({ ...(await account.row()), blocked_by: 'WECHAT_NOT_PERMITTED 48001', rev: 1 });
    await account.push(massSendXml());
    expect(await account.row()).not.toHaveProperty('blocked_by');
    await account.takeStep(msg_id, 2);
    expect((await accounts.get(account_id)).attention).toEqual({});
  });
});

describe('the same push', () => {
  it('again changes nothing: no write, no execution, no event', async () => {
    const account = await open();
    await registerIn(account);
    const xml = massSendXml({ more: articlesXml(url()) });
    await account.push(xml);
    const first = await account.row();
    world.pass(5);
    await expect(account.push(xml)).resolves.toMatchObject({ status: 200 });
    world.pass(3600);
    await expect(account.push(xml)).resolves.toMatchObject({ status: 200 });
    expect(await account.row()).toEqual(first);
    expect(account.executions).toHaveLength(1);
  });

  it('replayed byte for byte changes nothing, and after five minutes is not even read', async () => {
    const account = await open();
    const captured = safePush(massSendXml(), world.now(), account.appid);
    await account.post(captured);
    const first = await account.row();
    world.pass(300);
    await expect(account.post(captured)).resolves.toMatchObject({ status: 200 });
    world.pass(1);
    await expect(account.post(captured)).resolves.toMatchObject({ status: 403 });
    expect(await account.row()).toEqual(first);
  });

  it.each([
    ['a registered message', true],
    ['a message that nobody registered', false],
  ])('ten times at once is stored once: %s', async (_what, known) => {
    const account = await open();
    if (known) await registerIn(account);
    const processes = Array.from({ length: 10 }, () => account.newProcess());
    const answers = await Promise.all(processes.map((process) => account.push(massSendXml(), process)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const row = await account.row();
    expect(row.history.filter(({ state }) => state === 'sent')).toHaveLength(1);
    expect(row.rev).toBe(known ? 1 : 0);
    expect(account.executions).toHaveLength(1);
  });
});

it('of two pushes at once that contradict each other the first counts, with its own numbers', async () => {
  const account = await open();
  await registerIn(account);
  const xmls = [massSendXml({ status: 'send success' }), massSendXml({ status: 'err(20001)', counts: [7, 7, 0, 7] })];
  await Promise.all(xmls.map((xml) => account.push(xml, account.newProcess())));
  const { state, counts, pushed, history } = await account.row();
  const first = state === 'sent' ? ['send success', 975] : ['err(20001)', 0];
  expect([pushed?.status, counts?.sent_count]).toEqual(first);
  expect(history).toHaveLength(2);
});

describe('a message that nobody registered', () => {
  it('gets a row, and an execution that tells of it', async () => {
    const account = await open();
    const created = world.now().getTime() / 1000 - 2;
    await account.push(massSendXml({ msg_id: '1000000003', created }));
    expect(await account.row('1000000003')).toMatchObject({
      state: 'sent',
      basis: 'pushed',
      submitted_at: new Date(created * 1000).toISOString(),
    });
    expect(account.executions).toEqual([{ account_id: account.account_id, msg_id: '1000000003', attempt: 1 }]);
    await expect(account.takeStep('1000000003')).resolves.toMatchObject({ settled: true });
    expect(account.published).toMatchObject([{ detail: { state: 'sent', basis: 'pushed', settled: true, number: 0 } }]);
  });

  it('and keeps it when its sender registers it a moment later, who adds the label', async () => {
    const account = await open();
    await account.push(massSendXml());
    const track = makeTrack({ ...account, executions: { start: async () => {} }, now: world.now });
    const register = (body: object) => read(track(request({ account_id: account.account_id }, { msg_id: '3147490001', ...body }), context));
    const submitted_at = secondsAfter(world.now(), -86_400 * 30).toISOString();
    await expect(register({ label: 'spring', submitted_at })).resolves.toMatchObject({
      status: 200,
      body: { state: 'sent', label: 'spring', submitted_at, counts: { sent_count: 975 } },
    });
    await expect(register({ label: 'summer' })).resolves.toMatchObject({ status: 200, body: { label: 'spring', submitted_at } });
    expect(await account.row()).toMatchObject({ rev: 1 });
  });
});

it('leaves what was registered as it was registered, label or none', async () => {
  const account = await open();
  const { account_id } = account;
  const track = makeTrack({ ...account, executions: { start: async () => {} }, now: world.now });
  await read(track(request({ account_id }, { msg_id: '3147490001' }), context));
  await account.push(massSendXml());
  const late = await read(track(request({ account_id }, { msg_id: '3147490001', label: 'late' }), context));
  expect(late.body).toMatchObject({ state: 'sent' });
  expect(late.body).not.toHaveProperty('label');
});

it('shows what was pushed, and before that nothing rather than zero', async () => {
  const account = await open();
  const msg_id = await registerIn(account);
  const get = makeGet(account);
  const view = async () => (await read(get(request({ account_id: account.account_id, msg_id }, ''), context))).body;
  expect(await view()).toMatchObject({ pushed: null, counts: null, articles: null, copyright: null });
  const page = url();
  await account.push(massSendXml({ more: `${articlesXml(page)}<CopyrightCheckResult><CheckState>1</CheckState></CopyrightCheckResult>` }));
  expect(await view()).toMatchObject({
    pushed: { status: 'send success', meaning: expect.any(String) },
    counts: { total_count: 1000, filter_count: 980, sent_count: 975, error_count: 5 },
    articles: [{ article_idx: 1, url: page }],
    copyright: { check_state: 1, articles: [] },
  });
});
