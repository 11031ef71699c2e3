import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { follow, published, register } from '../../../shared/domain/follow.ts';
import { type MassMessage, massMessage } from '../../../shared/domain/mass-message.ts';
import type { Observation } from '../../../shared/domain/observation.ts';
import { contradicts, type MassMessagePush, receivePush } from '../../../shared/domain/push.ts';
import { readStatus } from '../../../shared/domain/push-status.ts';
import { prodSchedule as schedule } from '../../support/prod-schedule.ts';

const start = new Date('2026-03-02T08:00:00.000Z');
const plus = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const counts = { total_count: 1000, filter_count: 980, sent_count: 975, error_count: 5 };
const push = (status: string, parts: Partial<MassMessagePush> = {}): MassMessagePush => ({
  account_id: 'oa',
  msg_id: '3147483999',
  status,
  upstream: { Status: status },
  ...parts,
});
const fresh = () => register({ account_id: 'oa', msg_id: '3147483999', label: 'spring' }, start, schedule);
const saw = (word: string): Observation => ({ seen: 'status', status: word, upstream: { msg_status: word } });
const awaiting: Observation = { seen: 'awaiting', upstream: { errcode: 89504 } };
const seen = (...observations: Observation[]): MassMessage =>
  observations.reduce((message, observation, index) => follow(message, observation, plus(index * 30), schedule), fresh());
/** Told to everybody: nothing more was expected of it. */
const over = (message: MassMessage) => published(message, message.history.at(-1)?.n ?? 0);
const received = (message: MassMessage | undefined, said: MassMessagePush, at = plus(600)) => receivePush(message, said, at, schedule);

describe('what a status stands for', () => {
  it.each<[string, string, RegExp]>([
    ['send success', 'sent', /sent/],
    ['sendsuccess', 'sent', /sent/],
    ['Send  Success', 'sent', /sent/],
    ['send fail', 'failed', /failed/],
    ['err(10001)', 'rejected', /advertising/],
    ['err(20001)', 'rejected', /political/],
    ['err(20002)', 'rejected', /pornography/],
    ['err(20004)', 'rejected', /society/],
    ['err(20006)', 'rejected', /crime/],
    ['err(20008)', 'rejected', /fraud/],
    ['err(20013)', 'rejected', /copyright/],
    ['err(21000)', 'rejected', /another reason/],
    ['err(22000)', 'rejected', /mutual promotion/],
    ['err(30001)', 'failed', /broke down/],
    ['err(30002)', 'rejected', /may not be sent/],
    ['err(30003)', 'rejected', /reprint/],
    ['err(40001)', 'confirmation_refused', /refused/],
    ['err(40002)', 'confirmation_expired', /30 minutes/],
  ])('%s is %s', (status, state, meaning) => {
    expect(received(fresh(), push(status))).toMatchObject({
      state,
      basis: 'pushed',
      pushed: { status, meaning: expect.stringMatching(meaning) },
    });
  });

  it.each(['err(20431)', 'err(1)', 'err(99999999999999999999)'])('%s, which nobody documented, is a failure, kept as it is', (status) => {
    const message = received(fresh(), push(status));
    expect(message).toMatchObject({ state: 'failed', basis: 'pushed', pushed: { status, upstream: { Status: status } } });
    expect(message.pushed).not.toHaveProperty('meaning');
  });

  it.each(['', 'paused', 'err()', 'err(2', 'xerr(20001)', 'constructor', '__proto__'])(
    '%j is no word for a state: kept, and nothing changes',
    (status) => {
      expect(readStatus(status)).toBeUndefined();
      const before = seen(saw('SENDING'));
      const after = received(before, push(status, { counts }));
      expect(after).toMatchObject({ state: 'sending', basis: 'observed', pushed: { status }, counts });
      expect(after).toMatchObject({ history: before.history, next_step_at: before.next_step_at, attempt: 1 });
    },
  );
});

describe('what a push does to a state', () => {
  it.each<[string, MassMessage, string, string, string]>([
    ['ends a message that was just registered', fresh(), 'send success', 'sent', 'pushed'],
    ['ends one that waited', seen(awaiting), 'err(40001)', 'confirmation_refused', 'pushed'],
    ['ends one that was being sent', seen(saw('SENDING')), 'send success', 'sent', 'pushed'],
    ['bears out what was observed', seen(saw('SEND_SUCCESS')), 'send success', 'sent', 'pushed'],
    ['nor what was deleted', seen(saw('DELETE')), 'send success', 'deleted', 'observed'],
    ['names the cause of a bare failure', seen(saw('SEND_FAIL')), 'err(20008)', 'rejected', 'pushed'],
    ['bears out an inferred refusal', seen(awaiting, saw('SEND_FAIL')), 'err(40001)', 'confirmation_refused', 'pushed'],
    ['corrects an inferred refusal', seen(awaiting, saw('SEND_FAIL')), 'err(40002)', 'confirmation_expired', 'pushed'],
    ['corrects it by another cause', seen(awaiting, saw('SEND_FAIL')), 'err(20001)', 'rejected', 'pushed'],
    ['corrects it although it names none', seen(awaiting, saw('SEND_FAIL')), 'send fail', 'failed', 'pushed'],
    ['corrects what the clock concluded', follow(seen(awaiting), awaiting, plus(2100), schedule), 'send success', 'sent', 'pushed'],
    ['corrects what was given up', follow(seen(awaiting), saw('SENDING'), plus(200_000), schedule), 'send success', 'sent', 'pushed'],
  ])('%s', (_rule, message, status, state, basis) => {
    expect(received(message, push(status))).toMatchObject({ state, basis, rev: message.rev + 1 });
  });

  it.each<[string, MassMessage, string]>([
    ['a success that was observed', seen(saw('SEND_SUCCESS')), 'send fail'],
    ['a success that was observed, by a rejection', seen(saw('SEND_SUCCESS')), 'err(20001)'],
    ['a success that was pushed', received(fresh(), push('send success', { counts })), 'err(20001)'],
    ['a failure that was observed', seen(saw('SEND_FAIL')), 'send success'],
    ['a rejection and its reason', received(fresh(), push('err(20001)', { counts })), 'send fail'],
    ['a rejection, by a success', received(fresh(), push('err(20001)', { counts })), 'send success'],
    ['a deletion, by a failure', seen(saw('SEND_SUCCESS'), saw('DELETE')), 'send fail'],
    ['a known word, by one that nobody knows', received(fresh(), push('send success', { counts })), 'paused'],
  ])('does nothing at all against what stands, and none of its numbers is taken: %s', (_what, message, status) => {
    const articles = [{ article_idx: 1, url: 'https://mp.weixin.qq.com/s/other' }];
    const none = { total_count: 0, filter_count: 0, sent_count: 0, error_count: 0 };
    const late = push(status, { counts: none, articles, copyright: { check_state: 3, articles: [] } });
    expect(contradicts(message, late)).toBe(true);
    expect(received(message, late)).toBe(message);
  });

  it('keeps the push verbatim with the entry it led to', () => {
    expect(received(seen(awaiting), push('err(40001)')).history.at(-1)).toEqual({
      n: 2,
      at: plus(600).toISOString(),
      state: 'confirmation_refused',
      basis: 'pushed',
      upstream: { Status: 'err(40001)' },
      published: false,
    });
  });

  it('makes the row due now, for an execution of its own', () => {
    const waiting = seen(saw('SENDING'));
    expect(received(waiting, push('send success'))).toMatchObject({
      next_step_at: plus(600).toISOString(),
      due: 'mass-message',
      attempt: 2,
    });
    expect(received(over(seen(saw('SEND_FAIL'))), push('err(20001)'))).toMatchObject({ next_step_at: plus(600).toISOString(), attempt: 2 });
  });

  it('takes away what kept WeChat from answering, once nothing is asked any more', () => {
    const blocked = seen({ seen: 'no_answer', blocked_by: 'WECHAT_NOT_PERMITTED 48001', upstream: null });
    expect(received(blocked, push('send success')).blocked_by).toBeUndefined();
    expect(received(blocked, push('hm')).blocked_by).toBe('WECHAT_NOT_PERMITTED 48001');
    const open = { n: 0, target: 1 as const, asked_at: plus(0).toISOString(), asked_by: 'x', outcome: 'pending' as const };
    expect(received({ ...blocked, deletions: [open] }, push('send success')).blocked_by).toBe('WECHAT_NOT_PERMITTED 48001');
  });
});

describe('what a push tells besides', () => {
  const articles = [{ article_idx: 1, url: 'https://mp.weixin.qq.com/s/first' }];
  const copyright = { check_state: 2, articles: [] };
  it.each([
    ['on its way', seen(saw('SENDING'))],
    ['settled, with everything told', over(seen(saw('SEND_SUCCESS')))],
    ['deleted', over(seen(saw('SEND_SUCCESS'), saw('DELETE')))],
  ])('is taken into a row that is %s', (_what, message) => {
    expect(received(message, push('send success', { counts, articles, copyright }))).toMatchObject({ counts, articles, copyright });
  });
  it('is not worth an event: where the state is no other, nothing is due that was not', () => {
    const after = received(over(seen(saw('SEND_SUCCESS'))), push('send success', { counts }));
    expect(after).toMatchObject({ basis: 'pushed', attempt: 1 });
    expect(after).not.toHaveProperty('next_step_at');
    expect(after).not.toHaveProperty('due');
  });
  it('stays when another push says less', () => {
    const first = received(fresh(), push('send success', { counts, articles, copyright }));
    expect(received(first, push('send success', { upstream: { Status: 'again' } }))).toMatchObject({ counts, articles, copyright });
  });
});

describe('a push that says nothing new', () => {
  it.each(['send success', 'err(20001)', 'err(20431)', 'paused'])('leaves the row as it is: %s', (status) => {
    const said = push(status, { counts, articles: [{ article_idx: 1, url: 'https://mp.weixin.qq.com/s/first' }] });
    for (const message of [undefined, seen(saw('SENDING')), over(seen(saw('SEND_SUCCESS')))]) {
      const first = received(message, said);
      // As it comes back from a table: other objects, and their fields in another order.
      const stored = massMessage.parse(Object.fromEntries(Object.entries(structuredClone(first)).reverse()));
      expect(received(stored, said, plus(900))).toBe(stored);
    }
  });
  it('is not one that differs', () => {
    const first = received(fresh(), push('send success', { counts }));
    expect(received(first, push('send success', { counts: { ...counts, sent_count: 976 } })).rev).toBe(first.rev + 1);
  });
});

describe('a message that nobody registered', () => {
  it('begins with the push, due at once', () => {
    const message = received(undefined, push('err(20001)', { counts, created_at: plus(590) }));
    expect(message).toMatchObject({
      state: 'rejected',
      basis: 'pushed',
      submitted_at: plus(590).toISOString(),
      registered_at: plus(600).toISOString(),
      counts,
      next_step_at: plus(600).toISOString(),
      due: 'mass-message',
      attempt: 1,
      rev: 0,
    });
    expect(message.history).toEqual([
      { n: 0, at: plus(600).toISOString(), state: 'rejected', basis: 'pushed', upstream: { Status: 'err(20001)' }, published: false },
    ]);
    expect(massMessage.safeParse(message).success).toBe(true);
  });
  it.each([
    ['later than our own', plus(700)],
    ['left out', undefined],
  ])('was submitted now, as far as we know, when the time in it is %s', (_what, created_at) => {
    expect(received(undefined, push('send success', { ...(created_at && { created_at }) })).submitted_at).toBe(plus(600).toISOString());
  });
  it('is followed like any other where the push names no state', () => {
    const message = received(undefined, push('paused'));
    expect(message).toMatchObject({ state: 'submitted', basis: 'pushed', next_step_at: plus(600).toISOString() });
    expect(follow(message, saw('SEND_SUCCESS'), plus(601), schedule)).toMatchObject({ state: 'sent' });
  });
});

it('keeps a row far below what DynamoDB takes, however long a push is', () => {
  const message = received(fresh(), push('send success', { upstream: { noise: 'x'.repeat(60_000) } }));
  expect(JSON.stringify(message).length).toBeLessThan(10_000);
});

it('whatever comes in whatever order: one entry for each change, each write one revision, and never back from what WeChat said', () => {
  const statuses = ['send success', 'send fail', 'err(20001)', 'err(40001)', 'err(40002)', 'err(20431)', 'paused', ''];
  const event = fc.oneof(
    fc.constantFrom(...statuses).map((status) => (message: MassMessage) => received(message, push(status, { counts }))),
    fc
      .constantFrom(awaiting, saw('SENDING'), saw('SEND_SUCCESS'), saw('SEND_FAIL'), saw('DELETE'))
      .map((observation) => (message: MassMessage) => follow(message, observation, plus(700), schedule)),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      let message = fresh();
      for (const happens of events) {
        const next = happens(message);
        if (next !== message) expect(next.rev).toBe(message.rev + 1);
        if (message.state === 'sent') expect(['sent', 'deleted']).toContain(next.state);
        if (next.state !== message.state) expect(next.history).toHaveLength(message.history.length + 1);
        else expect(next.history).toEqual(message.history);
        expect(massMessage.safeParse(next).success).toBe(true);
        message = next;
      }
    }),
  );
});
