import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { syncBar, syncLine, syncPhase } from '../../../local/sync-lines.ts';
import type { SyncView } from '../../../shared/http/present-sync.ts';

const view = (changes: Partial<SyncView> = {}): SyncView => ({
  account_id: 'wecom-main',
  sync_id: '20260302t080000z-0a1b2c3d',
  trigger: 'request',
  phase: 'reading_deliveries',
  period: { start_time: '2026-02-02T08:00:00.000Z', end_time: '2026-03-02T08:00:00.000Z' },
  created_at: '2026-03-02T08:00:00.000Z',
  failures: [],
  failures_dropped: 0,
  messages: { found: 3, new: 3, refreshed: 0 },
  members: { done: 45, all: 120 },
  tasks: { written: 120 },
  deliveries: { read: 2250, written: 2249 },
  calls: 51,
  parked_until: null,
  ...changes,
});
const at = new Date('2026-03-02T08:00:01.000Z');

describe('the bar of a sync', () => {
  it.each<[string, Partial<SyncView>, string]>([
    ['tells members, deliveries and calls', {}, '  ██████░░░░░░░░░░ 45 of 120 members, 2,250 read, 2,249 written, 51 calls'],
    [
      'is empty before the members are known',
      { phase: 'discovering', members: { done: 0, all: 0 } },
      '  ░░░░░░░░░░░░░░░░ looks for messages',
    ],
    ['does not say that it waits before its first step', { phase: 'waiting', members: { done: 0, all: 0 } }, '  ░░░░░░░░░░░░░░░░ begins'],
    ['is full at the end', { phase: 'summarising', members: { done: 120, all: 120 } }, '  ████████████████ adds up'],
  ])('%s', (_, changes, expected) => {
    expect(stripVTControlCharacters(syncBar(view(changes), at))).toBe(expected);
  });

  it.each<[string, Partial<SyncView>]>([
    ['at most', { members: { done: 120, all: 120 }, deliveries: { read: 6000, written: 6000 }, calls: 125 }],
    ['while it waits', { phase: 'waiting', created_at: '2026-03-02T07:59:00.000Z' }],
  ])('fits a terminal of 80 columns %s', (_, changes) => {
    expect(stripVTControlCharacters(syncBar(view(changes), at)).length).toBeLessThan(80);
  });
});

it.each<[string, Partial<SyncView>, string]>([
  ['how far it is, by quarters', {}, '  reads deliveries: 25% of 120 members'],
  ['nothing of the moment before its first step', { phase: 'waiting' }, ''],
  [
    'that it waits, if it does',
    { phase: 'waiting', created_at: '2026-03-02T07:59:55.000Z' },
    '  waits for another sync; if that was cut off, two minutes',
  ],
  ['nothing of what is soon over', { phase: 'summarising' }, ''],
])('without a terminal a sync tells %s', (_, changes, expected) => {
  expect(syncPhase(view(changes), at)).toBe(expected);
});

it.each<[string, Partial<SyncView>, string]>([
  [
    'what it wrote',
    { phase: 'done' },
    '  done: 3 new messages, 2,250 deliveries read, 120 tasks and 2,249 deliveries written, 51 calls to WeCom 4.3 s',
  ],
  [
    'that it wrote nothing',
    { phase: 'done', messages: { found: 3, new: 0, refreshed: 2 }, tasks: { written: 0 }, deliveries: { read: 0, written: 0 }, calls: 4 },
    '  done: 0 new messages, 0 deliveries read, nothing written, 4 calls to WeCom 4.3 s',
  ],
  [
    'that it failed',
    { phase: 'failed' },
    '  failed: 3 new messages, 2,250 deliveries read, 120 tasks and 2,249 deliveries written, 51 calls to WeCom 4.3 s',
  ],
])('a sync that is over tells %s', (_, changes, expected) => {
  expect(stripVTControlCharacters(syncLine(view(changes), 4.27))).toBe(expected);
});
