import { describe, expect, it } from 'vitest';
import { runWecom, start } from './running-wecom.ts';

const cursorOf = (answer: Record<string, unknown>) => String(answer['next_cursor']);
const lengthOf = (answer: Record<string, unknown>, list: string) => (answer[list] as unknown[]).length;

describe('get_groupmsg_task', () => {
  it('tells who has pressed send: 2, and who has not: 0', async () => {
    const { control, tasks, pass } = await runWecom();
    control.createGroupMessage({
      msgid: 'm',
      members: 3,
      sending: { first_after_seconds: 60, members_per_minute: 2, by_member: { 'member-00002': null } },
    });
    pass(60 + 60);
    expect(await tasks({ msgid: 'm' })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      next_cursor: '',
      task_list: [
        { userid: 'member-00001', status: 2, send_time: start + 60 },
        { userid: 'member-00002', status: 0 },
        { userid: 'member-00003', status: 2, send_time: start + 120 },
      ],
    });
  });

  it('pages 500 at a time, 1000 at most', async () => {
    const { control, tasks, all } = await runWecom({ members: 2500 });
    control.createGroupMessage({ msgid: 'm' });
    for (const [limit, length] of [
      [undefined, 500],
      [1000, 1000],
      [1001, 500],
      [0, 500],
      [7, 7],
    ])
      expect(lengthOf(await tasks({ msgid: 'm', limit }), 'task_list')).toBe(length);
    const { rows, pages } = await all('task_list', tasks, { msgid: 'm', limit: 1000 });
    expect(pages).toBe(3);
    expect(new Set(rows.map(({ userid }) => userid)).size).toBe(2500);
    expect(await all('task_list', tasks, { msgid: 'm', limit: 500 })).toMatchObject({ pages: 5 });
  });

  it('has an empty list for a message of nobody', async () => {
    const { control, tasks } = await runWecom();
    control.createGroupMessage({ msgid: 'm', members: 0 });
    expect(await tasks({ msgid: 'm' })).toMatchObject({ errcode: 0, next_cursor: '', task_list: [] });
  });

  it('refuses the cursor of another list, and one that was tampered with', async () => {
    const { control, tasks, results } = await runWecom();
    control.createGroupMessage({ msgid: 'm' });
    control.createGroupMessage({ msgid: 'n' });
    const cursor = cursorOf(await tasks({ msgid: 'm', limit: 2 }));
    expect(await tasks({ msgid: 'm', cursor })).toMatchObject({ errcode: 0 });
    expect(await tasks({ msgid: 'n', cursor })).toMatchObject({ errcode: 50100 });
    expect(await tasks({ msgid: 'm', cursor: `${cursor}A` })).toMatchObject({ errcode: 50100 });
    expect(await results({ msgid: 'm', userid: 'member-00001', cursor })).toMatchObject({ errcode: 50100 });
  });

  it('passes over a cursor under a name that it does not know: the first page comes again', async () => {
    const { control, tasks } = await runWecom();
    control.createGroupMessage({ msgid: 'm' });
    const first = await tasks({ msgid: 'm', limit: 2 });
    expect(await tasks({ msgid: 'm', limit: 2, msgcursorid: cursorOf(first) })).toEqual(first);
  });
});

describe('get_groupmsg_send_result', () => {
  const outcomes = { not_friend: 0.1, limit_reached: 0.2, deselected: 0.1 };

  it('tells of every customer: pending before send was pressed, then each by his own status', async () => {
    const { control, results, pass } = await runWecom();
    control.createGroupMessage({ msgid: 'm', recipients_per_member: 10, outcomes, sending: { first_after_seconds: 60 } });
    const of = async () => (await results({ msgid: 'm', userid: 'member-00001' }))['send_list'] as Record<string, unknown>[];
    expect(new Set((await of()).map((row) => JSON.stringify([row['status'], row['send_time']])))).toEqual(new Set(['[0,null]']));
    pass(60);
    const rows = await of();
    expect(rows.map(({ status }) => status).sort()).toEqual([0, 1, 1, 1, 1, 1, 1, 2, 3, 3]);
    for (const row of rows)
      expect(row).toEqual({
        external_userid: expect.stringMatching(/^wm[\w-]{20,}$/),
        userid: 'member-00001',
        status: row['status'],
        ...(row['status'] === 1 && { send_time: start + 60 }),
      });
    expect(new Set(rows.map((row) => row['external_userid'])).size).toBe(10);
  });

  it('tells of groups only what was sent', async () => {
    const { control, results, pass } = await runWecom();
    control.createGroupMessage({
      msgid: 'm',
      chat_type: 'group',
      recipients_per_member: 10,
      outcomes,
      sending: { first_after_seconds: 60 },
    });
    expect(await results({ msgid: 'm', userid: 'member-00001' })).toMatchObject({ errcode: 0, send_list: [] });
    pass(60);
    const answer = await results({ msgid: 'm', userid: 'member-00001', limit: 4 });
    expect(answer['send_list']).toEqual(
      Array(4).fill({ chat_id: expect.stringMatching(/^wr/), userid: 'member-00001', status: 1, send_time: start + 60 }),
    );
    const last = await results({ msgid: 'm', userid: 'member-00001', limit: 4, cursor: cursorOf(answer) });
    expect([lengthOf(last, 'send_list'), last['next_cursor']]).toEqual([2, '']);
  });

  it('tells of deliveries one after another where they take their time', async () => {
    const { control, results, pass } = await runWecom();
    control.createGroupMessage({ msgid: 'm', sending: {}, deliveries_per_second: 2 });
    pass(0.5);
    expect(await results({ msgid: 'm', userid: 'member-00001' })).toMatchObject({
      send_list: [{ status: 1 }, { status: 1 }, { status: 0 }, { status: 0 }],
    });
  });

  it('knows a customer again in another message', async () => {
    const { control, results } = await runWecom();
    for (const msgid of ['m', 'n']) control.createGroupMessage({ msgid, members: ['member-00002'] });
    expect(await results({ msgid: 'm', userid: 'member-00002' })).toEqual(await results({ msgid: 'n', userid: 'member-00002' }));
  });

  it('has as many rows as the script says, or these, or none', async () => {
    const { control, results, all } = await runWecom();
    control.createGroupMessage({ msgid: 'm', recipients: { 'member-00001': 0, 'member-00002': ['wm-a', 'wm-b'], 'member-00003': 10_000 } });
    expect(await results({ msgid: 'm', userid: 'member-00001' })).toMatchObject({ next_cursor: '', send_list: [] });
    expect(await results({ msgid: 'm', userid: 'member-00002' })).toMatchObject({
      send_list: [{ external_userid: 'wm-a' }, { external_userid: 'wm-b' }],
    });
    expect(await all('send_list', results, { msgid: 'm', userid: 'member-00003', limit: 1000 })).toMatchObject({
      pages: 10,
      rows: { length: 10_000 },
    });
    expect(lengthOf(await results({ msgid: 'm', userid: 'member-00003', limit: 5000 }), 'send_list')).toBe(500);
    expect(lengthOf(await results({ msgid: 'm', userid: 'member-00004' }), 'send_list')).toBe(4);
  });

  it('takes a userid with the space of its own example', async () => {
    const { control, results } = await runWecom({ members: ['zhangsan'] });
    control.createGroupMessage({ msgid: 'm' });
    expect(await results({ msgid: 'm', userid: 'zhangsan ' })).toMatchObject({ send_list: { length: 4 } });
  });

  it.each([
    [{}, 41009],
    [{ userid: 'nobody' }, 60111],
    [{ userid: 'member-00006' }, 60111],
  ])('refuses %o', async (fields, errcode) => {
    const { control, results } = await runWecom();
    control.createGroupMessage({ msgid: 'm' });
    expect(await results({ msgid: 'm', ...fields })).toMatchObject({ errcode });
  });

  it('has nothing of a member without a task', async () => {
    const { control, results } = await runWecom();
    control.createGroupMessage({ msgid: 'm', members: 1 });
    expect(await results({ msgid: 'm', userid: 'member-00002' })).toMatchObject({ errcode: 0, next_cursor: '', send_list: [] });
  });
});
