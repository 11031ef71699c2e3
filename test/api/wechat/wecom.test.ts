import { describe, expect, it } from 'vitest';
import { createWecomClient, wecomTransport } from '../../../shared/wechat/wecom.ts';
import { failureOf, fakeClock, reply, useUpstream } from './upstream.ts';

const upstream = useUpstream();
const open = () => {
  const clock = fakeClock();
  return { client: createWecomClient(wecomTransport({ baseUrl: upstream.url(), ...clock })), deadline: clock.in(10_000) };
};
const accessToken = 'T0KEN-of-app';
const ok = { errcode: 0, errmsg: 'ok' };
const sent = () => upstream.received.map(({ method, url, body }) => [method, url, body && JSON.parse(body)]);

describe('get_groupmsg_list_v2', () => {
  const ask = (answer: unknown, more: object = {}) => {
    upstream.replies(reply(answer));
    const { client, deadline } = open();
    return client.listGroupMessages({
      accessToken,
      chatType: 'single',
      startTime: 1_605_171_726,
      endTime: 1_605_172_726,
      deadline,
      ...more,
    });
  };
  const path = `/cgi-bin/externalcontact/get_groupmsg_list_v2?access_token=${accessToken}`;
  const period = { start_time: 1_605_171_726, end_time: 1_605_172_726 };

  it('leaves out what was not asked for: 0 for a filter is another one than none', async () => {
    await ask({ ...ok, group_msg_list: [] });
    await ask({ ...ok, group_msg_list: [] }, { chatType: 'group', creator: 'zhangsan', filterType: 0, limit: 100, cursor: 'PAGE2' });
    expect(sent()).toEqual([
      ['POST', path, { chat_type: 'single', ...period }],
      ['POST', path, { chat_type: 'group', ...period, creator: 'zhangsan', filter_type: 0, limit: 100, cursor: 'PAGE2' }],
    ]);
  });

  it('keeps what is sent as it is, also what no page names and what would lose digits', async () => {
    const row = `{"msgid":"m1","create_time":1605171800,"create_type":1,"text":{"content":"token=abc"},"attachments":[{"msgtype":"file","file":{"media_id":"M"}}],"new_id":9007199254740993}`;
    const { messages } = await ask(`{"errcode":0,"errmsg":"ok","next_cursor":"","group_msg_list":[${row}]}`);
    expect(messages).toEqual([{ ...JSON.parse(row), new_id: '9007199254740993' }]);
  });

  it.each([
    ['a time as a text', { create_time: '1605171800' }, { create_time: 1_605_171_800 }],
    ['a type as a text', { create_type: '0' }, { create_type: 0 }],
    ['an empty creator', { creator: '' }, {}],
    ['no creator, but null', { creator: null }, {}],
    ['a creator with a space', { creator: 'zhangsan ' }, { creator: 'zhangsan' }],
  ])('bears %s', async (_what, written, read) => {
    const { messages } = await ask({ ...ok, group_msg_list: [{ msgid: 'm1', create_time: 1_605_171_800, ...written }] });
    expect(messages).toStrictEqual([{ msgid: 'm1', create_time: 1_605_171_800, ...read }]);
  });

  it.each([
    ['is none', {}],
    ['is empty', { next_cursor: '' }],
    ['is null', { next_cursor: null }],
  ])('has no next page when the cursor %s', async (_what, more) => {
    expect((await ask({ ...ok, group_msg_list: [], ...more })).nextCursor).toBeUndefined();
  });
  it('has one when there is a cursor, however short the page', async () => {
    expect((await ask({ ...ok, group_msg_list: [], next_cursor: 'PAGE2' })).nextCursor).toBe('PAGE2');
  });

  it("takes a list that is not there for an empty one, and an answer without even an errcode for none of WeCom's", async () => {
    await expect(ask(ok)).resolves.toMatchObject({ messages: [] });
    await expect(ask({ ...ok, group_msg_list: null })).resolves.toMatchObject({ messages: [] });
    await expect(ask({})).rejects.toMatchObject({ code: 'WECHAT_BAD_ANSWER', message: expect.stringContaining('group_msg_list') });
  });

  it.each([
    ['no time', { msgid: 'm1' }, 'group_msg_list.1.create_time'],
    ['a time that is none', { msgid: 'm1', create_time: 'xxxx' }, 'group_msg_list.1.create_time'],
    ['no msgid', { create_time: 1 }, 'group_msg_list.1.msgid'],
  ])('is no answer when a row has %s, which is named', async (_what, row, field) => {
    const answer = { ...ok, group_msg_list: [{ msgid: 'm0', create_time: 1 }, row] };
    await expect(ask(answer)).rejects.toMatchObject({ code: 'WECHAT_BAD_ANSWER', message: expect.stringContaining(field) });
  });

  it('shows what WeCom answered without the token, to whoever looks', async () => {
    const page = await ask({ ...ok, group_msg_list: [], echo: `for ${accessToken}` });
    expect(page.upstream).toEqual({ ...ok, group_msg_list: [], echo: 'for [redacted]' });
  });
});

describe('get_groupmsg_task and get_groupmsg_send_result', () => {
  const open2 = (answer: unknown) => {
    upstream.replies(reply(answer));
    const { client, deadline } = open();
    const about = { accessToken, msgid: 'm1', deadline };
    return {
      tasks: (more: object = {}) => client.listTasks({ ...about, ...more }),
      results: (more: object = {}) => client.listResults({ ...about, userid: 'zhangsan', ...more }),
    };
  };

  it('send the cursor of the next page by its name', async () => {
    const { tasks, results } = open2({ ...ok, task_list: [], send_list: [] });
    await tasks();
    await tasks({ limit: 1000, cursor: 'PAGE2' });
    await results({ limit: 1000, cursor: 'PAGE3' });
    const at = (name: string) => `/cgi-bin/externalcontact/${name}?access_token=${accessToken}`;
    expect(sent()).toEqual([
      ['POST', at('get_groupmsg_task'), { msgid: 'm1' }],
      ['POST', at('get_groupmsg_task'), { msgid: 'm1', limit: 1000, cursor: 'PAGE2' }],
      ['POST', at('get_groupmsg_send_result'), { msgid: 'm1', userid: 'zhangsan', limit: 1000, cursor: 'PAGE3' }],
    ]);
  });

  it('tell tasks with their times where there are any', async () => {
    const task_list = [
      { userid: 'zhangsan ', status: 2, send_time: 1_552_536_375 },
      { userid: 'lisi', status: 0 },
      { userid: 'wangwu', status: '0', send_time: 0 },
      { userid: 'zhaoliu', status: 2, send_time: '1552536375' },
    ];
    expect((await open2({ ...ok, task_list }).tasks()).tasks).toStrictEqual([
      { userid: 'zhangsan', status: 2, send_time: 1_552_536_375 },
      { userid: 'lisi', status: 0 },
      { userid: 'wangwu', status: 0 },
      { userid: 'zhaoliu', status: 2, send_time: 1_552_536_375 },
    ]);
  });

  it('tell of customers and of groups, each status as it is', async () => {
    const send_list = [
      { external_userid: 'wm1', userid: 'zhangsan ', status: 1, send_time: 1_552_536_375 },
      { external_userid: 'wm2', chat_id: '', userid: 'zhangsan', status: 2 },
      { external_userid: 'wm3', userid: 'zhangsan', status: 3, send_time: null },
      { chat_id: 'wr1', external_userid: '', userid: 'zhangsan', status: 1, send_time: 1 },
      { external_userid: 'wm4', userid: 'zhangsan', status: 7 },
    ];
    expect((await open2({ ...ok, send_list }).results()).results).toStrictEqual([
      { external_userid: 'wm1', userid: 'zhangsan', status: 1, send_time: 1_552_536_375 },
      { external_userid: 'wm2', userid: 'zhangsan', status: 2 },
      { external_userid: 'wm3', userid: 'zhangsan', status: 3 },
      { chat_id: 'wr1', userid: 'zhangsan', status: 1, send_time: 1 },
      { external_userid: 'wm4', userid: 'zhangsan', status: 7 },
    ]);
  });

  it.each([
    [-1, 'transient', 4],
    [41047, 'permanent', 1],
    [41063, 'waiting', 1],
    [41093, 'permanent', 1],
    [45009, 'rate_limited', 1],
    [50100, 'permanent', 1],
  ])('say what %i means on WeCom (%s), and ask %i times in all', async (errcode, errorClass, times) => {
    const { tasks } = open2({ errcode, errmsg: 'no' });
    await expect(tasks()).rejects.toMatchObject({ platform: 'wecom', operation: 'get_groupmsg_task', errcode, class: errorClass });
    expect(upstream.received).toHaveLength(times);
  });
});

describe('tokens', () => {
  it('are asked for as the pages have it, and an errcode is not needed', async () => {
    const { client, deadline } = open();
    upstream.replies(
      reply({ ...ok, access_token: 'A', expires_in: 7200 }),
      reply({ suite_access_token: 'S', expires_in: 7200 }),
      reply({ access_token: 'C', expires_in: 0 }),
    );
    await expect(client.getToken({ corpid: 'ww1', secret: 's&c', deadline })).resolves.toEqual({ access_token: 'A', expires_in: 7200 });
    const suite = { suiteId: 'wws', suiteSecret: 'ss', suiteTicket: 'st', deadline };
    await expect(client.getSuiteToken(suite)).resolves.toEqual({ access_token: 'S', expires_in: 7200 });
    const corp = { suiteAccessToken: 'S', authCorpid: 'ww1', permanentCode: 'pc', deadline };
    await expect(client.getCorpToken(corp)).resolves.toEqual({ access_token: 'C', expires_in: 0 });
    expect(sent()).toEqual([
      ['GET', '/cgi-bin/gettoken?corpid=ww1&corpsecret=s%26c', ''],
      ['POST', '/cgi-bin/service/get_suite_token', { suite_id: 'wws', suite_secret: 'ss', suite_ticket: 'st' }],
      ['POST', '/cgi-bin/service/get_corp_token?suite_access_token=S', { auth_corpid: 'ww1', permanent_code: 'pc' }],
    ]);
  });

  it('are not asked for twice with a wrong secret, and 45009 is a ban there', async () => {
    const { client, deadline } = open();
    upstream.replies(reply({ errcode: 40001, errmsg: 'invalid credential' }), reply({ errcode: 45009, errmsg: 'freq out of limit' }));
    const ask = () => client.getToken({ corpid: 'ww1', secret: 's', deadline });
    await expect(ask()).rejects.toMatchObject({ class: 'permission', operation: 'gettoken', retryAfterSeconds: 600 });
    await expect(ask()).rejects.toMatchObject({ class: 'permission', httpStatus: 503, retryAfterSeconds: 3600 });
    expect(upstream.received).toHaveLength(2);
  });

  it('and what they are asked for with come into no error, whatever WeCom quotes', async () => {
    const { client, deadline } = open();
    const [secret, ticket, code, token] = ['S3CRET+of/app', 'tick3t@@@', 'p3rmanent code', 'T0KEN-of-suite'];
    upstream.replies((request, response) => {
      const quoted = `${secret} ${ticket} ${code} ${token} ${accessToken} in ${request.url}`;
      response.end(JSON.stringify({ errcode: 31337, errmsg: quoted, echo: { permanent_code: code, corpsecret: secret, quoted } }));
    });
    const told = await Promise.all(
      [
        client.getToken({ corpid: 'ww1', secret, deadline }),
        client.getSuiteToken({ suiteId: 'wws', suiteSecret: secret, suiteTicket: ticket, deadline }),
        client.getCorpToken({ suiteAccessToken: token, authCorpid: 'ww1', permanentCode: code, deadline }),
        client.listTasks({ accessToken, msgid: 'm1', deadline }),
      ].map(async (call) => {
        const error = await failureOf(call);
        return `${error} ${JSON.stringify(error)}`;
      }),
    );
    const encoded = (text: string) => [text, encodeURIComponent(text), new URLSearchParams([['', text]]).toString().slice(1)];
    for (const [index, hidden] of [[secret], [secret, ticket], [token, code], [accessToken]].entries())
      for (const text of hidden.flatMap(encoded)) expect(told[index]).not.toContain(text);
  });
});
