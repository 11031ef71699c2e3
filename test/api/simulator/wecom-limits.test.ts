import { describe, expect, it } from 'vitest';
import { corp, runWecom } from './running-wecom.ts';

const over = { errcode: 45009 };

/** A token and a message, both there before the calls that count. */
const runWithLimits = async (limits: object) => {
  const simulator = await runWecom({ limits });
  const token = await simulator.newToken();
  simulator.control.createGroupMessage({ msgid: 'm' });
  return {
    ...simulator,
    token,
    task: () => simulator.tasks({ msgid: 'm' }, token),
    list: () => simulator.messages({}, token),
  };
};

describe('the limit of a minute', () => {
  it('blocks that API of that corp for 60 seconds, from the call that was too much', async () => {
    const { task, list, pass, control } = await runWithLimits({ calls_per_minute: 2 });
    pass(30);
    for (let count = 0; count < 2; count += 1) expect(await task()).toMatchObject({ errcode: 0 });
    expect(await task()).toMatchObject(over);
    expect(await list()).toMatchObject({ errcode: 0 });
    expect(control.listCorps()).toMatchObject([
      { blocked: [{ api: '/cgi-bin/externalcontact/get_groupmsg_task', until: '2026-03-02T02:01:30.000Z' }] },
    ]);
    pass(59.999);
    expect(await task()).toMatchObject(over);
    pass(0.001);
    expect(await task()).toMatchObject({ errcode: 0 });
  });

  it('begins anew with the minute', async () => {
    const { task, pass } = await runWithLimits({ calls_per_minute: 1 });
    for (let count = 0; count < 3; count += 1) {
      expect(await task()).toMatchObject({ errcode: 0 });
      pass(60);
    }
  });

  it('is one for all apps of a corp', async () => {
    const { task, tasks, newToken } = await runWithLimits({ calls_per_minute: 2 });
    const other = await newToken('secret-two');
    for (let count = 0; count < 2; count += 1) expect(await task()).toMatchObject({ errcode: 0 });
    expect(await tasks({ msgid: 'm' }, other)).toMatchObject(over);
  });
});

it('blocks for 60 minutes beyond the limit of an hour, until the block is lifted', async () => {
  const { task, pass, tasks, control } = await runWithLimits({ calls_per_hour: 2 });
  for (let count = 0; count < 2; count += 1) expect(await task()).toMatchObject({ errcode: 0 });
  expect(await task()).toMatchObject(over);
  pass(3599.999);
  expect(await task()).toMatchObject(over);
  pass(0.001);
  expect(await tasks({ msgid: 'm' })).toMatchObject({ errcode: 0 });
  await task();
  expect(await task()).toMatchObject(over);
  expect(control.liftBlocks(corp.corpid)).toMatchObject({ blocked: [] });
  expect(await task()).toMatchObject({ errcode: 0 });
});

it('lifts the ban of an address as well', async () => {
  const { fetchToken, json } = await runWithLimits({ wrong_secrets: 1 });
  await fetchToken('wrong');
  expect(await fetchToken()).toMatchObject(over);
  expect(await json('POST', '/_simulator/corps/ww-one/lift-blocks')).toMatchObject({ unbanned: ['127.0.0.1'] });
  expect(await fetchToken()).toMatchObject({ errcode: 0 });
});

it('has by itself the limits that WeCom publishes', async () => {
  const { control } = await runWithLimits({});
  expect(control.listCorps()).toMatchObject([{ limits: { calls_per_minute: 10_000, calls_per_hour: 150_000, concurrent: null } }]);
});

it('limits the fetching of tokens too', async () => {
  const { fetchToken } = await runWecom({ limits: { calls_per_minute: 1 } });
  await fetchToken();
  expect(await fetchToken()).toMatchObject(over);
});

describe('calls of one API at the same time', () => {
  it('are refused beyond the limit, and it is free again when they are answered', async () => {
    const { tasks, control, newToken, messages } = await runWecom({ limits: { concurrent: 2 }, answer_ms: 300 });
    const token = await newToken();
    control.createGroupMessage({ msgid: 'm' });
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => tasks({ msgid: 'm' }, token)),
      messages({}, token), // another API
    ]);
    expect(answers.map(({ errcode }) => errcode).sort()).toEqual([0, 0, 0, 45033, 45033, 45033]);
    expect(answers[5]).toMatchObject({ errcode: 0 });
    expect(await tasks({ msgid: 'm' }, token)).toMatchObject({ errcode: 0 });
  });

  it('are none when none is allowed', async () => {
    const { task } = await runWithLimits({ concurrent: 0 });
    expect(await task()).toMatchObject({ errcode: 45033 });
  });
});

describe('a fault', () => {
  const path = '/cgi-bin/externalcontact/get_groupmsg_task';

  it('meets the second page, after the first went well', async () => {
    const { control, task } = await runWithLimits({});
    control.orderFault({ path, skip: 1, fault: { kind: 'errcode', errcode: -1 } });
    expect([await task(), await task(), await task()]).toMatchObject([{ errcode: 0 }, { errcode: -1 }, { errcode: 0 }]);
    expect(control.listFaults()).toEqual([]);
  });

  it('meets the pages of one member', async () => {
    const { control, results, token } = await runWithLimits({});
    control.orderFault({ contains: 'member-00002', times: null, fault: { kind: 'wrong_token' } });
    expect(await results({ msgid: 'm', userid: 'member-00001' }, token)).toMatchObject({ errcode: 0 });
    expect(await results({ msgid: 'm', userid: 'member-00002' }, token)).toMatchObject({ errcode: 40014 });
  });

  it('waits only for calls that it fits', async () => {
    const { control, results, task, token } = await runWithLimits({});
    control.orderFault({ contains: 'member-00002', skip: 1, fault: { kind: 'errcode', errcode: 45033 } });
    const two = () => results({ msgid: 'm', userid: 'member-00002' }, token);
    await task();
    expect([await two(), await two()]).toMatchObject([{ errcode: 0 }, { errcode: 45033 }]);
  });

  it('repeats the cursor of the page, which a first page has not', async () => {
    const { control, tasks, token } = await runWithLimits({});
    const page = (fields: object = {}) => tasks({ msgid: 'm', limit: 1, ...fields }, token);
    control.orderFault({ path, times: null, fault: { kind: 'repeat_cursor' } });
    const first = await page();
    const { next_cursor: cursor } = first;
    expect(cursor).not.toBe('');
    const second = await page({ cursor });
    expect(second).toMatchObject({ next_cursor: cursor, task_list: [{ userid: 'member-00002' }] });
    expect(await page({ cursor })).toEqual(second);
  });
});
