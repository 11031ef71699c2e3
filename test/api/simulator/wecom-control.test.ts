import { describe, expect, it } from 'vitest';
import { corp, runWecom, start } from './running-wecom.ts';

const campaign = {
  msgid: 'm',
  sending: { first_after_seconds: 60, members_per_minute: 1, share: 0.6 },
  outcomes: { not_friend: 0.1, limit_reached: 0.15 },
} as const;

describe('the truth of a campaign', () => {
  it('is what the lists tell, row by row', async () => {
    const { control, tasks, results, all, pass } = await runWecom({ members: 20, customers_per_member: 30 });
    control.createGroupMessage(campaign);
    pass(60 * 7);
    const { rows: listedTasks } = await all('task_list', tasks, { msgid: 'm', limit: 7 });
    const truth = control.groupMessageTruth('m');
    expect(truth).toMatchObject({ members: { all: 20, sent: 7, pending: 13 } });
    expect(listedTasks.map(({ userid, status, send_time = null }) => ({ userid, status, send_time }))).toEqual(
      control.groupMessageTasks('m'),
    );
    const listed: object[] = [];
    for (const { userid } of listedTasks) {
      const { rows } = await all('send_list', results, { msgid: 'm', userid, limit: 11 });
      listed.push(
        ...rows.map(({ external_userid, status, send_time = null }) => ({
          userid,
          recipient_id: external_userid,
          status,
          send_time,
          listed: true,
        })),
      );
    }
    expect(listed).toEqual([...control.groupMessageDeliveries('m')]);
    expect(truth.deliveries).toEqual({
      all: 600,
      listed: 600,
      pending: 13 * 30,
      sent: 7 * (30 - 3 - 4),
      not_friend: 7 * 3,
      limit_reached: 7 * 4,
      other: 0,
    });
  });

  it.each([
    [100, { not_friend: 0.29 }, { sent: 71, not_friend: 29, limit_reached: 0, pending: 0 }],
    [10, { not_friend: 0.1, limit_reached: 0.2, deselected: 0.3 }, { sent: 4, not_friend: 1, limit_reached: 2, pending: 3 }],
    [7, { limit_reached: 1 }, { sent: 0, not_friend: 0, limit_reached: 7, pending: 0 }],
  ])('of %i deliveries has %o exactly', async (recipients_per_member, outcomes, deliveries) => {
    const { control } = await runWecom();
    control.createGroupMessage({ msgid: 'm', members: 1, recipients_per_member, outcomes, sending: {} });
    expect(control.groupMessageTruth('m')).toMatchObject({ deliveries });
  });

  it('knows of groups what WeCom does not list', async () => {
    const { control } = await runWecom();
    control.createGroupMessage({ msgid: 'm', chat_type: 'group', sending: { share: 0.4 } });
    expect(control.groupMessageTruth('m')).toMatchObject({ deliveries: { all: 15, listed: 6, pending: 9, sent: 6 } });
  });

  it('of 120,000 deliveries and of 50,000 members is there without being kept', async () => {
    const { control, tasks, all } = await runWecom({ members: 50_000 });
    control.createGroupMessage({ msgid: 'rows', members: 100, recipients_per_member: 1200, sending: {} });
    control.createGroupMessage({ msgid: 'members', sending: { share: 0.5 } });
    expect(control.groupMessageTruth('rows')).toMatchObject({ deliveries: { all: 120_000, sent: 120_000 } });
    const { rows, pages } = await all('task_list', tasks, { msgid: 'members', limit: 1000 });
    expect(pages).toBe(50);
    expect(rows.filter(({ status }) => status === 2)).toHaveLength(25_000);
  });

  it('is told over HTTP as well, deliveries of one member at a time', async () => {
    const { control, json } = await runWecom();
    control.createGroupMessage({ msgid: 'm', members: 2, recipients_per_member: 1, sending: { share: 0.5 } });
    expect(await json('GET', '/_simulator/group-messages/m/truth')).toMatchObject({ deliveries: { all: 2, sent: 1, pending: 1 } });
    expect(await json('GET', '/_simulator/group-messages/m/tasks')).toEqual({
      tasks: [
        { userid: 'member-00001', status: 2, send_time: start },
        { userid: 'member-00002', status: 0, send_time: null },
      ],
    });
    expect(await json('GET', '/_simulator/group-messages/m/deliveries?userid=member-00002')).toEqual({
      deliveries: [{ userid: 'member-00002', recipient_id: expect.any(String), status: 0, send_time: null, listed: true }],
    });
    expect(await json('GET', '/_simulator/group-messages/m/deliveries')).toMatchObject({ error: expect.stringContaining('userid') });
  });
});

describe('pressing send', () => {
  it('is done by those who are told, at their time, and only once', async () => {
    const { control, pass } = await runWecom();
    control.createGroupMessage({ msgid: 'm' });
    const sent = () =>
      control
        .groupMessageTasks('m')
        .filter(({ status }) => status === 2)
        .map(({ userid, send_time }) => [userid, send_time]);
    expect(control.pressSend('m', { userids: ['member-00003'], after_seconds: 10 })).toEqual({
      msgid: 'm',
      pressed: 1,
      userids: ['member-00003'],
    });
    expect(sent()).toEqual([]);
    pass(10);
    expect(control.pressSend('m', { count: 2 })).toMatchObject({ userids: ['member-00001', 'member-00002'] });
    pass(5);
    expect(control.pressSend('m')).toMatchObject({ pressed: 2, userids: ['member-00004', 'member-00005'] });
    expect(sent()).toEqual([
      ['member-00001', start + 10],
      ['member-00002', start + 10],
      ['member-00003', start + 10],
      ['member-00004', start + 15],
      ['member-00005', start + 15],
    ]);
    expect(control.pressSend('m')).toMatchObject({ pressed: 0 });
  });

  it('is over when the message is cancelled; what was sent stays sent', async () => {
    const { control, pass } = await runWecom();
    control.createGroupMessage(campaign);
    pass(60);
    control.cancelGroupMessage('m');
    pass(3600);
    expect(control.groupMessageTruth('m')).toMatchObject({ members: { sent: 1, pending: 4 }, cancelled_at: '2026-03-02T02:01:00.000Z' });
    expect(() => control.pressSend('m')).toThrow(/was cancelled/);
  });

  it('went on before the simulator was asked, for a message of the past', async () => {
    const { control } = await runWecom();
    control.createGroupMessage({ ...campaign, age_seconds: 3600 });
    expect(control.groupMessageTruth('m')).toMatchObject({ members: { sent: 3 } });
  });
});

it('makes of one delivery what it is told to', async () => {
  const { control, results, json } = await runWecom();
  control.createGroupMessage({ msgid: 'm', recipients: { 'member-00001': ['wm-a', 'wm-b', 'wm-c'] }, sending: {} });
  control.setDelivery('m', { userid: 'member-00001', recipient_id: 'wm-b', status: 2 });
  control.setDelivery('m', { userid: 'member-00001', recipient_id: 'wm-c', status: 1, send_time: 77 });
  expect((await results({ msgid: 'm', userid: 'member-00001' }))['send_list']).toEqual([
    { external_userid: 'wm-a', userid: 'member-00001', status: 1, send_time: start },
    { external_userid: 'wm-b', userid: 'member-00001', status: 2 },
    { external_userid: 'wm-c', userid: 'member-00001', status: 1, send_time: 77 },
  ]);
  const unknown = { userid: 'member-00001', recipient_id: 'wm-z', status: 9 };
  expect(await json('POST', '/_simulator/group-messages/m/delivery', unknown)).toMatchObject({ error: expect.stringContaining('wm-z') });
  control.setDelivery('m', { ...unknown, recipient_id: 'wm-a' });
  expect(control.groupMessageTruth('m')).toMatchObject({ deliveries: { other: 1 } });
});

it('is ordered over HTTP', async () => {
  const { json, request, fetchToken } = await runWecom();
  const settings = { corpid: 'ww-two', apps: [{ secret: 'secret-of-two' }], members: ['zhangsan'], limits: { concurrent: 3 } };
  expect(await json('POST', '/_simulator/corps', settings)).toMatchObject({
    corpid: 'ww-two',
    members: 1,
    apps: [{ agentid: 1000002, visible: null, token_ends_at: null }],
  });
  expect(await fetchToken('secret-of-two', 'ww-two')).toMatchObject({ errcode: 0 });
  expect(await json('POST', '/_simulator/group-messages', { corpid: 'ww-two', msgid: 'm' })).toMatchObject({ msgid: 'm', members: 1 });
  expect(await json('POST', '/_simulator/group-messages/m/press-send', {})).toEqual({ msgid: 'm', pressed: 1, userids: ['zhangsan'] });
  expect(await json('GET', '/_simulator/group-messages/m')).toMatchObject({ corpid: 'ww-two', cancelled_at: null });
  expect(await json('POST', '/_simulator/group-messages/m/cancel')).toMatchObject({ cancelled_at: expect.any(String) });
  expect(await json('POST', '/_simulator/corps/ww-two/visible', { visible: ['zhangsan'] })).toMatchObject({
    apps: [{ visible: ['zhangsan'] }],
  });
  expect(await json('POST', '/_simulator/corps/ww-two/trusted-ips', { addresses: ['203.0.113.7'] })).toMatchObject({
    apps: [{ trusted_ips: ['203.0.113.7'] }],
  });
  expect(await json('POST', '/_simulator/corps/ww-two/revoke-tokens')).toEqual({ revoked: 1 });
  const { text } = await request('GET', '/_simulator');
  expect(JSON.parse(text)).toMatchObject({ corps: [{ corpid: corp.corpid }, { corpid: 'ww-two' }], group_messages: [{ msgid: 'm' }] });
  expect(text).not.toContain('secret-of-two');
});

it.each([
  ['/corps', { corpid: '' }, /corpid/],
  [
    '/corps',
    {
      corpid: 'c',
      apps: [
        { agentid: 1, secret: 'a' },
        { agentid: 1, secret: 'b' },
      ],
    },
    /same agentid/,
  ],
  ['/group-messages', { corpid: 'ww-none' }, /no corp "ww-none"/],
  ['/group-messages', { members: 6 }, /has 5 members/],
  ['/group-messages', { members: ['nobody'] }, /no member "nobody"/],
  ['/group-messages', { outcomes: { not_friend: 0.6, limit_reached: 0.6 } }, /not be more than 1/],
  ['/group-messages', { msgid: 'there' }, /there already/],
  ['/group-messages/none/press-send', {}, /no group message none/],
  ['/group-messages/there/press-send', { userids: ['nobody'] }, /"nobody" has no task/],
  ['/group-messages/there/press-send', { userids: [], count: 1 }, /exclude each other/],
])('refuses %s with %o', async (path, body, words) => {
  const { control, json } = await runWecom();
  control.createGroupMessage({ msgid: 'there' });
  expect((await json('POST', `/_simulator${path}`, body))['error']).toMatch(words);
});

it('forgets everything with a reset, but for what it was started with', async () => {
  const { control, newToken, messages } = await runWecom();
  const token = await newToken();
  control.createGroupMessage({ msgid: 'm' });
  control.putCorp({ corpid: 'ww-two' });
  control.reset();
  expect(control.listCorps().map(({ corpid }) => corpid)).toEqual([corp.corpid]);
  expect(control.listGroupMessages()).toEqual([]);
  expect(await messages({}, token)).toMatchObject({ errcode: 40014 });
});
