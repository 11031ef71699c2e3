import { describe, expect, it, vi } from 'vitest';
import { logger } from '../../../shared/logger.ts';
import { AccountNotFoundError } from '../../../shared/store/errors.ts';
import { TokenUnavailableError } from '../../../shared/tokens/errors.ts';
import { makeStartTracking } from '../../../shared/tracking/start-tracking.ts';
import { WechatError, WechatUnavailableError } from '../../../shared/wechat/wechat-error.ts';
import { deletePath, deletingIn } from '../../support/deleting.ts';
import { patience } from '../../support/patience.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const deleting = deletingIn(world);
const fault = (order: object) => world.simulator().control.orderFault({ path: deletePath, ...order } as never);

describe('a message that is deleted', () => {
  it('as a whole is deleted in the record too, with who asked and what WeChat said, and the event goes out', async () => {
    const { remove, row, msg_id, follow, published, started } = await deleting();
    await expect(remove('all', {}, 'arn:aws:iam::111122223333:user/editor')).resolves.toMatchObject({
      done: true,
      deletion: { target: 'all', outcome: 'deleted', asked_by: 'arn:aws:iam::111122223333:user/editor' },
      message: { state: 'deleted', basis: 'observed' },
    });
    expect(world.simulator().control.truth(msg_id)).toBe('deleted');
    expect(started).toEqual([{ account_id: expect.any(String), msg_id, attempt: 2 }]);
    await expect(follow()).resolves.toMatchObject({ settled: true });
    expect(published.at(-1)).toMatchObject({ type: 'mass_message.state_changed', detail: { msg_id, state: 'deleted', settled: true } });
    const after = await row();
    expect(after.deletions).toMatchObject([{ n: 0, outcome: 'deleted', settled_at: world.now().toISOString(), upstream: { errcode: 0 } }]);
    expect(after).not.toHaveProperty('next_step_at');
    expect(after).not.toHaveProperty('deletion_look_at');
  });

  it('article by article stays sent, and the articles are named', async () => {
    const { remove, deletions, row, msg_id } = await deleting();
    await remove(2);
    expect(await deletions()).toEqual(['2 deleted']);
    expect((await row()).state).toBe('sent');
    expect(
      world
        .simulator()
        .control.getMassMessage(msg_id)
        .articles.map(({ deleted }) => deleted),
    ).toEqual([false, true, false]);
  });

  it('article by article is deleted with the last one that is known', async () => {
    const { remove, row, messages, urls } = await deleting();
    const before = await row();
    await messages.save({ ...before, articles: urls.map((url, index) => ({ article_idx: index + 1, url })), rev: before.rev + 1 });
    for (const target of [3, 1, 2] as const) {
      expect((await row()).state).toBe('sent');
      await remove(target);
    }
    expect(await row()).toMatchObject({ state: 'deleted', basis: 'observed' });
  });

  it('article by article is deleted with the last one also where nobody knows how many there are: WeChat is looked at', async () => {
    const { remove, row, follow, looked } = await deleting();
    for (const target of [1, 2, 3] as const) {
      await remove(target);
      expect((await row()).state).toBe('sent');
      await expect(follow()).resolves.toMatchObject({ settled: true });
    }
    expect(looked()).toBe(3);
    expect(await row()).toMatchObject({ state: 'deleted', basis: 'observed' });
  });

  it('keeps an id beyond 2^53 as it is: its neighbour is another message', async () => {
    const { remove, send } = await deleting({ msg_id: '9007199254740993' });
    send({ msg_id: '9007199254740992' });
    await remove('all');
    expect(world.simulator().control.truth('9007199254740993')).toBe('deleted');
    expect(world.simulator().control.truth('9007199254740992')).toBe('sent');
  });

  it('after one of its articles takes one more call, and none after that', async () => {
    const { remove, asked, deletions } = await deleting();
    await remove(1);
    await remove('all');
    expect(asked()).toBe(2);
    for (const target of ['all', 1, 2] as const)
      await expect(remove(target)).resolves.toMatchObject({ done: true, deletion: { target: target === 1 ? 1 : 'all' } });
    expect(asked()).toBe(2);
    expect(await deletions()).toEqual(['1 deleted', 'all deleted']);
  });

  it('that nobody registered gets a record, and is followed', async () => {
    const { remove, row, started, msg_id, account_id, follow, published } = await deleting({}, { tracked: false });
    await expect(remove(1)).resolves.toMatchObject({ done: true, message: { state: 'submitted' } });
    expect(started).toEqual([{ account_id, msg_id, attempt: 2 }]);
    await expect(follow()).resolves.toMatchObject({ settled: true });
    expect(await row()).toMatchObject({ state: 'sent', deletions: [{ target: 1, outcome: 'deleted' }] });
    expect(published.map(({ detail }) => 'state' in detail && detail.state)).toEqual(['submitted', 'sent']);
  });

  it('that is registered after its deletion takes label and time from that, once', async () => {
    const { remove, dependencies, account_id, msg_id, row } = await deleting({}, { tracked: false });
    await remove('all');
    const track = makeStartTracking(dependencies);
    const submitted_at = '2026-03-01T08:00:00.000Z';
    await track({ account_id, msg_id, label: 'spring', submitted_at });
    await track({ account_id, msg_id, label: 'summer' });
    expect(await row()).toMatchObject({ label: 'spring', submitted_at, state: 'deleted' });
  });

  it('although nothing can be started now: the schedule does it', async () => {
    const { remove, row } = await deleting();
    const start = async () => Promise.reject(new Error('ThrottlingException'));
    await expect(remove('all', { executions: { start } })).resolves.toMatchObject({ done: true });
    expect(await row()).toMatchObject({ due: 'mass-message', next_step_at: world.now().toISOString() });
  });
});

describe('the record answers, and WeChat is not called', () => {
  it('for what was deleted before', async () => {
    const { remove, asked, row } = await deleting();
    await remove(2, {}, 'first');
    const { rev } = await row();
    await expect(remove(2, {}, 'second')).resolves.toMatchObject({ done: true, deletion: { target: 2, asked_by: 'first' } });
    expect(asked()).toBe(1);
    expect((await row()).rev).toBe(rev);
  });

  it('for a message that WeChat said is deleted', async () => {
    const { remove, asked, row, messages } = await deleting();
    const before = await row();
    await messages.save({ ...before, state: 'deleted', rev: before.rev + 1 });
    await expect(remove(1)).resolves.toMatchObject({ done: true, message: { state: 'deleted' } });
    expect(asked()).toBe(0);
  });

  it('while somebody else is at it: ten at once are one call', async () => {
    const { remove, asked, deletions } = await deleting();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => remove('all', {}, `caller ${n}`)));
    expect(asked()).toBe(1);
    expect(await deletions()).toEqual(['all deleted']);
    const [callers] = [new Set(answers.map(({ deletion }) => deletion?.asked_by))];
    expect(callers.size).toBe(1);
  });

  it('ten at once of a message that nobody registered are one call and one record too', async () => {
    const { remove, asked, deletions } = await deleting({}, { tracked: false });
    await Promise.all(Array.from({ length: 10 }, () => remove(1)));
    expect(asked()).toBe(1);
    expect(await deletions()).toEqual(['1 deleted']);
  });

  it('until a look has told what became of a call whose process died, also for one article of all', async () => {
    const { remove, asked, follow } = await deleting();
    const dying = { tokens: { withToken: () => new Promise<never>(() => {}) } };
    void remove('all', dying, 'gone');
    await vi.waitFor(async () => expect(await remove(1)).toMatchObject({ done: false }), patience);
    world.pass(60);
    await expect(remove('all')).resolves.toMatchObject({ done: false, deletion: { outcome: 'pending', asked_by: 'gone' } });
    expect(asked()).toBe(0);
    await follow();
    await expect(remove('all')).resolves.toMatchObject({ done: true, deletion: { asked_by: 'tester' } });
    expect(asked()).toBe(1);
  });
});

describe('what WeChat refuses is recorded, verbatim, and told', () => {
  it('of a message that is still being sent', async () => {
    const { remove, deletions, row } = await deleting({ sending_seconds: 3600 });
    const error = await remove('all').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WechatError);
    expect(error).toMatchObject({ errcode: 40065, httpStatus: 409 });
    expect(await deletions()).toEqual(['all refused']);
    expect((await row()).deletions[0]).toMatchObject({ settled_at: expect.any(String), upstream: { errcode: 40065 } });
    expect((await row()).state).toBe('sent');
  });

  it.each([
    ['no such message', 40059, 404],
    ['no such article', 40060, 422],
    ['an article that may not be deleted', 40204, 422],
    ['ten deletions a day', 45009, 429],
    ['a busy WeChat', -1, 503],
    ['a word that nobody knows', 987654, 502],
  ])('%s', async (_what, errcode, httpStatus) => {
    const { remove, deletions, asked } = await deleting();
    fault({ fault: { kind: 'errcode', errcode } });
    await expect(remove(1)).rejects.toMatchObject({ errcode, httpStatus });
    expect(await deletions()).toEqual(['1 refused']);
    expect(asked()).toBe(1);
  });

  it('and asking again calls again', async () => {
    const { remove, deletions } = await deleting();
    fault({ fault: { kind: 'errcode', errcode: 45009 } });
    await expect(remove(1)).rejects.toThrow(WechatError);
    await expect(remove(1)).resolves.toMatchObject({ done: true });
    expect(await deletions()).toEqual(['1 refused', '1 deleted']);
  });

  it('leaves a message on its way to be followed as before', async () => {
    const { remove, row, follow } = await deleting({ sending_seconds: 3600 }, { tracked: false });
    await expect(remove('all')).rejects.toThrow(WechatError);
    await expect(follow()).resolves.toMatchObject({ settled: false });
    expect((await row()).state).toBe('sending');
  });

  it('but a token that it refuses is renewed, and the call made again: it did nothing', async () => {
    const { remove, asked, deletions, appid } = await deleting();
    await remove(1);
    world.simulator().control.revokeTokens(appid);
    await expect(remove('all')).resolves.toMatchObject({ done: true });
    expect(asked()).toBe(3);
    expect(await deletions()).toEqual(['1 deleted', 'all deleted']);
  });
});

describe('nothing was sent', () => {
  it('without a token: refused, and the reason is the one of the token', async () => {
    const { remove, appid, asked, row } = await deleting();
    world.simulator().control.freezeSecret(appid, true);
    await expect(remove('all')).rejects.toThrow(TokenUnavailableError);
    expect(asked()).toBe(0);
    const [entry] = (await row()).deletions;
    expect(entry).toMatchObject({ outcome: 'refused', settled_at: expect.any(String) });
    expect(entry).not.toHaveProperty('upstream');
  });

  it('without the time to store what comes of it', async () => {
    const { remove, asked, deletions, officialAccount } = await deleting();
    const late: typeof officialAccount = {
      ...officialAccount,
      deleteMassMessage: (input) => officialAccount.deleteMassMessage({ ...input, deadline: new Date(input.deadline.getTime() - 23_000) }),
    };
    await expect(remove('all', { officialAccount: late })).rejects.toThrow(WechatUnavailableError);
    expect(asked()).toBe(0);
    expect(await deletions()).toEqual(['all refused']);
  });

  it('for an account that does not exist, not even a record is made', async () => {
    const { dependencies, messages, msg_id } = await deleting();
    const { makeDeleteMessage } = await import('../../../shared/deletion/delete-message.ts');
    const input = { account_id: 'oa-nowhere', msg_id, target: 'all' as const, caller: 'tester', deadline: world.now() };
    await expect(makeDeleteMessage(dependencies)(input)).rejects.toThrow(AccountNotFoundError);
    await expect(messages.get('oa-nowhere', msg_id)).rejects.toThrow();
  });
});

it('shows the token to nobody, whatever WeChat echoes', async () => {
  const logged = vi.spyOn(logger, 'info').mockReturnValue(undefined);
  const { remove, row, vault } = await deleting();
  fault({ fault: { kind: 'errcode', errcode: 40065, errmsg: 'x' } });
  await remove(1).catch(() => undefined);
  const [token] = [...vault.versions.values()].map((version) => version.token);
  fault({ fault: { kind: 'errcode', errcode: 40065, errmsg: `bad ${token}` } });
  const error = await remove(1).catch((thrown: unknown) => thrown);
  expect(JSON.stringify([String(error), error, await row(), logged.mock.calls])).not.toContain(token);
  logged.mockRestore();
});

it('eight articles at once, answered at once: each is deleted, and each is in the record', async () => {
  const { remove, deletions, officialAccount } = await deleting({ articles: 8 });
  const articles = [1, 2, 3, 4, 5, 6, 7, 8];
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  let calls = 0;
  const together: typeof officialAccount = {
    ...officialAccount,
    deleteMassMessage: async (input) => {
      if (++calls === articles.length) answer();
      await answered;
      return officialAccount.deleteMassMessage(input);
    },
  };
  const replies = await Promise.all(articles.map((article) => remove(article, { officialAccount: together })));
  expect(replies.map(({ message }) => message !== undefined)).toEqual(articles.map(() => true));
  expect((await deletions()).sort()).toEqual(articles.map((article) => `${article} deleted`));
});
