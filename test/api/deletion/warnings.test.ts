import { expect, it } from 'vitest';
import { deletingIn } from '../../support/deleting.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const deleting = deletingIn(world);

const withArticles = async () => {
  const parts = await deleting();
  const before = await parts.row();
  const articles = parts.urls.map((url, index) => ({ article_idx: index + 1, url }));
  await parts.messages.save({ ...before, articles, rev: before.rev + 1 });
  const { noteSends } = world.articles();
  await noteSends.call(world.articles(), parts.account_id, parts.msg_id, articles);
  return { ...parts, note: (id: string, url: string) => world.articles().noteSends(parts.account_id, id, [{ article_idx: 1, url }]) };
};

it('warns that sharing is not known, where the articles are not', async () => {
  const { remove } = await deleting();
  expect((await remove(1)).warnings.map(({ code }) => code)).toEqual(['SHARING_UNKNOWN']);
});

it('warns of nothing where no other message sent the material', async () => {
  const { remove } = await withArticles();
  expect((await remove('all')).warnings).toEqual([]);
});

it('warns of the other messages that lose their page, by article', async () => {
  const { remove, note, urls } = await withArticles();
  await note('51', `${urls[0]}#rd`);
  await note('52', String(urls[1]));
  expect((await remove(1)).warnings).toMatchObject([{ code: 'MATERIAL_SHARED', msg_ids: ['51'] }]);
  expect((await remove('all')).warnings).toMatchObject([{ code: 'MATERIAL_SHARED', msg_ids: ['52', '51'] }]);
});

it('tells of the deletion although the warning cannot be looked up', async () => {
  const { remove } = await withArticles();
  const articles = { get: async () => Promise.reject(new Error('down')), save: async () => {} };
  await expect(remove('all', { articles })).resolves.toMatchObject({ done: true, warnings: [{ code: 'SHARING_UNKNOWN' }] });
});
