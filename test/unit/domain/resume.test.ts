import { expect, it } from 'vitest';
import { register } from '../../../shared/domain/follow.ts';
import { keepsStalling, resumed } from '../../../shared/domain/resume.ts';
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
