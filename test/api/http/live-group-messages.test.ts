import '../../support/environment.ts';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeHandler as makeListMessages } from '../../../functions/wecom/list-live-messages.ts';
import { makeHandler as makeListResults } from '../../../functions/wecom/list-live-results.ts';
import { makeHandler as makeListTasks } from '../../../functions/wecom/list-live-tasks.ts';
import { liveMessagesView, liveResultsView, liveTasksView } from '../../../shared/http/live-views.ts';
import { context, read, request } from '../../support/request.ts';
import { useWecomAccounts } from '../../support/wecom-accounts.ts';

// A handler's deadline comes from the machine's clock, so this world begins now.
const world = useWecomAccounts({ from: new Date() });
const at = (seconds: number) => new Date(world.now().getTime() + seconds * 1000).toISOString();
const period = () => ({ start_time: at(-3600), end_time: at(60) });
const paths = {
  messages: '/cgi-bin/externalcontact/get_groupmsg_list_v2',
  tasks: '/cgi-bin/externalcontact/get_groupmsg_task',
  results: '/cgi-bin/externalcontact/get_groupmsg_send_result',
};
type Query = Record<string, string>;

const open = async ({ corp = {} as object } = {}) => {
  const parts = await world.openCorp({ corp: { members: 5, customers_per_member: 4, ...corp } });
  const { account, wecom, corpid } = parts;
  const tokens = parts.newProcess();
  const ask = (handler: ReturnType<typeof makeListTasks>, pathParameters: Query, queryStringParameters: Query) =>
    read(handler(request({ pathParameters, queryStringParameters }), context));
  return {
    ...parts,
    send: (script: object = {}) => world.control().createGroupMessage({ corpid, dispatching_seconds: 0, ...script }).msgid,
    messages: (query: Query = period(), account_id = account) => ask(makeListMessages(tokens, wecom), { account_id }, query),
    tasks: (msgid: string, query: Query = {}, account_id = account) => ask(makeListTasks(tokens, wecom), { account_id, msgid }, query),
    results: (msgid: string, userid: string, query: Query = {}, account_id = account) =>
      ask(makeListResults(tokens, wecom), { account_id, msgid, userid }, query),
  };
};
/** How often WeCom was asked what. */
const calls = () => world.control().calls(0).counts;

describe('the three lists', () => {
  it('are what WeCom says now, under its own names', async () => {
    const { send, messages, tasks, results } = await open();
    const msgid = send({ text: 'Spring', attachments: [{ msgtype: 'link', link: { url: 'https://example.com/?token=abc' } }] });
    world.control().pressSend(msgid, { count: 1 });
    const listed = await messages();
    expect(listed).toMatchObject({ status: 200, body: { group_msg_list: [{ msgid, create_time: expect.any(Number), create_type: 0 }] } });
    expect(listed.body.group_msg_list[0]).toMatchObject({
      text: { content: 'Spring' },
      attachments: [{ link: { url: 'https://example.com/?token=abc' } }],
    });
    expect(listed.body).not.toHaveProperty('next_cursor');
    const { body } = await tasks(msgid);
    expect(body.task_list).toHaveLength(5);
    expect(body.task_list[0]).toEqual({ userid: 'member-00001', status: 2, send_time: expect.any(Number) });
    expect(body.task_list[1]).toEqual({ userid: 'member-00002', status: 0 });
    const sent = await results(msgid, 'member-00001');
    expect(sent.body.send_list[0]).toEqual({
      external_userid: expect.any(String),
      userid: 'member-00001',
      status: 1,
      send_time: expect.any(Number),
    });
    expect((await results(msgid, 'member-00002')).body.send_list.map(({ status }: { status: number }) => status)).toEqual([0, 0, 0, 0]);
    liveMessagesView.parse(listed.body);
    liveTasksView.parse(body);
    liveResultsView.parse(sent.body);
  });

  it('bear texts for numbers, a space after a userid, and what is not there', async () => {
    const { send, messages, tasks, results } = await open();
    const quirks = { create_time_as_text: true, trailing_space: true, no_send_time: true };
    const msgid = send({ quirks });
    world.control().pressSend(msgid);
    const [message] = (await messages()).body.group_msg_list;
    expect(message.create_time).toBeTypeOf('number');
    expect(message).not.toHaveProperty('creator');
    expect((await tasks(msgid)).body.task_list[0]).toEqual({ userid: 'member-00001', status: 2 });
    expect((await results(msgid, 'member-00001')).body.send_list[0]).toMatchObject({ userid: 'member-00001', status: 1 });
    const zero = send({ quirks: { zero_send_time: true } });
    expect((await tasks(zero)).body.task_list[0]).toEqual({ userid: 'member-00001', status: 0 });
  });

  it("go on page by page to the end, each row once, with a cursor of ours around WeCom's", async () => {
    const { send, messages, tasks, results } = await open();
    const ids = [send(), send(), send()];
    const walk = async (ask: (query: Query) => ReturnType<typeof messages>, key: string) => {
      const rows: unknown[] = [];
      let pages = 0;
      for (let cursor: string | undefined = ''; cursor !== undefined; pages++) {
        const { status, body } = await ask({ limit: '2', ...(cursor && { cursor }) });
        expect(status).toBe(200);
        rows.push(...body[key]);
        cursor = body.next_cursor;
      }
      return { rows, pages };
    };
    const within = period();
    const listed = await walk((query) => messages({ ...within, ...query }), 'group_msg_list');
    expect(listed.rows.map((row) => (row as { msgid: string }).msgid).sort()).toEqual([...ids].sort());
    expect(listed.pages).toBe(2);
    const [msgid = ''] = ids;
    expect((await walk((query) => tasks(msgid, query), 'task_list')).rows).toHaveLength(5);
    const found = await walk((query) => results(msgid, 'member-00001', query), 'send_list');
    expect(new Set(found.rows.map((row) => (row as { external_userid: string }).external_userid)).size).toBe(4);
  });

  it('ask for customers unless groups are asked for, and for all creators unless one kind is asked for', async () => {
    const { send, messages } = await open();
    const [company, own, group] = [send(), send({ create_type: 1 }), send({ chat_type: 'group' })];
    const found = async (query: Query) =>
      (await messages({ ...period(), ...query })).body.group_msg_list.map((m: { msgid: string }) => m.msgid);
    expect((await found({})).sort()).toEqual([company, own].sort());
    expect(await found({ chat_type: 'group' })).toEqual([group]);
    expect(await found({ filter_type: '0' })).toEqual([company]);
    expect(await found({ filter_type: '1' })).toEqual([own]);
    expect((await found({ filter_type: '2' })).sort()).toEqual([company, own].sort());
    expect(await found({ creator: 'member-00001' })).toEqual([own]);
  });

  it('are of the period that was asked for, with any offset', async () => {
    const { send, messages } = await open();
    const msgid = send();
    const shifted = (text: string) => `${new Date(Date.parse(text) + 8 * 3600_000).toISOString().slice(0, -1)}+08:00`;
    const { start_time, end_time } = period();
    const inChina = await messages({ start_time: shifted(start_time), end_time: shifted(end_time) });
    expect(inChina.body.group_msg_list).toMatchObject([{ msgid }]);
    expect((await messages({ start_time: at(-7200), end_time: at(-3600) })).body.group_msg_list).toEqual([]);
  });
});

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

describe('tells the caller what to do when WeCom', () => {
  it.each([
    ['is busy', -1, 4, 503, 'WECHAT_TRANSIENT'],
    ['has been asked too often', 45009, 1, 429, 'WECHAT_RATE_LIMITED'],
    ['is asked too much at once', 45033, 1, 429, 'WECHAT_RATE_LIMITED'],
    ['refuses the address', 60020, 1, 502, 'WECHAT_NOT_PERMITTED'],
    ['refuses the app', 48002, 1, 403, 'WECHAT_NOT_PERMITTED'],
    ['knows no such message', 41047, 1, 404, 'WECHAT_REFUSED'],
    ['has the message but not its tasks yet', 41063, 1, 503, 'WECHAT_WAITING'],
    ['has the message cancelled', 41093, 1, 410, 'WECHAT_REFUSED'],
    ['does not take its cursor any more', 50100, 1, 409, 'WECHAT_REFUSED'],
    ['says something new', 987654, 1, 502, 'WECHAT_UNKNOWN_CODE'],
  ] as const)('%s', async (_how, errcode, times, status, code) => {
    const { tasks, send } = await open();
    const msgid = send();
    world.refuse(paths.tasks, errcode, times);
    const answer = await tasks(msgid);
    expect(answer).toMatchObject({ status, body: { code, errcode, errmsg: expect.any(String), hint: expect.any(String) } });
    if (status === 429 || status === 503) expect(answer.headers).toHaveProperty('retry-after', expect.stringMatching(/^\d+$/));
  });

  it.each([
    ['of nobody', 'msgnobody', 404, 41047],
    ['that was cancelled', undefined, 410, 41093],
  ])('has a message %s', async (_which, given, status, errcode) => {
    const { tasks, results, send } = await open();
    const msgid = given ?? send();
    if (!given) world.control().cancelGroupMessage(msgid);
    await expect(tasks(msgid)).resolves.toMatchObject({ status, body: { errcode } });
    await expect(results(msgid, 'member-00001')).resolves.toMatchObject({ status, body: { errcode } });
  });

  it('refuses the token: it is renewed and the call repeated, once', async () => {
    const { messages, corpid } = await open();
    await messages();
    world.control().revokeWecomTokens(corpid);
    await expect(messages()).resolves.toMatchObject({ status: 200 });
    world.refuse(paths.messages, 42001, 2);
    await expect(messages()).resolves.toMatchObject({ status: 502, body: { code: 'WECHAT_TOKEN_REFUSED' } });
    world.control().clearFaults();
  });
});

it('goes no further when WeCom names the page that was read as the next one', async () => {
  const { account, newProcess, send } = await open();
  const msgid = send();
  const wecom = { listTasks: async () => ({ tasks: [], nextCursor: 'SAME', upstream: {} }) };
  const handler = makeListTasks(newProcess(), wecom);
  const ask = (query: Query) =>
    read(handler(request({ pathParameters: { account_id: account, msgid }, queryStringParameters: query }), context));
  const first = await ask({});
  expect(first.status).toBe(200);
  await expect(ask({ cursor: first.body.next_cursor })).resolves.toMatchObject({ status: 502, body: { code: 'WECHAT_CURSOR_REPEATED' } });
});

it('shows no token to anybody, whatever goes wrong', async () => {
  const { messages, tokenOf, account } = await open();
  await messages();
  const token = await tokenOf(account);
  for (const errcode of [-1, 40014, 45009, 987654]) {
    const fault = { kind: 'errcode' as const, errcode, errmsg: `bad ${token}` };
    world.control().orderFault({ path: paths.messages, times: 4, fault });
    const answer = await messages();
    world.control().clearFaults();
    expect(inspect(answer, { depth: 10 })).not.toContain(token);
  }
});
