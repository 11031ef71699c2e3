import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { follow, register } from '../../../shared/domain/follow.ts';
import { isSettled, type MassMessage } from '../../../shared/domain/mass-message.ts';
import type { Observation } from '../../../shared/domain/observation.ts';
import { nextLook } from '../../../shared/domain/poll-schedule.ts';
import { prodSchedule as schedule } from '../../support/prod-schedule.ts';

const start = new Date('2026-03-02T08:00:00.000Z');
const plus = (seconds: number, from = start) => new Date(from.getTime() + seconds * 1000);
const secondsOf = (time: string | Date | undefined) => (new Date(time ?? Number.NaN).getTime() - start.getTime()) / 1000;

const awaiting: Observation = { seen: 'awaiting', upstream: { errcode: 89504 } };
const sending: Observation = { seen: 'status', status: 'SENDING', upstream: {} };
const invisible: Observation = { seen: 'nothing_yet', upstream: { errcode: 40059 } };
const down: Observation = { seen: 'no_answer', upstream: { code: 'WECHAT_TIMEOUT' } };
const blocked: Observation = { seen: 'no_answer', blocked_by: 'WECHAT_NOT_PERMITTED 40164', upstream: { errcode: 40164 } };

/** Follows a message that WeChat always answers in the same way, each look exactly when it is due. */
const looks = (always: Observation, first?: Observation) => {
  let message = register({ account_id: 'oa', msg_id: '1' }, start, schedule);
  const at: number[] = [];
  while (!isSettled(message.state)) {
    const now = new Date(message.next_step_at ?? Number.NaN);
    at.push(secondsOf(now));
    message = follow(message, at.length === 1 && first ? first : always, now, schedule);
  }
  return { message, at };
};

describe('while the administrator has to confirm', () => {
  it('looks fifteen times: closer together at first, at the deadline, and three times after it', () => {
    const { at, message } = looks(awaiting);
    expect(at).toEqual([0, 30, 60, 120, 180, 300, 420, 600, 900, 1200, 1500, 1800, 1830, 1920, 2100]);
    expect(message).toMatchObject({ state: 'confirmation_expired', basis: 'clock' });
  });

  it('looks at the deadline itself, not a whole pause after it', () => {
    const message = {
      state: 'awaiting_confirmation' as const,
      state_since: start.toISOString(),
      confirmation_deadline: plus(1800).toISOString(),
      looks: 20,
    };
    expect(nextLook(message, awaiting, plus(1700), schedule)).toEqual(plus(1800));
  });

  it('does not conclude that nobody confirmed when it could not ask', () => {
    const { message, at } = looks(down, awaiting);
    expect(message).toMatchObject({ state: 'unknown', basis: 'clock' });
    expect(at.at(-1)).toBe(86_400);
  });

  it('asks every half hour, not every five minutes, once the window is over and it still could not ask', () => {
    const { at } = looks(down, awaiting);
    expect(at.filter((seconds) => seconds > 1800).slice(0, 5)).toEqual([1830, 1920, 2100, 3900, 5700]);
  });
});

it('looks at a message that is being sent for a day, ever more seldom, and then gives up', () => {
  const { at, message } = looks(sending);
  expect(at.slice(0, 8)).toEqual([0, 15, 45, 105, 225, 525, 1125, 2925]);
  expect(at.at(-1)).toBe(86_400);
  expect(at.length).toBeLessThan(60);
  expect(message).toMatchObject({ state: 'unknown', basis: 'clock' });
});

it('takes 40059 for not visible yet for ten minutes, and then for no such message', () => {
  const { at, message } = looks(invisible);
  expect(at.slice(0, 6)).toEqual([0, 10, 30, 70, 130, 190]);
  expect(at.at(-1)).toBeLessThanOrEqual(660);
  expect(message).toMatchObject({ state: 'unknown', basis: 'clock' });
});

it('goes on at a slow pace while something on our side is broken', () => {
  const { at } = looks(blocked);
  expect(at.slice(0, 3)).toEqual([0, 1800, 3600]);
  expect(at.length).toBeLessThan(60);
});

it('does not hurry for a message that was seen being sent and is unknown to WeChat ever since', () => {
  const { at } = looks(invisible, sending);
  expect(at.slice(0, 4)).toEqual([0, 15, 45, 105]);
  expect(at.length).toBeLessThan(60);
});

it('keeps its usual pace while WeChat is merely down', () => {
  expect(looks(down).at.slice(0, 4)).toEqual([0, 15, 45, 105]);
});

it('does not ask before WeChat said it may be asked again', () => {
  const message = register({ account_id: 'oa', msg_id: '1' }, start, schedule);
  const limited: Observation = { seen: 'no_answer', retry_after_s: 3600, upstream: { errcode: 45009 } };
  expect(secondsOf(follow(message, limited, start, schedule).next_step_at)).toBe(3600);
});

it('refuses to plan a look at a settled message', () => {
  const settled = { state: 'sent' as const, state_since: '', confirmation_deadline: '', looks: 0 };
  expect(() => nextLook(settled, sending, start, schedule)).toThrow(RangeError);
});

const anyObservation: fc.Arbitrary<Observation> = fc.oneof(
  fc
    .constantFrom('SEND_SUCCESS', 'SENDING', 'SEND_FAIL', 'DELETE', 'SOMETHING_NEW')
    .map((status) => ({ seen: 'status' as const, status, upstream: {} })),
  fc.constantFrom(awaiting, invisible, down, blocked),
  fc.integer({ min: 0, max: 7200 }).map((retry_after_s) => ({ seen: 'no_answer' as const, retry_after_s, upstream: {} })),
);
/** A course of events: what each look brings, and how late it comes. */
const course = fc.array(fc.record({ observation: anyObservation, late: fc.integer({ min: 0, max: 600_000 }) }), {
  minLength: 1,
  maxLength: 12,
});

describe('whatever WeChat answers, and however late a look comes', () => {
  it('settles, in fewer than 150 looks and three days and a bit', () => {
    fc.assert(
      fc.property(course, fc.integer({ min: -86_400, max: 0 }), (events, submitted) => {
        let message = register({ account_id: 'oa', msg_id: '1', submitted_at: plus(submitted).toISOString() }, start, schedule);
        let taken = 0;
        let now = start;
        while (!isSettled(message.state)) {
          const event = events[taken % events.length];
          if (!event) throw new Error('no event');
          now = new Date(new Date(message.next_step_at ?? Number.NaN).getTime() + event.late);
          message = follow(message, event.observation, now, schedule);
          taken++;
          expect(taken).toBeLessThan(150);
        }
        expect(secondsOf(now)).toBeLessThan(3 * 86_400 + 3600);
      }),
      { numRuns: 1000 },
    );
  });

  it('plans every next look in the future, and a settled message is due at once to be told', () => {
    fc.assert(
      fc.property(course, (events) => {
        let message: MassMessage = register({ account_id: 'oa', msg_id: '1' }, start, schedule);
        let now = start;
        for (const { observation, late } of events) {
          if (isSettled(message.state)) break;
          now = new Date(new Date(message.next_step_at ?? Number.NaN).getTime() + late);
          message = follow(message, observation, now, schedule);
          if (isSettled(message.state)) expect(message.next_step_at).toBe(now.toISOString());
          else expect(new Date(message.next_step_at ?? Number.NaN).getTime()).toBeGreaterThan(now.getTime());
        }
      }),
    );
  });
});
