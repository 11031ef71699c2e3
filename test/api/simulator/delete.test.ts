import { expect, it } from 'vitest';
import { account, runSimulator } from './running-simulator.ts';

const runWithSentMessage = async () => {
  const simulator = await runSimulator({ accounts: [account, { ...account, appid: 'wx-two' }] });
  const script = { appid: account.appid, to_all: false, articles: 3, sending_seconds: 0 };
  const { msg_id, articles } = simulator.control.createMassMessage(script);
  const other = simulator.control.createMassMessage(script);
  const deleted = () => simulator.control.getMassMessage(msg_id).articles.map((article) => article.deleted);
  return { ...simulator, msg_id, urls: articles.map(({ url }) => url), other, deleted };
};

it.each([{}, { article_idx: 0 }, { article_idx: null }])('deletes every article when none is named: %o', async (fields) => {
  const { mass, msg_id, deleted } = await runWithSentMessage();
  expect(await mass('delete', { msg_id: Number(msg_id), ...fields })).toEqual({ errcode: 0, errmsg: 'ok' });
  expect(deleted()).toEqual([true, true, true]);
  expect(await mass('get', { msg_id })).toMatchObject({ msg_status: 'DELETE' });
});

it('deletes the one article that is named, counted from 1, and the message is deleted with the last of them', async () => {
  const { mass, msg_id, deleted, control } = await runWithSentMessage();
  await mass('delete', { msg_id, article_idx: 2 });
  expect(deleted()).toEqual([false, true, false]);
  expect(await mass('get', { msg_id })).toMatchObject({ msg_status: 'SEND_SUCCESS' });
  await mass('delete', { msg_id, article_idx: 1 });
  await mass('delete', { msg_id, article_idx: 3 });
  expect(control.truth(msg_id)).toBe('deleted');
});

it('deletes what is left of a message', async () => {
  const { mass, msg_id, deleted } = await runWithSentMessage();
  await mass('delete', { msg_id, article_idx: 1 });
  expect(await mass('delete', { msg_id })).toMatchObject({ errcode: 0 });
  expect(deleted()).toEqual([true, true, true]);
});

it('finds an article by its url when there is no msg_id, and then does not look at article_idx', async () => {
  const { mass, urls, deleted } = await runWithSentMessage();
  expect(await mass('delete', { url: urls[2], article_idx: 1 })).toMatchObject({ errcode: 0 });
  expect(deleted()).toEqual([false, false, true]);
});

it('does not look at the url when there is a msg_id', async () => {
  const { mass, urls, other, deleted, control } = await runWithSentMessage();
  await mass('delete', { msg_id: other.msg_id, url: urls[0] });
  expect(deleted()).toEqual([false, false, false]);
  expect(control.truth(other.msg_id)).toBe('deleted');
});

it('does not mistake an id beyond 2^53 for its neighbour', async () => {
  const { mass, control } = await runSimulator();
  for (const msg_id of ['9007199254740992', '9007199254740993']) control.createMassMessage({ msg_id, to_all: false, sending_seconds: 0 });
  await mass('delete', '{"msg_id":9007199254740993,"article_idx":0}');
  expect(control.truth('9007199254740993')).toBe('deleted');
  expect(control.truth('9007199254740992')).toBe('sent');
});

it.each([
  ['an id that does not exist', { msg_id: 1 }, 40059],
  ['a url that does not exist', { url: 'https://mp.weixin.qq.com/s/none' }, 40059],
  ['neither id nor url', { article_idx: 1 }, 40059],
  ['an article after the last', { article_idx: 4, msg_id: 3147483331 }, 40060],
  ['an article before the first', { article_idx: -1, msg_id: 3147483331 }, 40060],
  ['an article that is text', { article_idx: '1', msg_id: 3147483331 }, 47001],
])('refuses %s and deletes nothing', async (_what, body, errcode) => {
  const { mass, deleted } = await runWithSentMessage();
  expect(await mass('delete', body)).toMatchObject({ errcode });
  expect(deleted()).toEqual([false, false, false]);
});

it.each([
  ['awaits confirmation', { awaiting_confirmation: true }, 40065],
  ['is being sent', { sending_seconds: 60 }, 40065],
  ['failed', { result: 'failed' }, 40065],
  ['was rejected', { result: 'rejected' }, 40065],
  ['was sent by hand', { by_api: false }, 40065],
  ['WeChat does not let go of', { deletion_errcode: 40204 }, 40204],
  ['was refused', { awaiting_confirmation: true, administrator: { action: 'refuse' } }, 40065],
  ['has no articles', { msgtype: 'text' }, 40008],
  ['belongs to another account', { appid: 'wx-two' }, 40059],
] as const)('refuses a message that %s', async (_what, script, errcode) => {
  const { mass, control } = await runWithSentMessage();
  const { msg_id } = control.createMassMessage({ appid: account.appid, to_all: false, sending_seconds: 0, ...script });
  const before = control.truth(msg_id);
  expect(await mass('delete', { msg_id })).toMatchObject({ errcode });
  expect(control.truth(msg_id)).toBe(before);
});

it('refuses to delete what is deleted already', async () => {
  const { mass, msg_id } = await runWithSentMessage();
  await mass('delete', { msg_id });
  expect(await mass('delete', { msg_id })).toMatchObject({ errcode: 40065 });
});

it('refuses by url what it refuses by id', async () => {
  const { mass, control } = await runWithSentMessage();
  const unsent = control.createMassMessage({ appid: account.appid, to_all: false, sending_seconds: 60 });
  expect(await mass('delete', { url: unsent.articles[0]?.url })).toMatchObject({ errcode: 40065 });
  const { articles } = control.createMassMessage({ appid: account.appid, to_all: false, sending_seconds: 0, deletion_errcode: 40204 });
  expect(await mass('delete', { url: articles[0]?.url })).toMatchObject({ errcode: 40204 });
});

it('deletes the page of every message that was sent with the same material', async () => {
  const { mass, control, pass } = await runWithSentMessage();
  const script = { appid: account.appid, to_all: false, articles: 2, sending_seconds: 0, material: 'spring' };
  const one = control.createMassMessage(script);
  const another = control.createMassMessage({ ...script, sending_seconds: 60 });
  const elsewhere = control.createMassMessage({ ...script, appid: 'wx-two' });
  expect(another.articles).toEqual(one.articles);
  expect(elsewhere.articles[0]?.url).not.toBe(one.articles[0]?.url);
  await mass('delete', { msg_id: one.msg_id, article_idx: 1 });
  expect(control.getMassMessage(another.msg_id).articles).toMatchObject([{ deleted: true }, { deleted: false }]);
  expect(await mass('delete', { url: one.articles[1]?.url })).toMatchObject({ errcode: 0 });
  pass(60);
  expect([one, another, elsewhere].map(({ msg_id }) => control.truth(msg_id))).toEqual(['deleted', 'deleted', 'sent']);
  expect(await mass('get', { msg_id: another.msg_id })).toMatchObject({ msg_status: 'DELETE' });
  expect(control.createMassMessage(script).truth).toBe('sent');
});

it('finds the message that has been sent among those with the same page', async () => {
  const { mass, control } = await runWithSentMessage();
  const script = { appid: account.appid, to_all: false, material: 'spring' };
  const { articles } = control.createMassMessage({ ...script, sending_seconds: 60 });
  control.createMassMessage({ ...script, sending_seconds: 0 });
  expect(await mass('delete', { url: articles[0]?.url })).toMatchObject({ errcode: 0 });
});

it('takes material by its media_id in sendall', async () => {
  const { mass, control } = await runSimulator();
  const send = (tag_id: number, media_id: string) =>
    mass('sendall', { filter: { is_to_all: false, tag_id }, msgtype: 'mpnews', mpnews: { media_id } });
  for (const [tag, media_id] of [
    [1, 'A'],
    [2, 'A'],
    [1, 'B'],
  ] as const)
    await send(tag, media_id);
  const [one, two, three] = control.listMassMessages().map(({ articles }) => articles[0]?.url);
  expect(two).toBe(one);
  expect(three).not.toBe(one);
});
