import '../../support/environment.ts';
import { describe, expect, it, vi } from 'vitest';
import { register } from '../../../shared/domain/follow.ts';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { logger } from '../../../shared/logger.ts';
import { makeTakeStep } from '../../../shared/tracking/take-step.ts';
import { secretsManager, useAws } from '../../support/aws-stub.ts';
import { callbacksIn } from '../../support/callbacks.ts';
import { articlesXml, massSendXml, safePush } from '../../support/envelopes.ts';
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

describe('notes under which address each article was sent', () => {
  it('with every message that shares it', async () => {
    const account = await open();
    const [shared, own] = [url(), url()];
    await account.push(massSendXml({ msg_id: '71', more: articlesXml(own, shared) }));
    await account.push(massSendXml({ msg_id: '72', more: articlesXml(shared) }));
    expect((await world.articles().get(account.account_id, shared)).sends).toEqual({ 71: 2, 72: 1 });
    expect((await world.articles().get(account.account_id, own)).sends).toEqual({ 71: 1 });
  });

  it('that was deleted by its address before anybody knew who sent it: the article is marked, once', async () => {
    const account = await open();
    const { account_id } = account;
    const page = url();
    const at = world.now().toISOString();
    const deletion = { n: 0, target: 'all' as const, asked_at: at, asked_by: 'editor', outcome: 'deleted' as const, settled_at: at };
    const before = await world.articles().get(account_id, page);
    await world.articles().save({ ...before, deletions: [deletion], rev: 1 });
    const xml = massSendXml({ more: articlesXml(page) });
    await account.push(xml);
    const marked = await account.row();
    expect(marked).toMatchObject({ state: 'deleted', deletions: [{ target: 1, outcome: 'deleted', asked_by: 'editor', url: page }] });
    expect(account.executions.at(-1)).toMatchObject({ attempt: marked.attempt });
    await account.push(xml);
    expect(await account.row()).toEqual(marked);
  });

  it('at the latest when WeChat sends again: until then it is not told that all is stored', async () => {
    const articles = world.articles();
    let failures = 1;
    const noteSends: typeof articles.noteSends = async (...sends) => {
      if (failures-- > 0) throw new Error('the table is away');
      return articles.noteSends(...sends);
    };
    const account = await open({ articles: { noteSends } });
    const page = url();
    const xml = massSendXml({ more: articlesXml(page) });
    await expect(account.push(xml)).resolves.toMatchObject({ status: 500, body: 'failed' });
    const stored = await account.row();
    expect(stored).toMatchObject({ state: 'sent' });
    await expect(account.push(xml)).resolves.toMatchObject({ status: 200 });
    expect(await account.row()).toEqual(stored);
    expect((await articles.get(account.account_id, page)).sends).toEqual({ 3147490001: 1 });
    expect(account.executions).toHaveLength(1);
  });
});

describe('when something fails', () => {
  it.each([
    ['read', 'get'],
    ['written', 'save'],
  ] as const)('the row cannot be %s: WeChat sends again, and then it is stored once', async (_what, verb) => {
    let failures = 1;
    const messages = world.messages();
    const failing = async (...parts: never[]) => {
      if (failures-- > 0) throw Object.assign(new Error('slow down'), { name: 'ProvisionedThroughputExceededException' });
      return (messages[verb] as (...all: never[]) => Promise<never>).apply(messages, parts);
    };
    const account = await open({ messages: { [verb]: failing } });
    await registerIn(account);
    await expect(account.push(massSendXml())).resolves.toMatchObject({ status: 500, body: 'failed' });
    expect(await account.row()).toMatchObject({ state: 'submitted', rev: 0 });
    await expect(account.push(massSendXml())).resolves.toMatchObject({ status: 200 });
    expect(await account.row()).toMatchObject({ state: 'sent', rev: 1 });
    expect(account.executions).toHaveLength(1);
  });

  it('no execution can be started: it is stored all the same, and due for resume-stalled', async () => {
    const account = await open({
      started: () => {
        throw new Error('ThrottlingException');
      },
    });
    await registerIn(account);
    await expect(account.push(massSendXml())).resolves.toMatchObject({ status: 200 });
    expect(await account.row()).toMatchObject({ state: 'sent', attempt: 2, next_step_at: world.now().toISOString(), due: 'mass-message' });
  });

  it('others keep being first: WeChat sends again', async () => {
    const messages = world.messages();
    const account = await open({
      messages: {
        async save(next) {
          await messages.save({ ...(await messages.get(next.account_id, next.msg_id)), rev: next.rev });
          await messages.save(next);
        },
      },
    });
    await registerIn(account);
    await expect(account.push(massSendXml())).resolves.toMatchObject({ status: 500 });
  });
});

describe('while an execution lives', () => {
  it('ends it at its next step, and the new one tells', async () => {
    const account = await open();
    const { msg_id } = world.simulator().control.createMassMessage({ appid: account.appid, to_all: false, sending_seconds: 7200 });
    await registerIn(account, msg_id);
    await expect(account.takeStep(msg_id, 1)).resolves.toMatchObject({ settled: false });
    await account.push(massSendXml({ msg_id }));
    await expect(account.takeStep(msg_id, 1)).resolves.toMatchObject({ settled: true });
    expect(states(account.published)).toEqual(['submitted', 'sending']);
    await expect(account.takeStep(msg_id, 2)).resolves.toMatchObject({ settled: true });
    expect(states(account.published)).toEqual(['submitted', 'sending', 'sent']);
  });

  it('in the middle of its look: what the look saw is no longer wanted', async () => {
    const account = await open();
    const { msg_id } = world.simulator().control.createMassMessage({ appid: account.appid, to_all: false, sending_seconds: 7200 });
    await registerIn(account, msg_id);
    const look: typeof account.look = async (...parts) => {
      const seen = await account.look(...parts);
      await account.push(massSendXml({ msg_id }));
      return seen;
    };
    const takeStep = makeTakeStep({ ...account, look, now: world.now });
    const execution = { account_id: account.account_id, msg_id, attempt: 1 };
    await expect(takeStep(execution, secondsAfter(world.now(), 50))).resolves.toMatchObject({ settled: true });
    expect(await account.row(msg_id)).toMatchObject({ state: 'sent', basis: 'pushed', rev: 1 });
    expect(states(account.published)).toEqual([]);
  });
});

describe('through a third-party platform', () => {
  it.each([
    ['', true],
    [', also before its first token, when its row does not name the platform yet', false],
  ])('goes to the account whose AppID the address ends with%s', async (_when, named) => {
    const platform = await open({ row: { kind: 'third_party_platform' } });
    const row = { kind: 'authorized_official_account', ...(named && { platform: platform.account_id }) };
    const authorized = await open({ row });
    const push = safePush(massSendXml(), world.now(), platform.appid);
    await expect(platform.post(push, { account_id: platform.account_id, appid: authorized.appid })).resolves.toMatchObject({ status: 200 });
    expect(await authorized.row()).toMatchObject({ state: 'sent' });
    await expect(platform.row()).rejects.toThrow('never registered');
  });

  it.each([
    ['an account that authorized another platform', { kind: 'authorized_official_account', platform: 'somebody-else' }, true],
    ['an account with a secret of its own', {}, true],
    ['no account, for want of an AppID', {}, false],
  ])('is for nobody: %s', async (_what, row, named) => {
    const error = vi.spyOn(logger, 'error');
    const platform = await open({ row: { kind: 'third_party_platform' } });
    const other = await open({ row });
    const push = safePush(massSendXml(), world.now(), platform.appid);
    const path = { account_id: platform.account_id, ...(named && { appid: other.appid }) };
    await expect(platform.post(push, path)).resolves.toMatchObject({ status: 200, body: 'success' });
    for (const account of [platform, other]) await expect(account.row()).rejects.toThrow('never registered');
    expect(JSON.stringify(error.mock.calls)).toContain('belongs to no account');
    error.mockRestore();
  });
});
