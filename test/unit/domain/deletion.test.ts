import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { articleDeleted, askToDelete, deletionEnded } from '../../../shared/domain/delete-message.ts';
import { answerFromRecord, type Deletion, isOpen, lookedInto, nextLookInto, withDeletion } from '../../../shared/domain/deletion.ts';
import { follow, published, register } from '../../../shared/domain/follow.ts';
import { isLookedAt, type MassMessage, massMessage } from '../../../shared/domain/mass-message.ts';
import type { Observation } from '../../../shared/domain/observation.ts';
import { prodSchedule as schedule } from '../../support/prod-schedule.ts';

const start = new Date('2026-03-02T08:00:00.000Z');
const plus = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const status = (word: string): Observation => ({ seen: 'status', status: word, upstream: { msg_status: word } });
const silence: Observation = { seen: 'no_answer', upstream: null };
const entry = (parts: Partial<Deletion> = {}): Deletion => ({
  n: 0,
  target: 'all',
  asked_at: start.toISOString(),
  asked_by: 'tester',
  outcome: 'unknown',
  ...parts,
});
/** A message that was sent, of which everybody was told. */
const sent = () =>
  published(follow(register({ account_id: 'oa', msg_id: '1' }, start, schedule), status('SEND_SUCCESS'), start, schedule), 1);
const asked = (message: MassMessage, target: Deletion['target'], now: Date): MassMessage => {
  const result = askToDelete(message, { target, asked_by: 'tester' }, now);
  if (result.answer !== 'begun') throw new Error(`answered from the record: ${result.answer}`);
  return result.next;
};

describe('what a look a minute later says of a deletion without an answer', () => {
  it.each<[string, Observation, Deletion['target'], number | undefined, string, boolean]>([
    ['DELETE: all of it was deleted', status('DELETE'), 'all', undefined, 'deleted', true],
    ['DELETE: so was the article', status('DELETE'), 2, undefined, 'deleted', true],
    ['SEND_SUCCESS: not all of it was', status('SEND_SUCCESS'), 'all', undefined, 'not_deleted', true],
    ['SEND_SUCCESS: of one article of several nothing is ever learned', status('SEND_SUCCESS'), 1, 3, 'unknown', true],
    ['SEND_SUCCESS: nor of one of nobody knows how many', status('SEND_SUCCESS'), 1, undefined, 'unknown', true],
    ['SEND_SUCCESS: the only article there is was not', status('SEND_SUCCESS'), 1, 1, 'not_deleted', true],
    ['SENDING: what was not sent was not deleted', status('SENDING'), 2, undefined, 'not_deleted', true],
    ['SEND_FAIL: likewise', status('SEND_FAIL'), 'all', undefined, 'not_deleted', true],
    ['waiting for its administrator: likewise', { seen: 'awaiting', upstream: {} }, 'all', undefined, 'not_deleted', true],
    ['a new word: nothing', status('PAUSED'), 'all', undefined, 'unknown', false],
    ['no such message: nothing', { seen: 'nothing_yet', upstream: {} }, 'all', undefined, 'unknown', false],
    ['no answer: nothing', silence, 'all', undefined, 'unknown', false],
  ])('%s', (_rule, seen, target, articles, outcome, settled) => {
    for (const before of ['pending', 'unknown'] as const) {
      const [after] = lookedInto([entry({ target, outcome: before })], seen, articles, plus(60));
      expect(after).toMatchObject({ outcome });
      expect(after?.settled_at !== undefined).toBe(settled);
    }
  });

  it('before that minute is over, only that it was deleted; and of one that is under way, not even that', () => {
    for (const seen of [status('SEND_SUCCESS'), silence]) expect(lookedInto([entry()], seen, 1, plus(59))).toEqual([entry()]);
    expect(lookedInto([entry()], status('DELETE'), 1, plus(59))).toMatchObject([{ outcome: 'deleted' }]);
    const pending = [entry({ outcome: 'pending' })];
    expect(lookedInto(pending, status('DELETE'), 1, plus(59))).toEqual(pending);
  });

  it('and a look after a day that tells nothing is the last', () => {
    expect(lookedInto([entry()], silence, 1, plus(86_399)).map(isOpen)).toEqual([true]);
    expect(lookedInto([entry()], silence, 1, plus(86_400)).map(isOpen)).toEqual([false]);
  });
});

describe('a record of many deletions', () => {
  it('keeps the newest fifty, and one that is open whatever its age', () => {
    let deletions: Deletion[] = [];
    const outcomes = ['pending', ...Array.from({ length: 80 }, () => 'refused' as const)] as const;
    for (const [n, outcome] of outcomes.entries())
      deletions = withDeletion(deletions, { target: n + 1, asked_at: plus(n).toISOString(), asked_by: 'tester', outcome });
    expect(deletions).toHaveLength(50);
    expect(deletions.map(({ n }) => n)).toEqual([0, ...Array.from({ length: 49 }, (_, index) => index + 32)]);
  });

  it('keeps two of one target open at most, whoever asks and however often', () => {
    let deletions: Deletion[] = [];
    for (let minute = 0; minute < 300; minute++) {
      const asked_at = plus(minute * 60).toISOString();
      deletions = withDeletion(deletions, { target: 'all', asked_at, asked_by: 'tester', outcome: 'unknown' });
      expect(deletions.filter(isOpen).length).toBeLessThanOrEqual(2);
    }
    expect(deletions).toHaveLength(50);
  });

  it('answers for ever for what was deleted, however often something else was refused since', () => {
    const at = start.toISOString();
    const once = { asked_at: at, asked_by: 'tester', settled_at: at };
    let deletions: Deletion[] = [];
    for (let n = 0; n < 55; n++) deletions = withDeletion(deletions, { ...once, target: n % 2 === 0 ? 1 : 2, outcome: 'deleted' });
    for (let n = 0; n < 55; n++) deletions = withDeletion(deletions, { ...once, target: 3, outcome: 'refused' });
    expect(deletions).toHaveLength(50);
    expect(answerFromRecord(deletions, 1)).toMatchObject({ n: 0 });
    expect(answerFromRecord(deletions, 2)).toMatchObject({ n: 1 });
  });
});

it('a row with a deletion is due a minute later, or earlier if it was', () => {
  expect(asked(sent(), 'all', start)).toMatchObject({ next_step_at: plus(60).toISOString(), due: 'mass-message' });
  const sending = follow(register({ account_id: 'oa', msg_id: '1' }, start, schedule), status('SENDING'), start, schedule);
  expect(asked(sending, 'all', start).next_step_at).toBe(sending.next_step_at);
  const slow = { ...sending, next_step_at: plus(600).toISOString() };
  expect(asked(slow, 'all', start).next_step_at).toBe(plus(60).toISOString());
});

describe('after a look that told nothing, the next one', () => {
  it.each<[string, Partial<Extract<Observation, { seen: 'no_answer' }>>, number, number]>([
    ['is a minute later at first', {}, 5, 60],
    ['is as long later as the deletion is old', {}, 1000, 1000],
    ['is an hour later at most', {}, 10_000, 3600],
    ['is not before WeChat wants to be asked again', { retry_after_s: 7200 }, 60, 7200],
    [
      'comes at the slow pace while a person has to mend something',
      { blocked_by: 'WECHAT_NOT_PERMITTED 48001' },
      60,
      schedule.blocked_every_s,
    ],
  ])('%s', (_when, failure, age, pause) => {
    const seen = { ...silence, ...failure } as Observation;
    expect(nextLookInto([entry()], seen, plus(age), schedule)).toEqual(plus(age + pause));
  });
});

it('with a deletion, an earlier one of the same without an answer is over; one of another article, and one under way, are not', () => {
  const unknown = { outcome: 'unknown' } as const;
  let message = deletionEnded(asked(sent(), 1, start), 0, unknown, start);
  message = deletionEnded(asked(message, 2, start), 1, unknown, start);
  message = asked(message, 3, plus(50));
  const all = deletionEnded(asked(message, 'all', plus(80)), 3, { outcome: 'deleted' }, plus(81));
  expect(all.deletions.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'pending', 'deleted']);
  expect(all.deletions.map(isOpen)).toEqual([false, false, true, false]);
});

it('after one article of nobody knows how many there is one look; if it tells nothing, another; and none where the others are known', () => {
  const once = deletionEnded(asked(sent(), 1, start), 0, { outcome: 'deleted' }, start);
  expect(isLookedAt(once, start)).toBe(true);
  expect(isLookedAt(follow(once, status('SEND_SUCCESS'), start, schedule), plus(86_400))).toBe(false);
  expect(follow(once, silence, start, schedule).deletion_look_at).toBe(plus(60).toISOString());
  const page = { target: 1, url: 'https://mp.weixin.qq.com/s/x', asked_at: start.toISOString(), asked_by: 'tester' };
  expect(articleDeleted(sent(), page, start)?.deletion_look_at).toBe(start.toISOString());
  const articles = [1, 2].map((article_idx) => ({ article_idx, url: `${page.url}${article_idx}` }));
  expect(deletionEnded(asked({ ...sent(), articles }, 1, start), 0, { outcome: 'deleted' }, start).deletion_look_at).toBeUndefined();
});

it('an answer that comes after a look has told counts, and the lack of one does not', () => {
  const pending = asked(sent(), 'all', start);
  const looked = { ...pending, deletions: [entry({ outcome: 'not_deleted', settled_at: plus(60).toISOString() })] };
  expect(deletionEnded(looked, 0, { outcome: 'deleted' }, plus(61))).toMatchObject({
    state: 'deleted',
    deletions: [{ outcome: 'deleted' }],
  });
  expect(deletionEnded(looked, 0, { outcome: 'unknown' }, plus(61)).deletions).toEqual(looked.deletions);
});

it('a row of an earlier version has no deletions', () => {
  const { deletions: _, ...row } = sent();
  expect(massMessage.parse(row).deletions).toEqual([]);
});

it('a page that is gone is noted once, and not of what is deleted already', () => {
  const page = { target: 1, url: 'https://mp.weixin.qq.com/s/x', asked_at: start.toISOString(), asked_by: 'tester' };
  const once = articleDeleted(sent(), page, start);
  if (!once) throw new Error('not noted');
  expect(once.deletions).toMatchObject([{ target: 1, url: page.url, outcome: 'deleted' }]);
  expect(articleDeleted(once, page, start)).toBeUndefined();
});

describe('whatever is asked, answered and seen', () => {
  const look = fc.oneof(
    fc.constantFrom('SEND_SUCCESS', 'SENDING', 'SEND_FAIL', 'DELETE', '').map(status),
    fc.constantFrom<Observation>(
      silence,
      { seen: 'awaiting', upstream: {} },
      { seen: 'nothing_yet', upstream: {} },
      { seen: 'no_answer', blocked_by: 'WECHAT_NOT_PERMITTED 48001', retry_after_s: 7200, upstream: null },
    ),
  );
  const target = fc.constantFrom<Deletion['target'][]>('all', 1, 2);
  const ending = fc.constantFrom(undefined, 'deleted' as const, 'refused' as const, 'unknown' as const);
  const request = fc.record({ at: fc.integer({ min: 0, max: 7200 }), target, ending });
  const course = fc.tuple(fc.array(request, { maxLength: 6 }), fc.array(look, { minLength: 1, maxLength: 6 }));

  /** Requests as they come, then looks as they are due, the last kind of them for ever. */
  const live = ([requests, looks]: [
    { at: number; target: Deletion['target']; ending: ReturnType<typeof ending.generate>['value'] }[],
    Observation[],
  ]) => {
    let message = sent();
    for (const { at, target, ending } of [...requests].sort((a, b) => a.at - b.at)) {
      const begun = askToDelete(message, { target, asked_by: 'tester' }, plus(at));
      if (begun.answer !== 'begun') continue;
      message = ending ? deletionEnded(begun.next, begun.deletion.n, { outcome: ending }, plus(at)) : begun.next;
    }
    let now = plus(7200);
    let taken = 0;
    while (message.next_step_at !== undefined && taken < 100) {
      now = new Date(Math.max(now.getTime(), Date.parse(message.next_step_at)));
      const seen = looks[Math.min(taken++, looks.length - 1)] ?? silence;
      if (isLookedAt(message, now)) message = follow(message, seen, now, schedule);
      message = published(message, message.history.at(-1)?.n ?? 0);
    }
    return { message, now, taken };
  };

  it('every deletion is settled within a day and the longest pause, and then nothing is due', () => {
    fc.assert(
      fc.property(course, (events) => {
        const { message, now, taken } = live(events);
        expect(message.deletions.filter(isOpen)).toEqual([]);
        expect(message).not.toHaveProperty('next_step_at');
        expect(message.deletion_look_at).toBeUndefined();
        expect(now.getTime()).toBeLessThanOrEqual(plus(7200 + 86_400 + 7200).getTime());
        expect(taken).toBeLessThan(60);
        expect(massMessage.safeParse(message).success).toBe(true);
      }),
    );
  });

  it('what was deleted by our record is deleted in its state, and no settled state goes back', () => {
    fc.assert(
      fc.property(course, (events) => {
        const { message } = live(events);
        const all = message.deletions.some(({ target, outcome }) => target === 'all' && outcome === 'deleted');
        if (all) expect(message.state).toBe('deleted');
        expect(['sent', 'deleted']).toContain(message.state);
      }),
    );
  });
});
