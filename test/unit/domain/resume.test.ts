import { describe, expect, it } from 'vitest';
import { register } from '../../../shared/domain/follow.ts';
import { keepsStalling, resumed } from '../../../shared/domain/resume.ts';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { prodSchedule as schedule } from '../../support/prod-schedule.ts';

const start = new Date('2026-03-02T08:00:00.000Z');

it('the third attempt to bring a message back is worth a person’s look, the first two are not', () => {
  let message = register({ account_id: 'oa', msg_id: '1' }, start, schedule);
  const alarms = [1, 2, 3, 4].map(() => {
    message = resumed(message, start, schedule);
    return keepsStalling(message);
  });
  expect(alarms).toEqual([false, false, true, true]);
  expect(message).toMatchObject({ attempt: 5, resumes: 4, rev: 4 });
});

describe('a look after an article was deleted, whose execution never started', () => {
  const asked_at = start.toISOString();
  const message = {
    ...register({ account_id: 'oa', msg_id: '1' }, start, schedule),
    state: 'sent' as const,
    basis: 'observed' as const,
    deletions: [{ n: 0, target: 1, asked_at, asked_by: 'somebody', outcome: 'deleted' as const, settled_at: asked_at }],
    deletion_look_at: asked_at,
  };

  it('is still to be taken by the next execution', () => {
    expect(resumed(message, secondsAfter(start, 600), schedule)).toMatchObject({ deletion_look_at: asked_at });
  });

  it('is given up after a day, like everything that fails', () => {
    const later = secondsAfter(start, 86_400 + schedule.resume_at_most_every_s);
    expect(resumed(message, later, schedule).deletion_look_at).toBeUndefined();
  });
});
