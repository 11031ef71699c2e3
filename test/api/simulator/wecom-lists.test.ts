import { describe, expect, it } from 'vitest';
import { runWecom, start } from './running-wecom.ts';

const cursorOf = (answer: Record<string, unknown>) => String(answer['next_cursor']);
const lengthOf = (answer: Record<string, unknown>, list: string) => (answer[list] as unknown[]).length;

describe('get_groupmsg_list_v2', () => {
  it('tells of the messages of one chat type and period, newest first', async () => {
    const { control, messages, newToken } = await runWecom();
    const token = await newToken();
    control.createGroupMessage({ msgid: 'older', age_seconds: 3600, text: 'Hello', attachments: [{ msgtype: 'image' }] });
    control.createGroupMessage({ msgid: 'newer', create_type: 1, creator: 'member-00002' });
    control.createGroupMessage({ msgid: 'group', chat_type: 'group' });
    expect(await messages({}, token)).toEqual({
      errcode: 0,
      errmsg: 'ok',
      next_cursor: '',
      group_msg_list: [
        {
          msgid: 'newer',
          creator: 'member-00002',
          create_time: start,
          create_type: 1,
          text: { content: 'Simulated group message' },
          attachments: [],
        },
        { msgid: 'older', create_time: start - 3600, create_type: 0, text: { content: 'Hello' }, attachments: [{ msgtype: 'image' }] },
      ],
    });
    expect(await messages({ chat_type: 'group' }, token)).toMatchObject({ group_msg_list: [{ msgid: 'group' }] });
  });

  it.each([
    [{}, ['newer', 'older']],
    [{ filter_type: 2 }, ['newer', 'older']],
    [{ filter_type: 0 }, ['older']],
    [{ filter_type: 1 }, ['newer']],
    [{ creator: 'member-00002' }, ['newer']],
    [{ creator: 'member-00001' }, []],
    [{ start_time: start - 3600, end_time: start }, ['newer', 'older']],
    [{ start_time: start - 3599 }, ['newer']],
    [{ end_time: start - 1 }, ['older']],
  ])('chooses by %o', async (fields, expected) => {
    const { control, messages } = await runWecom();
    control.createGroupMessage({ msgid: 'older', age_seconds: 3600 });
    control.createGroupMessage({ msgid: 'newer', create_type: 1, creator: 'member-00002' });
    const { group_msg_list } = await messages(fields);
    expect((group_msg_list as { msgid: string }[]).map(({ msgid }) => msgid)).toEqual(expected);
  });

  it.each([
    [{ start_time: undefined }, 40063],
    [{ end_time: undefined }, 40063],
    [{ start_time: start, end_time: start - 1 }, 40058],
    [{ start_time: start, end_time: start + 31 * 24 * 3600 + 1 }, 40058],
    [{ chat_type: 'both' }, 40058],
    [{ filter_type: 3 }, 40058],
    [{ limit: 'many' }, 40058],
    [{ cursor: 'made-up' }, 50100],
  ])('refuses %o', async (fields, errcode) => {
    const { messages } = await runWecom();
    expect(await messages(fields)).toMatchObject({ errcode });
    expect(await messages({ start_time: start, end_time: start + 31 * 24 * 3600 })).toMatchObject({ errcode: 0 });
  });

  it('pages 50 at a time, 100 at most, and keeps its place when new ones come', async () => {
    const { control, messages, all } = await runWecom();
    for (let count = 0; count < 120; count += 1) control.createGroupMessage({ msgid: `msg-${count}`, age_seconds: count });
    expect(lengthOf(await messages(), 'group_msg_list')).toBe(50);
    expect(lengthOf(await messages({ limit: 100 }), 'group_msg_list')).toBe(100);
    for (const limit of [101, 0, -1]) expect(lengthOf(await messages({ limit }), 'group_msg_list')).toBe(50);
    const first = await messages({ limit: 100 });
    control.createGroupMessage({ msgid: 'new' });
    const second = await messages({ limit: 100, cursor: cursorOf(first) });
    expect(second).toMatchObject({ next_cursor: '', group_msg_list: expect.arrayContaining([{ ...anything, msgid: 'msg-100' }]) });
    expect(lengthOf(second, 'group_msg_list')).toBe(20);
    expect(await all('group_msg_list', messages, { limit: 11 })).toMatchObject({ pages: 11, rows: { length: 121 } });
  });
});

const anything = {
  attachments: expect.anything(),
  create_time: expect.anything(),
  create_type: expect.anything(),
  text: expect.anything(),
};

describe('a group message', () => {
  it.each([
    [{}, 41046],
    [{ msgid: '' }, 41046],
    [{ msgid: 'unknown' }, 41047],
    [{ msgid: 'of-another-corp' }, 41047],
  ])('that is asked for as %o is refused', async (body, errcode) => {
    const { control, tasks, results } = await runWecom();
    control.putCorp({ corpid: 'ww-two' });
    control.createGroupMessage({ corpid: 'ww-two', msgid: 'of-another-corp' });
    expect(await tasks(body)).toMatchObject({ errcode });
    expect(await results({ userid: 'member-00001', ...body })).toMatchObject({ errcode });
  });

  it('is not known at first, then being dispatched', async () => {
    const { control, tasks, messages, pass } = await runWecom();
    control.createGroupMessage({ msgid: 'm', not_visible_seconds: 10, dispatching_seconds: 20 });
    expect(await tasks({ msgid: 'm' })).toMatchObject({ errcode: 41047 });
    expect(await messages()).toMatchObject({ group_msg_list: [] });
    pass(10);
    expect(await tasks({ msgid: 'm' })).toMatchObject({ errcode: 41063 });
    expect(await messages()).toMatchObject({ group_msg_list: [{ msgid: 'm' }] });
    pass(20);
    expect(await tasks({ msgid: 'm' })).toMatchObject({ errcode: 0 });
  });

  it('that was cancelled is listed, but its tasks and results are refused', async () => {
    const { control, tasks, results, messages } = await runWecom();
    control.createGroupMessage({ msgid: 'm' });
    control.cancelGroupMessage('m');
    expect(await tasks({ msgid: 'm' })).toMatchObject({ errcode: 41093 });
    expect(await results({ msgid: 'm', userid: 'member-00001' })).toMatchObject({ errcode: 41093 });
    expect(await messages()).toMatchObject({ group_msg_list: [{ msgid: 'm' }] });
  });

  it('is refused as its script says', async () => {
    const { control, tasks } = await runWecom();
    control.createGroupMessage({ msgid: 'm', errcode: 41048 });
    expect(await tasks({ msgid: 'm' })).toMatchObject({ errcode: 41048, errmsg: expect.stringContaining('no customer') });
  });

  it('is told of in the odd ways that its script asks for', async () => {
    const { control, messages, tasks, results } = await runWecom({ members: ['zhangsan', 'lisi'] });
    control.createGroupMessage({
      msgid: 'm',
      creator: 'zhangsan',
      recipients_per_member: 1,
      sending: { share: 0.5 },
      quirks: { create_time_as_text: true, zero_send_time: true, trailing_space: true },
    });
    expect(await messages()).toMatchObject({ group_msg_list: [{ creator: 'zhangsan ', create_time: String(start) }] });
    expect(await tasks({ msgid: 'm' })).toMatchObject({
      task_list: [
        { userid: 'zhangsan ', status: 2, send_time: start },
        { userid: 'lisi ', status: 0, send_time: 0 },
      ],
    });
    expect(await results({ msgid: 'm', userid: 'lisi' })).toMatchObject({ send_list: [{ userid: 'lisi ', send_time: 0 }] });
    control.createGroupMessage({ msgid: 'n', recipients_per_member: 1, sending: {}, quirks: { no_send_time: true } });
    expect(await tasks({ msgid: 'n', limit: 1 })).toMatchObject({ task_list: [{ userid: 'zhangsan', status: 2 }] });
    expect((await tasks({ msgid: 'n', limit: 1 }))['task_list']).toEqual([{ userid: 'zhangsan', status: 2 }]);
    expect((await results({ msgid: 'n', userid: 'lisi' }))['send_list']).toEqual([
      { external_userid: expect.any(String), userid: 'lisi', status: 1 },
    ]);
  });
});

describe('the scope of an app', () => {
  it.each([
    [2, ['member-00001', 'member-00002']],
    [
      ['member-00005', 'member-00002'],
      ['member-00002', 'member-00005'],
    ],
    [[], []],
  ])('of %o has these members alone in it', async (visible, expected) => {
    const { tasks, results, control, all } = await runWecom();
    control.createGroupMessage({ msgid: 'm' });
    control.setVisible('ww-one', visible);
    const { rows } = await all('task_list', tasks, { msgid: 'm', limit: 1 });
    expect(rows.map(({ userid }) => userid)).toEqual(expected);
    expect(await results({ msgid: 'm', userid: 'member-00003' })).toMatchObject({ errcode: 50002 });
    if (expected[0]) expect(await results({ msgid: 'm', userid: expected[0] })).toMatchObject({ send_list: { length: 4 } });
  });

  it('hides messages that nobody in it made or sends', async () => {
    const { messages, control } = await runWecom();
    control.createGroupMessage({ msgid: 'mine', members: ['member-00001'] });
    control.createGroupMessage({ msgid: 'made by me', creator: 'member-00001', members: ['member-00002'] });
    control.createGroupMessage({ msgid: 'not mine', creator: 'member-00003', members: ['member-00002'] });
    control.setVisible('ww-one', 1);
    const { group_msg_list } = await messages();
    expect((group_msg_list as { msgid: string }[]).map(({ msgid }) => msgid).sort()).toEqual(['made by me', 'mine']);
  });
});
