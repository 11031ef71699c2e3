import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { follow, published, register } from '../../../shared/domain/follow.ts';
import { isSettled, type MassMessage, massMessage, massMessageState } from '../../../shared/domain/mass-message.ts';
import type { Observation } from '../../../shared/domain/observation.ts';
import { prodSchedule as schedule } from '../../support/prod-schedule.ts';

const start = new Date('2026-03-02T08:00:00.000Z');
const plus = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const status = (word: string): Observation => ({ seen: 'status', status: word, upstream: { msg_status: word } });
const awaiting: Observation = { seen: 'awaiting', upstream: { errcode: 89504 } };
const fresh = () => register({ account_id: 'oa', msg_id: '3147483999', label: 'spring' }, start, schedule);

/** Follows through a list of [seconds since the start, what was seen]. */
const through = (...course: [number, Observation][]): MassMessage =>
  course.reduce((message, [seconds, observation]) => follow(message, observation, plus(seconds), schedule), fresh());

describe('what massmsgget says, and what it means', () => {
  it.each<[string, [number, Observation][], string, string]>([
    ['SEND_SUCCESS is sent', [[0, status('SEND_SUCCESS')]], 'sent', 'observed'],
    ['SENDING is sending', [[0, status('SENDING')]], 'sending', 'observed'],
    ['DELETE is deleted', [[0, status('DELETE')]], 'deleted', 'observed'],
    ['SEND_FAIL of a message that never waited is failed', [[0, status('SEND_FAIL')]], 'failed', 'observed'],
    [
      'SEND_FAIL while it is being sent is failed',
      [
        [0, status('SENDING')],
        [15, status('SEND_FAIL')],
      ],
      'failed',
      'observed',
    ],
    [
      'SEND_FAIL more than a minute before the deadline is taken for a refusal',
      [
        [0, awaiting],
        [1739, status('SEND_FAIL')],
      ],
      'confirmation_refused',
      'inferred',
    ],
    [
      'SEND_FAIL in the minute before the deadline is taken for its expiry, since our idea of it is a little late',
      [
        [0, awaiting],
        [1740, status('SEND_FAIL')],
      ],
      'confirmation_expired',
      'inferred',
    ],
    ['a word WeChat never used before changes nothing', [[0, status('PAUSED')]], 'submitted', 'registered'],
    [
      'waiting again after sending is ignored',
      [
        [0, status('SENDING')],
        [15, awaiting],
      ],
      'sending',
      'observed',
    ],
  ])('%s', (_rule, course, state, basis) => {
    expect(through(...course)).toMatchObject({ state, basis });
  });

  it('keeps the answer verbatim with the entry it led to', () => {
    expect(through([0, awaiting], [30, status('SENDING')]).history).toMatchObject([
      { n: 0, state: 'submitted', basis: 'registered' },
      { n: 1, state: 'awaiting_confirmation', upstream: { errcode: 89504 } },
      { n: 2, state: 'sending', upstream: { msg_status: 'SENDING' } },
    ]);
  });
});

describe('what time alone says', () => {
  const invisible: Observation = { seen: 'nothing_yet', upstream: { errcode: 40059 } };

  it.each<[string, [number, Observation][], string, string]>([
    ['a first look that comes a day late still believes what it sees', [[90_000, status('SENDING')]], 'sending', 'observed'],
    ['a message first seen waiting after the last look has expired', [[2100, awaiting]], 'confirmation_expired', 'clock'],
    ['and not a moment before it', [[2099, awaiting]], 'awaiting_confirmation', 'observed'],
    [
      'a message that is being sent does not expire, whatever WeChat says of an administrator',
      [
        [0, status('SENDING')],
        [2100, awaiting],
      ],
      'sending',
      'observed',
    ],
    [
      'a message that was seen once is not taken for one that never was, when 40059 comes back',
      [
        [0, status('SENDING')],
        [601, invisible],
      ],
      'sending',
      'observed',
    ],
    [
      'SEND_FAIL bears out what the clock concluded, and does not make a bare failure of it',
      [
        [0, awaiting],
        [2100, awaiting],
        [2101, status('SEND_FAIL')],
      ],
      'confirmation_expired',
      'inferred',
    ],
  ])('%s', (_rule, course, state, basis) => {
    expect(through(...course)).toMatchObject({ state, basis });
  });

  it('counts the ten minutes of 40059 from the submission: a message registered late does not get them again', () => {
    const late = register({ account_id: 'oa', msg_id: '1', submitted_at: plus(-600).toISOString() }, start, schedule);
    expect(follow(late, invisible, start, schedule)).toMatchObject({ state: 'unknown', basis: 'clock' });
  });

  it('begins anew with each state: the pace of the looks, and the day until it is given up', () => {
    const waited = through([0, awaiting], [30, awaiting], [60, awaiting], [120, awaiting]);
    const sending = follow(waited, status('SENDING'), plus(1000), schedule);
    expect(sending).toMatchObject({ state_since: plus(1000).toISOString(), next_step_at: plus(1015).toISOString() });
    expect(follow(sending, status('SENDING'), plus(86_400 + 999), schedule).state).toBe('sending');
    expect(follow(sending, status('SENDING'), plus(86_400 + 1000), schedule).state).toBe('unknown');
  });
});

it('sets the deadline by when the message was submitted, not by when it was registered', () => {
  const message = register({ account_id: 'oa', msg_id: '1', submitted_at: '2026-03-02T15:50:00+08:00' }, start, schedule);
  expect(message).toMatchObject({ submitted_at: '2026-03-02T07:50:00.000Z', confirmation_deadline: '2026-03-02T08:20:00.000Z' });
});

describe('published', () => {
  it('ends a settled message only once every entry is out', () => {
    const sent = through([0, awaiting], [30, status('SEND_SUCCESS')]);
    const partly = published(sent, 1);
    expect(partly).toHaveProperty('next_step_at');
    const wholly = published(partly, 2);
    expect(wholly).not.toHaveProperty('next_step_at');
    expect(wholly).not.toHaveProperty('due');
  });
  it('leaves the next step of a message on its way', () => {
    const waiting = through([0, awaiting]);
    expect(published(waiting, 1)).toMatchObject({ next_step_at: waiting.next_step_at, due: 'mass-message' });
  });
});

it('keeps a row far below what DynamoDB takes, however long an answer is', () => {
  const huge = { msg_status: 'SENDING', noise: 'x'.repeat(1_000_000) };
  const message = through([0, { seen: 'status', status: 'SENDING', upstream: huge }]);
  expect(JSON.stringify(message).length).toBeLessThan(10_000);
});

it('drops the oldest entries of a history that grew too long, counts them, and numbers on', () => {
  const [entry] = fresh().history;
  if (!entry) throw new Error('no entry');
  const long = { ...fresh(), history: Array.from({ length: 100 }, (_, n) => ({ ...entry, n: n + 3 })), history_dropped: 3 };
  const { history, history_dropped } = follow(long, status('SENDING'), start, schedule);
  expect(history.map(({ n }) => n)).toEqual(Array.from({ length: 100 }, (_, n) => n + 4));
  expect({ history_dropped, newest: history.at(-1) }).toMatchObject({ history_dropped: 4, newest: { n: 103, state: 'sending' } });
});

describe('whatever is seen, in whatever order', () => {
  const anything: fc.Arbitrary<Observation> = fc.oneof(
    fc.constantFrom('SEND_SUCCESS', 'SENDING', 'SEND_FAIL', 'DELETE', '').map(status),
    fc.constantFrom<Observation>(
      awaiting,
      { seen: 'nothing_yet', upstream: {} },
      { seen: 'no_answer', blocked_by: 'WECHAT_NOT_PERMITTED 40164', upstream: null },
    ),
  );
  const course = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 * 86_400 }), anything), { maxLength: 40 });
  const onTheWay = massMessageState.options.filter((state) => !isSettled(state));

  it('a message on its way never goes backwards', () => {
    fc.assert(
      fc.property(course, (events) => {
        let message = fresh();
        for (const [seconds, observation] of [...events].sort(([a], [b]) => a - b)) {
          if (isSettled(message.state)) break;
          const before = onTheWay.indexOf(message.state);
          message = follow(message, observation, plus(seconds), schedule);
          if (!isSettled(message.state)) expect(onTheWay.indexOf(message.state)).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });

  it('evidence outranks the clock: what WeChat says in the very look at which time runs out is what counts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 86_400, max: 400_000 }), (late) => {
        expect(through([0, awaiting], [late, status('SEND_SUCCESS')]).state).toBe('sent');
        expect(through([0, status('SENDING')], [late, status('SEND_FAIL')]).state).toBe('failed');
      }),
    );
  });

  it('each step is one revision, each entry one number, and the row stays readable', () => {
    fc.assert(
      fc.property(course, (events) => {
        let message = fresh();
        for (const [seconds, observation] of events) {
          const next = follow(message, observation, plus(seconds), schedule);
          expect(next.rev).toBe(message.rev + 1);
          message = next;
        }
        expect(message.history.map(({ n }) => n)).toEqual(message.history.map((_, index) => index));
        expect(massMessage.safeParse(message).success).toBe(true);
      }),
    );
  });
});
