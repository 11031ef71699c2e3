import { expect, it } from 'vitest';
import { knownOf, noDeliveries } from '../../../shared/domain/delivery.ts';
import { nothingSummed, sameTotals, totalsOf } from '../../../shared/domain/group-message-totals.ts';
import { isTaskSettled, readNow, tasked } from '../../../shared/domain/group-task.ts';

const unlisted = { pending: null, not_friend: null, limit_reached: null, other: null };

it('of customer groups a status that WeCom lists none of is unknown, and one that it lists after all is counted', () => {
  expect(knownOf({ ...noDeliveries, sent: 3 }, 'group')).toEqual({ ...unlisted, sent: 3 });
  expect(knownOf(noDeliveries, 'group')).toEqual({ ...unlisted, sent: 0 });
  expect(knownOf({ ...noDeliveries, sent: 3, limit_reached: 2 }, 'group')).toEqual({ ...unlisted, sent: 3, limit_reached: 2 });
  expect(knownOf({ ...noDeliveries, sent: 3 }, 'single')).toEqual({ ...noDeliveries, sent: 3 });
});

it('totals are others when a status that was unknown is counted, or becomes unknown', () => {
  const sum = { ...nothingSummed, members: { ...nothingSummed.members, all: 1, sent: 1 } };
  const of = (limit_reached: number) => totalsOf({ ...sum, deliveries: { ...noDeliveries, limit_reached } }, 'group');
  expect(sameTotals(of(0), of(0))).toBe(true);
  expect(sameTotals(of(0), of(1))).toBe(false);
  expect(sameTotals(of(0), totalsOf(sum, 'single'))).toBe(false);
  expect(sameTotals({ ...of(0), deliveries: null }, of(0))).toBe(false);
});

it.each([
  ['since the member confirmed', 1_772_438_400, 100, true],
  ['since we saw it, where WeCom does not say when that was', undefined, 3600, true],
  ['since we saw it, also right before it is over', undefined, 3599, false],
])('a task of customer groups is settled an hour after, %s', (_what, send_time, later, settled) => {
  const seen = new Date('2026-03-02T09:00:00.000Z');
  const task = tasked({ account_id: 'wecom-main', msgid: 'one' }, { userid: 'member', status: 2, send_time }, undefined, seen);
  if (!task) throw new Error('no task');
  const read = readNow(task, 'group', new Date(seen.getTime() + later * 1000), 3600);
  expect(isTaskSettled({ ...task, counts: noDeliveries, read }, 'group')).toBe(settled);
});

it('a task of customers waits for nothing, nor does one that is not confirmed', () => {
  const of = (status: number) => {
    const now = new Date('2026-03-02T09:00:00.000Z');
    const task = tasked({ account_id: 'wecom-main', msgid: 'one' }, { userid: 'member', status }, undefined, now);
    return task && [readNow(task, 'single', now, 3600), readNow(task, 'group', now, 3600)];
  };
  expect(of(2)).toEqual([{ status: 'sent' }, { status: 'sent', early: true }]);
  expect(of(0)).toEqual([{ status: 'pending' }, { status: 'pending' }]);
});
