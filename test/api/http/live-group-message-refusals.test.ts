import '../../support/environment.ts';
import { describe, expect, it } from 'vitest';
import { openLive, type Query, timesOf } from '../../support/live-group-messages.ts';
import { useWecomAccounts } from '../../support/wecom-accounts.ts';

// A handler's deadline comes from the machine's clock, so this world begins now.
const world = useWecomAccounts({ from: new Date() });
const { at, period } = timesOf(world.now);
const open = () => openLive(world);
/** How often WeCom was asked what. */
const calls = () => world.control().calls(0).counts;

describe('refuses, before WeCom is asked,', () => {
  const wrong: [string, string, Query][] = [
    ['no start', 'start_time', { end_time: at(0) }],
    ['no end', 'end_time', { start_time: at(0) }],
    ['unix time', 'start_time', { start_time: '1760000000', end_time: at(0) }],
    ['an end before the start', 'end_time', { start_time: at(0), end_time: at(-1) }],
    ['an end at the start', 'end_time', { start_time: at(0), end_time: at(0) }],
    ['a second more than a month', 'end_time', { start_time: at(-31 * 86_400 - 1), end_time: at(0) }],
    ['another kind of chat', 'chat_type', { chat_type: 'both' }],
    ['another filter', 'filter_type', { filter_type: '3' }],
    ['an empty filter', 'filter_type', { filter_type: '' }],
    ['more than WeCom gives', 'limit', { limit: '101' }],
    ['none', 'limit', { limit: '0' }],
    ['a limit that is no number', 'limit', { limit: '1e2' }],
    ['a creator with a slash', 'creator', { creator: 'a/b' }],
    ["a cursor of nobody's", 'cursor', { cursor: 'CURSOR' }],
    ['a field of its own making', 'page', { page: '2' }],
  ];
  it.each(wrong)('%s', async (_what, field, query) => {
    const { messages } = await open();
    const before = calls();
    const { status, body } = await messages({ ...(query['start_time'] || query['end_time'] ? {} : period()), ...query });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ in: 'query', field, reason: expect.any(String) }] });
    expect(calls()).toEqual(before);
  });

  it.each([
    ['tasks', '1001'],
    ['results', '1001'],
  ] as const)('more than the documented maximum of %s', async (list, limit) => {
    const { tasks, results } = await open();
    const answer = list === 'tasks' ? await tasks('msg1', { limit }) : await results('msg1', 'm', { limit });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'limit' }] } });
  });

  it('takes the documented maximum, and a month to the second', async () => {
    const { messages, tasks, results, send } = await open();
    const msgid = send();
    const month = { start_time: at(-31 * 86_400), end_time: at(0) };
    await expect(messages({ ...month, limit: '100' })).resolves.toMatchObject({ status: 200 });
    await expect(tasks(msgid, { limit: '1000' })).resolves.toMatchObject({ status: 200 });
    await expect(results(msgid, 'member-00001', { limit: '1000' })).resolves.toMatchObject({ status: 200 });
  });

  it('ids that no path can hold', async () => {
    const { tasks, results } = await open();
    await expect(tasks('a b')).resolves.toMatchObject({ status: 400, body: { errors: [{ in: 'path', field: 'msgid' }] } });
    await expect(results('msg1', ' ')).resolves.toMatchObject({ status: 400, body: { errors: [{ in: 'path', field: 'userid' }] } });
  });

  it('a cursor of another list: another member, another message, another filter, another account', async () => {
    const { send, messages, tasks, results, other } = await open();
    const [one, two] = [send(), send()];
    const within = period();
    const refused = { status: 400, body: { errors: [{ field: 'cursor' }] } };
    const page = await messages({ ...within, limit: '1' });
    const cursor = page.body.next_cursor;
    expect(cursor).toBeTypeOf('string');
    const others: Query[] = [{ filter_type: '2' }, { chat_type: 'group' }, { creator: 'm' }, { end_time: at(61) }];
    for (const query of others) await expect(messages({ ...within, limit: '1', cursor, ...query })).resolves.toMatchObject(refused);
    await expect(messages({ ...within, cursor }, other)).resolves.toMatchObject(refused);
    await expect(tasks(one, { cursor })).resolves.toMatchObject(refused);
    const ofTasks = (await tasks(one, { limit: '1' })).body.next_cursor;
    await expect(tasks(two, { cursor: ofTasks })).resolves.toMatchObject(refused);
    const ofResults = (await results(one, 'member-00001', { limit: '1' })).body.next_cursor;
    await expect(results(one, 'member-00002', { cursor: ofResults })).resolves.toMatchObject(refused);
    await expect(results(one, 'member-00001', { cursor: ofResults, limit: '2' })).resolves.toMatchObject({ status: 200 });
  });
});
