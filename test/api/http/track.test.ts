import '../../support/environment.ts';
import { describe, expect, it } from 'vitest';
import { makeHandler } from '../../../functions/official-account/track.ts';
import { secondsAfter } from '../../../shared/domain/time.ts';
import type { Execution } from '../../../shared/tracking/executions.ts';
import { makeResumeStalled } from '../../../shared/tracking/resume-stalled.ts';
import { context, post, read, request } from '../../support/request.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();

const open = async ({ throttled = false } = {}) => {
  const account = await world.openAccount();
  const started: Execution[] = [];
  const executions = {
    async start({ account_id, msg_id, attempt }: Execution) {
      if (throttled) throw new Error('ThrottlingException');
      started.push({ account_id, msg_id, attempt });
    },
  };
  const handler = makeHandler({ ...account, executions, now: world.now });
  return {
    ...account,
    started,
    executions,
    track: (body: unknown, path: Record<string, string> = { account_id: account.account_id }) => read(handler(post(path, body), context)),
    send: (parts: Parameters<typeof request>[0]) =>
      read(handler(request({ pathParameters: { account_id: account.account_id }, ...parts }), context)),
  };
};

it('registers a message and starts one execution for it', async () => {
  const { track, started, account_id } = await open();
  const answer = await track({ msg_id: '3147483999', label: 'spring', submitted_at: '2026-03-02T15:59:00+08:00' });
  expect(answer).toMatchObject({
    status: 202,
    body: {
      account_id,
      msg_id: '3147483999',
      label: 'spring',
      state: 'submitted',
      settled: false,
      submitted_at: '2026-03-02T07:59:00.000Z',
    },
  });
  expect(answer.body.history).toEqual([{ n: 0, at: '2026-03-02T08:00:00.000Z', state: 'submitted', basis: 'registered' }]);
  expect(started).toEqual([{ account_id, msg_id: '3147483999', attempt: 1 }]);
});

it('answers a second registration with the record as it stands, and starts nothing', async () => {
  const { track, started } = await open();
  await track({ msg_id: '7', label: 'first' });
  await expect(track({ msg_id: '7', label: 'second' })).resolves.toMatchObject({ status: 200, body: { label: 'first' } });
  expect(started).toHaveLength(1);
});

it('lets one of twenty registrations at once start an execution', async () => {
  const { track, started } = await open();
  const answers = await Promise.all(Array.from({ length: 20 }, () => track({ msg_id: '8' })));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
  expect(started).toHaveLength(1);
});

it('accepts a message although no execution can be started now: the schedule starts it', async () => {
  const { track, started, executions, ...account } = await open({ throttled: true });
  await expect(track({ msg_id: '9' })).resolves.toMatchObject({ status: 202 });
  expect(started).toEqual([]);
  world.pass(301);
  const resumed: Execution[] = [];
  const start = async ({ account_id, msg_id, attempt }: Execution) => void resumed.push({ account_id, msg_id, attempt });
  await makeResumeStalled({ ...account, executions: { start }, now: world.now })(secondsAfter(world.now(), 60));
  expect(resumed).toContainEqual({ account_id: account.account_id, msg_id: '9', attempt: 2 });
});

it('takes a time that is up to five minutes ahead of its own clock for now', async () => {
  const { track } = await open();
  const submitted_at = secondsAfter(world.now(), 300).toISOString();
  await expect(track({ msg_id: '5', submitted_at })).resolves.toMatchObject({
    status: 202,
    body: { submitted_at: world.now().toISOString() },
  });
});

it('does not take one that is further ahead: no clock is that wrong', async () => {
  const { track } = await open();
  const submitted_at = secondsAfter(world.now(), 300.001).toISOString();
  await expect(track({ msg_id: '5', submitted_at })).resolves.toMatchObject({ status: 400, body: { errors: [{ field: 'submitted_at' }] } });
});

it('keeps an id beyond 2^53 as it is', async () => {
  const { track } = await open();
  await expect(track({ msg_id: '9007199254740993' })).resolves.toMatchObject({ body: { msg_id: '9007199254740993' } });
});

describe('takes a body of 16 KiB, and not a byte more', () => {
  const padded = (bytes: number) => `{"msg_id":"10"}${' '.repeat(bytes - 15)}`;
  const json = { headers: { 'Content-Type': 'application/json' } };
  it.each([
    ['as it is', { ...json, body: padded(16_384) }, 202],
    ['in Base64, which makes it longer on the way', { ...json, body: btoa(padded(16_384)), isBase64Encoded: true }, 202],
    ['and one byte', { ...json, body: padded(16_385) }, 413],
    ['and one byte in Base64', { ...json, body: btoa(padded(16_385)), isBase64Encoded: true }, 413],
  ])('%s', async (_how, parts, status) => {
    const { send } = await open();
    await expect(send(parts)).resolves.toMatchObject({ status });
  });
});

describe('refuses, names the field and the reason, and stores nothing', () => {
  it.each<[string, unknown, string, string]>([
    ['an id that is a number', { msg_id: 3147483999 }, 'msg_id', '2^53'],
    ['no id', {}, 'msg_id', 'string of digits'],
    ['an id with letters', { msg_id: '31x' }, 'msg_id', '1 to 19 digits'],
    ['an id with a leading zero', { msg_id: '031' }, 'msg_id', '1 to 19 digits'],
    ['an unknown field', { msg_id: '1', msgid: '1' }, 'msgid', 'not a field'],
    ['a time that is none', { msg_id: '1', submitted_at: 'yesterday' }, 'submitted_at', 'RFC 3339'],
    ['a time without its offset', { msg_id: '1', submitted_at: '2026-03-02T08:00:00' }, 'submitted_at', 'RFC 3339'],
    ['a time in the future', { msg_id: '1', submitted_at: '2026-03-09T00:00:00Z' }, 'submitted_at', 'future'],
    ['a time before there were years of four digits', { msg_id: '1', submitted_at: '0000-01-01T00:00:00+08:00' }, 'submitted_at', '2000'],
    ['an empty label', { msg_id: '1', label: '' }, 'label', ''],
    ['a label of 201 characters', { msg_id: '1', label: 'x'.repeat(201) }, 'label', '200'],
    ['a label with half a character', '{"msg_id":"1","label":"\\ud800"}', 'label', 'Unicode'],
    ['an id beyond 64 bits', { msg_id: '9223372036854775808' }, 'msg_id', '2^63'],
    ['a list', [], '', ''],
    ['a text', '"x"', '', ''],
    ['nothing', 'null', '', ''],
  ])('%s', async (_what, body, field, reason) => {
    const { track, started } = await open();
    const answer = await track(body);
    expect(answer).toMatchObject({ status: 400, headers: { 'content-type': 'application/problem+json' } });
    expect(answer.body).toMatchObject({ status: 400, title: 'Bad Request', code: 'INVALID_REQUEST', errors: [{ in: 'body', field }] });
    expect(answer.body.errors[0].reason).toContain(reason);
    expect(started).toEqual([]);
  });

  it.each([
    ['broken JSON', { headers: { 'Content-Type': 'application/json' }, body: '{"msg_id":' }, 400, 'INVALID_REQUEST'],
    [
      'a hidden prototype',
      { headers: { 'Content-Type': 'application/json' }, body: '{"msg_id":"1","__proto__":{"admin":true}}' },
      400,
      'INVALID_REQUEST',
    ],
    ['no body', { headers: { 'Content-Type': 'application/json' } }, 400, 'INVALID_REQUEST'],
    ['a form', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'msg_id=1' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'a body of 17 KB',
      { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ label: 'x'.repeat(17_000) }) },
      413,
      'BODY_TOO_LARGE',
    ],
    [
      'a query',
      { headers: { 'Content-Type': 'application/json' }, body: '{"msg_id":"1"}', queryStringParameters: { msg_id: '2' } },
      400,
      'INVALID_REQUEST',
    ],
  ])('%s', async (_what, parts, status, code) => {
    const { send, started } = await open();
    await expect(send(parts)).resolves.toMatchObject({ status, body: { code, detail: expect.any(String) } });
    expect(started).toEqual([]);
  });

  it.each([
    ['an account that does not exist', 'oa-nowhere', 404, 'ACCOUNT_NOT_FOUND'],
    ['a name that no account can have', 'OA/main', 400, 'INVALID_REQUEST'],
    ['a name that hides a path', 'oa%2Fmain', 400, 'INVALID_REQUEST'],
  ])('%s', async (_what, account_id, status, code) => {
    const { track } = await open();
    await expect(track({ msg_id: '1' }, { account_id })).resolves.toMatchObject({ status, body: { code } });
  });
});
