import { expect, it } from 'vitest';
import { follow, published, register } from '../../../shared/domain/follow.ts';
import { unpublishedEvents } from '../../../shared/events/events.ts';
import { prodSchedule as schedule } from '../../support/prod-schedule.ts';

const start = new Date('2026-03-02T08:00:00.000Z');
const at = start.toISOString();
const registered = register({ account_id: 'oa', msg_id: '1', label: 'spring' }, start, schedule);
const sent = follow(registered, { seen: 'status', status: 'SEND_SUCCESS', upstream: {} }, start, schedule);

it('tells every entry as what it was then, oldest first, under an id that is no other message’s', () => {
  const same = { version: 1, account_id: 'oa', msg_id: '1', label: 'spring', at };
  expect(unpublishedEvents(sent).map(({ detail }) => detail)).toEqual([
    { ...same, id: 'oa/1/0', number: 0, state: 'submitted', basis: 'registered', settled: false },
    { ...same, id: 'oa/1/1', number: 1, state: 'sent', previous_state: 'submitted', basis: 'observed', settled: true },
  ]);
});

it('still names the state before when that was told earlier', () => {
  expect(unpublishedEvents(published(sent, 0))).toMatchObject([{ detail: { id: 'oa/1/1', previous_state: 'submitted' } }]);
  expect(unpublishedEvents(published(sent, 1))).toEqual([]);
});
