import '../../support/environment.ts';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeHandler as makeListTasks } from '../../../functions/wecom/list-live-tasks.ts';
import { openLive, type Query, timesOf } from '../../support/live-group-messages.ts';
import { context, read, request } from '../../support/request.ts';
import { useWecomAccounts } from '../../support/wecom-accounts.ts';

// A handler's deadline comes from the machine's clock, so this world begins now.
const world = useWecomAccounts({ from: new Date() });
const { at, period } = timesOf(world.now);
const paths = {
  messages: '/cgi-bin/externalcontact/get_groupmsg_list_v2',
  tasks: '/cgi-bin/externalcontact/get_groupmsg_task',
  results: '/cgi-bin/externalcontact/get_groupmsg_send_result',
};

const open = () => openLive(world);

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
