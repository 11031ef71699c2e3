import { describe, expect, it, vi } from 'vitest';
import { DeletionOutcomeUnknownError } from '../../../shared/deletion/errors.ts';
import { logger } from '../../../shared/logger.ts';
import { deletePath, deletingIn } from '../../support/deleting.ts';
import { patience } from '../../support/patience.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const deleting = deletingIn(world);

const open = async () => {
  const parts = await deleting();
  const url = String(parts.urls[1]);
  const record = () => world.articles().get(parts.account_id, url);
  const note = (id: string, article_idx: number) => world.articles().noteSends(parts.account_id, id, [{ article_idx, url }]);
  return { ...parts, url, record, note, outcomes: async () => (await record()).deletions.map(({ outcome }) => outcome) };
};

it('deletes the article at an address, and keeps who asked', async () => {
  const { removeUrl, url, msg_id, record } = await open();
  await expect(removeUrl(url, {}, 'editor')).resolves.toMatchObject({
    done: true,
    deletion: { outcome: 'deleted', asked_by: 'editor' },
    warnings: [{ code: 'SHARING_UNKNOWN' }],
  });
  expect(
    world
      .simulator()
      .control.getMassMessage(msg_id)
      .articles.map(({ deleted }) => deleted),
  ).toEqual([false, true, false]);
  expect((await record()).deletions).toMatchObject([{ target: 'all', upstream: { errcode: 0 }, settled_at: world.now().toISOString() }]);
});

it('answers from the record, in whatever spelling it is asked', async () => {
  const { removeUrl, url, asked } = await open();
  await removeUrl(url, {}, 'first');
  await expect(removeUrl(`${url.replace('https:', 'http:')}#rd`, {}, 'second')).resolves.toMatchObject({
    done: true,
    deletion: { asked_by: 'first' },
  });
  expect(asked()).toBe(1);
});

it('ten at once are one call', async () => {
  const { removeUrl, url, asked, outcomes } = await open();
  await Promise.all(Array.from({ length: 10 }, () => removeUrl(url)));
  expect(asked()).toBe(1);
  expect(await outcomes()).toEqual(['deleted']);
});

describe('every message that is known to have sent it', () => {
  it('has the article marked as deleted, and is followed anew; who asks is warned of all of them', async () => {
    const { removeUrl, url, note, addSettled, deletions, row, msg_id, started, account_id } = await open();
    await addSettled('52');
    await note(msg_id, 2);
    await note('52', 1);
    const { warnings } = await removeUrl(url, {}, 'editor');
    expect(warnings).toMatchObject([{ code: 'MATERIAL_SHARED', msg_ids: [msg_id, '52'] }]);
    expect(await deletions()).toEqual(['2 deleted']);
    expect(await deletions('52')).toEqual(['1 deleted']);
    expect((await row('52')).deletions[0]).toMatchObject({ url, asked_by: 'editor' });
    expect(started).toContainEqual({ account_id, msg_id: '52', attempt: 2 });
  });

  it('is deleted with its only article', async () => {
    const { removeUrl, url, note, addSettled, messages, row } = await open();
    await addSettled('52');
    const before = await row('52');
    await messages.save({ ...before, articles: [{ article_idx: 1, url }], rev: before.rev + 1 });
    await note('52', 1);
    expect((await removeUrl(url)).warnings).toEqual([]);
    expect(await row('52')).toMatchObject({ state: 'deleted', basis: 'observed' });
  });

  it('is marked when the deletion is asked for again, should the first have broken off; and no more than once', async () => {
    const logged = vi.spyOn(logger, 'error').mockReturnValue(undefined);
    const { removeUrl, url, note, msg_id, deletions, messages, asked } = await open();
    await note(msg_id, 2);
    let saves = 0;
    const broken = {
      create: messages.create.bind(messages),
      get: messages.get.bind(messages),
      save: async (next: Awaited<ReturnType<typeof messages.get>>) => {
        if (++saves > 1) throw new Error('down');
        await messages.save(next);
      },
    };
    await expect(removeUrl(url, { messages: broken })).resolves.toMatchObject({ done: true });
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
    expect(await deletions()).toEqual(['2 pending']);
    await removeUrl(url);
    await removeUrl(url);
    expect(await deletions()).toEqual(['2 deleted']);
    expect(asked()).toBe(1);
  });

  it('may have no record of its own: the others have theirs', async () => {
    const logged = vi.spyOn(logger, 'error').mockReturnValue(undefined);
    const { removeUrl, url, note, msg_id, deletions } = await open();
    await note('53', 1);
    await note(msg_id, 2);
    await expect(removeUrl(url)).resolves.toMatchObject({ done: true });
    expect(await deletions()).toEqual(['2 deleted']);
    expect(logged).not.toHaveBeenCalled();
    logged.mockRestore();
  });
});

describe('what did not go well', () => {
  it('is recorded and told when WeChat refuses', async () => {
    const { removeUrl, url, record } = await open();
    world.simulator().control.orderFault({ path: deletePath, fault: { kind: 'errcode', errcode: 40204 } });
    await expect(removeUrl(url)).rejects.toMatchObject({ errcode: 40204 });
    expect((await record()).deletions).toMatchObject([{ outcome: 'refused', upstream: { errcode: 40204 } }]);
  });

  it('stays unknown without an answer, since WeChat tells nothing of a page; asking again calls again', async () => {
    const { removeUrl, url, outcomes, asked, record } = await open();
    world.simulator().control.orderFault({ path: deletePath, fault: { kind: 'cut' } });
    await expect(removeUrl(url)).rejects.toThrow(DeletionOutcomeUnknownError);
    expect((await record()).deletions).toMatchObject([{ outcome: 'unknown', settled_at: expect.any(String) }]);
    await expect(removeUrl(url)).resolves.toMatchObject({ done: true });
    expect(await outcomes()).toEqual(['unknown', 'deleted']);
    expect(asked()).toBe(2);
  });

  it('is pending for a minute when a process died, and then asked again', async () => {
    const { removeUrl, url, outcomes } = await open();
    void removeUrl(url, { tokens: { withToken: () => new Promise<never>(() => {}) } });
    await vi.waitFor(async () => expect(await outcomes()).toEqual(['pending']), patience);
    await expect(removeUrl(url)).resolves.toMatchObject({ done: false });
    world.pass(60);
    await expect(removeUrl(url)).resolves.toMatchObject({ done: true });
    expect(await outcomes()).toEqual(['unknown', 'deleted']);
  });
});

it('asks WeChat by its own spelling of the address, where a push told it', async () => {
  const { removeUrl, url, note, msg_id } = await open();
  await note(msg_id, 2);
  await expect(
    removeUrl(`http://mp.weixin.qq.com${new URL(url).pathname}?scene=27${new URL(url).search.replace('?', '&')}`),
  ).resolves.toMatchObject({ done: true });
});

it('keeps nothing of an address but what names the article', async () => {
  const { removeUrl, account_id } = await open();
  const asked = 'https://mp.weixin.qq.com/s?__biz=MzA3==&mid=2650000001&idx=1&sn=ab12&key=session&pass_ticket=private#rd';
  await removeUrl(asked).catch(() => undefined);
  const record = await world.articles().get(account_id, asked);
  expect(record.url).toBe('https://mp.weixin.qq.com/s?__biz=MzA3==&mid=2650000001&idx=1&sn=ab12');
  expect(JSON.stringify(record)).not.toMatch(/session|private/);
});
