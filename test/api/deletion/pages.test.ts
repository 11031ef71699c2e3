import { expect, it, vi } from 'vitest';
import { DeletionOutcomeUnknownError } from '../../../shared/deletion/errors.ts';
import { logger } from '../../../shared/logger.ts';
import { deletePath, deletingIn } from '../../support/deleting.ts';
import { patience } from '../../support/patience.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const deleting = deletingIn(world);

/** A message of one article whose page is known, as after its push. */
const open = async () => {
  const parts = await deleting({ articles: 1 });
  const { account_id, messages, articles, msg_id } = parts;
  const url = String(parts.urls[0]);
  const pushed = async (id: string) => {
    const before = await messages.get(account_id, id);
    await messages.save({ ...before, articles: [{ article_idx: 1, url }], rev: before.rev + 1 });
    await articles.noteSends(account_id, id, [{ article_idx: 1, url }]);
  };
  await pushed(msg_id);
  const page = () => articles.get(account_id, url);
  return { ...parts, url, pushed, page, pageOutcomes: async () => (await page()).deletions.map(({ outcome }) => outcome) };
};

const saving = ({ messages }: Awaited<ReturnType<typeof open>>, save: typeof messages.save) => ({
  create: messages.create.bind(messages),
  get: messages.get.bind(messages),
  save,
});

it.each([
  ['before it asks WeChat', false, 'not_deleted', 'sent'],
  ['after WeChat deleted', true, 'deleted', 'deleted'],
])('a process that dies %s leaves the messages due, and a look tells', async (_when, deletes, outcome, state) => {
  const parts = await open();
  const died = vi.fn();
  const officialAccount: typeof parts.officialAccount = {
    ...parts.officialAccount,
    deleteByUrl: async (input) => {
      if (deletes) await parts.officialAccount.deleteByUrl(input);
      died();
      return new Promise<never>(() => {});
    },
  };
  void parts.removeUrl(parts.url, { officialAccount }, 'gone');
  await vi.waitFor(() => expect(died).toHaveBeenCalledOnce(), patience);
  expect(await parts.deletions()).toEqual(['1 pending']);
  const { next_step_at, deletions } = await parts.row();
  expect(next_step_at).toBe(new Date(world.now().getTime() + 60_000).toISOString());
  expect(deletions).toMatchObject([{ url: parts.url, asked_by: 'gone' }]);
  world.pass(60);
  await expect(parts.removeUrl(parts.url)).resolves.toMatchObject({ done: false, deletion: { asked_by: 'gone' } });
  await expect(parts.follow()).resolves.toMatchObject({ settled: true });
  expect(await parts.deletions()).toEqual([`1 ${outcome}`]);
  expect((await parts.row()).state).toBe(state);
  const before = parts.asked();
  await expect(parts.removeUrl(parts.url)).resolves.toMatchObject({ done: true });
  expect(parts.asked()).toBe(deletes ? before : before + 1);
  expect(await parts.pageOutcomes()).toEqual(deletes ? ['deleted'] : ['unknown', 'deleted']);
});

it('an answer that was lost: asking again calls nothing while a look is due, and then the record answers', async () => {
  const parts = await open();
  world.simulator().control.orderFault({ path: deletePath, fault: { kind: 'cut', after_effect: true } });
  await expect(parts.removeUrl(parts.url)).rejects.toThrow(DeletionOutcomeUnknownError);
  expect(await parts.deletions()).toEqual(['1 unknown']);
  await expect(parts.removeUrl(parts.url)).resolves.toMatchObject({ done: false, deletion: { outcome: 'unknown' } });
  await parts.follow();
  await expect(parts.removeUrl(parts.url)).resolves.toMatchObject({ done: true, deletion: { outcome: 'deleted' } });
  expect(parts.asked()).toBe(1);
  expect(await parts.pageOutcomes()).toEqual(['deleted']);
});

it('a process that dies between the page and the messages leaves none that is sent for ever', async () => {
  const logged = vi.spyOn(logger, 'error').mockReturnValue(undefined);
  const parts = await open();
  let saves = 0;
  const messages = saving(parts, async (next) => {
    if (++saves > 1) throw new Error('killed');
    await parts.messages.save(next);
  });
  await expect(parts.removeUrl(parts.url, { messages })).resolves.toMatchObject({ done: true });
  logged.mockRestore();
  world.pass(60);
  await parts.follow();
  expect(await parts.row()).toMatchObject({ state: 'deleted', deletions: [{ outcome: 'deleted' }] });
});

it('a message that cannot be noted keeps WeChat from being asked', async () => {
  const parts = await open();
  const messages = saving(parts, async () => Promise.reject(new Error('down')));
  await expect(parts.removeUrl(parts.url, { messages })).rejects.toThrow('down');
  expect(parts.asked()).toBe(0);
  expect(await parts.pageOutcomes()).toEqual(['refused']);
});

it('what WeChat refuses is refused in the messages too', async () => {
  const parts = await open();
  world.simulator().control.orderFault({ path: deletePath, fault: { kind: 'errcode', errcode: 45009 } });
  await expect(parts.removeUrl(parts.url)).rejects.toMatchObject({ errcode: 45009 });
  expect(await parts.deletions()).toEqual(['1 refused']);
  await expect(parts.follow()).resolves.toMatchObject({ settled: true });
});

it('a page of which nobody learned whether it is gone may be gone: a refusal of the second call says so', async () => {
  const { removeUrl, urls } = await deleting();
  const url = String(urls[0]);
  world.simulator().control.orderFault({ path: deletePath, fault: { kind: 'cut' } });
  await expect(removeUrl(url)).rejects.toMatchObject({ hint: expect.stringContaining('Open the address') });
  world.simulator().control.orderFault({ path: deletePath, fault: { kind: 'errcode', errcode: 40065 } });
  await expect(removeUrl(url)).rejects.toMatchObject({ errcode: 40065, hint: expect.stringContaining('may be gone already') });
});

it('a deletion by message leaves the same records as one by address: of the page, and of the others that sent it', async () => {
  const parts = await open();
  await parts.addSettled('52');
  await parts.pushed('52');
  await parts.remove('all', {}, 'editor');
  expect((await parts.page()).deletions).toMatchObject([{ target: 'all', outcome: 'deleted', asked_by: 'editor' }]);
  expect(await parts.row('52')).toMatchObject({ state: 'deleted', deletions: [{ target: 1, url: parts.url, asked_by: 'editor' }] });
  expect(parts.started).toContainEqual({ account_id: parts.account_id, msg_id: '52', attempt: 2 });
  await expect(parts.removeUrl(parts.url)).resolves.toMatchObject({ done: true, deletion: { asked_by: 'editor' } });
  expect(parts.asked()).toBe(1);
  expect(await parts.deletions()).toEqual(['all deleted']);
});

it('of one article, only its page', async () => {
  const parts = await deleting();
  const { account_id, messages, articles, urls } = parts;
  const before = await parts.row();
  await messages.save({ ...before, articles: urls.map((url, index) => ({ article_idx: index + 1, url })), rev: before.rev + 1 });
  await parts.remove(2);
  const pages = await Promise.all(urls.map((url) => articles.get(account_id, url)));
  expect(pages.map(({ deletions }) => deletions.length)).toEqual([0, 1, 0]);
});

it('where that breaks off, whoever asked is told all the same, and asking again completes it', async () => {
  const logged = vi.spyOn(logger, 'error').mockReturnValue(undefined);
  const parts = await open();
  await parts.addSettled('52');
  await parts.pushed('52');
  const articles = { get: parts.articles.get.bind(parts.articles), save: async () => Promise.reject(new Error('down')) };
  await expect(parts.remove('all', { articles })).resolves.toMatchObject({ done: true });
  expect(logged).toHaveBeenCalledOnce();
  logged.mockRestore();
  expect(await parts.pageOutcomes()).toEqual([]);
  await parts.remove('all');
  expect(await parts.pageOutcomes()).toEqual(['deleted']);
  expect(await parts.deletions('52')).toEqual(['1 deleted']);
  expect(parts.asked()).toBe(1);
});
