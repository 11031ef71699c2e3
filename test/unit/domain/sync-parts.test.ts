import { describe, expect, it } from 'vitest';
import { nextPage, type PageGuard } from '../../../shared/domain/cursor-guard.ts';
import { nextRefresh } from '../../../shared/domain/refresh-schedule.ts';
import { shardOf } from '../../../shared/domain/shard.ts';
import { begun, endedBy, failedAt, keptFailuresOfShard, newSyncId, noProgress, withFailures } from '../../../shared/domain/sync.ts';
import { syncSchedule } from '../../../shared/domain/sync-schedule.ts';
import { windowsOf } from '../../../shared/domain/sync-windows.ts';
import { fromUnix } from '../../../shared/domain/time.ts';
import { parkedAgain } from '../../../shared/sync/park.ts';
import { prodSync } from '../../support/prod-sync.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 2, 8, 0, seconds));

describe('a place in a list', () => {
  it.each([1, 2, 3, 7, 64, 100])('finds out that cursors go round in a circle of %i, after a way in', (length) => {
    let place: PageGuard | undefined;
    let pages = 0;
    for (; pages < 1000; pages++) {
      const cursor = pages < 5 ? `in-${pages}` : `circle-${(pages - 5) % length}`;
      const next = nextPage(place, cursor);
      if (!next) break;
      place = next;
    }
    expect(pages).toBeGreaterThanOrEqual(length);
    expect(pages).toBeLessThan(5 + 4 * length + 16);
  });

  it('takes a thousand cursors that differ', () => {
    let place: PageGuard | undefined;
    for (let page = 0; page < 1000; page++) {
      place = nextPage(place, `c${page}`);
      expect(place).toBeDefined();
    }
  });
});

describe('the windows of a period', () => {
  it('are 28 days at most, have no second in common and leave none out', () => {
    const period = { start_time: '2026-01-01T00:00:00.000Z', end_time: '2026-03-31T12:00:00.000Z' };
    const single = windowsOf(period).filter(({ chatType }) => chatType === 'single');
    expect(single).toHaveLength(4);
    expect(single[0]?.startTime).toBe(Date.parse(period.start_time) / 1000);
    expect(single.at(-1)?.endTime).toBe(Date.parse(period.end_time) / 1000);
    for (const [index, { startTime, endTime }] of single.entries()) {
      expect(endTime - startTime).toBeLessThanOrEqual(28 * 86_400);
      if (index > 0) expect(startTime).toBe((single[index - 1]?.endTime ?? 0) + 1);
    }
  });

  it('are asked for both kinds of recipients', () => {
    const windows = windowsOf({ start_time: '2026-03-01T00:00:00.000Z', end_time: '2026-03-02T00:00:00.000Z' });
    expect(windows.map(({ chatType }) => chatType)).toEqual(['single', 'group']);
  });
});

describe('the next refresh', () => {
  const message = {
    create_time: at(0).toISOString(),
    settled: false,
    discovered_at: at(1).toISOString(),
    next_refresh_at: at(1).toISOString(),
    totals: { members: { all: 1, sent: 0, pending: 1, other: 0 }, deliveries: null, members_unread: 1 },
  };
  const after = (seconds: number) => nextRefresh(message, at(seconds), prodSync);
  const [hour, day] = [3600, 86_400];

  it.each([
    ['stays where it is on the first day, so that there is nothing to write', day - 1, at(1).toISOString()],
    ['is hourly to the seventh day', day, at(day + hour).toISOString()],
    ['is daily to the thirtieth', 7 * day, at(8 * day).toISOString()],
    ['is none from then on', 30 * day, undefined],
  ])('%s', (_what, seconds, next) => {
    expect(after(seconds)).toBe(next);
  });

  it.each([
    ['was never read', { totals: undefined }],
    ['could not be read the last time', { failure: { at: at(0).toISOString(), code: 'WECHAT_REFUSED', detail: 'busy' } }],
  ])('is daily for an old one that %s, and not for ever', (_what, unread) => {
    const old = { ...message, ...unread, discovered_at: at(50 * day).toISOString() };
    expect(nextRefresh(old, at(50 * day), prodSync)).toBe(at(51 * day).toISOString());
    expect(nextRefresh(old, at(80 * day - 1), prodSync)).toBe(at(81 * day - 1).toISOString());
    expect(nextRefresh(old, at(80 * day), prodSync)).toBeUndefined();
  });

  it('is none once nothing more is expected', () => {
    expect(nextRefresh({ ...message, settled: true }, at(10), prodSync)).toBeUndefined();
  });
});

describe('a park', () => {
  const blocked = { blocked: true };
  const park = (before: Parameters<typeof parkedAgain>[0], seconds: number, what = blocked) =>
    parkedAgain(before, what, at(seconds), prodSync);

  it('is a minute, and an hour when the first call after it is refused, too', () => {
    const first = park(undefined, 0);
    expect(first).toEqual({ until: at(60).toISOString(), times: 1 });
    expect(park(first, 61)).toEqual({ until: at(61 + 3600).toISOString(), times: 2 });
    expect(park({ until: at(61 + 3600).toISOString(), times: 2 }, 3662)).toEqual({ until: at(3662 + 3600).toISOString(), times: 3 });
  });
  it('is a minute again after calls that went well', () => {
    expect(park({ until: at(60).toISOString(), times: 5 }, 200)).toEqual({ until: at(260).toISOString(), times: 1 });
  });
  it('stays as it is when another worker meets the same', () => {
    const first = park(undefined, 0);
    expect(park(first, 2)).toBe(first);
  });
  it('ends after a day of hours', () => {
    expect(park({ until: at(0).toISOString(), times: 24 }, 1)).toBeUndefined();
  });
});

it('spreads members evenly over workers, each always to the same one', () => {
  const counts = Array.from({ length: 5 }, () => 0);
  for (let n = 0; n < 5000; n++) {
    const shard = shardOf(`member-${n}`, 5);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  expect(shardOf('zhangsan', 5)).toBe(shardOf('zhangsan', 5));
});

it.each([undefined, 0, 946_684_799, 4_102_444_800, 1_772_438_400_000])('%s is no time', (seconds) => {
  expect(fromUnix(seconds)).toBeUndefined();
});

describe('the row of a sync', () => {
  it('stays below what DynamoDB takes, with everything in it that can fail', () => {
    const failure = failedAt(at(0), {
      code: 'WECHAT_REFUSED',
      detail: `x${'参数错误'.repeat(10_000)}`,
      hint: 'h'.repeat(200),
      errcode: 40058,
      msgid: 'm'.repeat(256),
      userid: 'u'.repeat(128),
    });
    const many = Array.from({ length: 1000 }, () => failure);
    const start = begun(
      { account_id: 'corp', sync_id: newSyncId(at(0)), trigger: 'schedule', selection: 'due', period: { start_time: '', end_time: '' } },
      at(0),
      prodSync,
    );
    const shard = { index: 0, userid: failure.userid, done: false, progress: noProgress, in_flight: 4, pause_ms: 0 };
    const noted = withFailures({ ...shard, failures: [], failures_dropped: 0 }, many, 0, keptFailuresOfShard);
    const { shards, messages_per_round } = syncSchedule.shape;
    const row = {
      ...withFailures(start, many),
      round: Array.from({ length: messages_per_round.maxValue ?? 0 }, () => ({
        msgid: failure.msgid,
        members: 0,
        unconfirmed: false,
        failure,
      })),
      shards: Object.fromEntries(Array.from({ length: shards.maxValue ?? 0 }, (_, number) => [number, noted])),
    };
    expect(Buffer.byteLength(JSON.stringify(row))).toBeGreaterThan(300 * 1024);
    expect(Buffer.byteLength(JSON.stringify(row))).toBeLessThan(400 * 1024);
    expect(failure.detail).toMatch(/^x[参数错误]+$/);
  });

  it('says what ended it, however much went wrong before, and how much of that it does not tell', () => {
    const start = begun(
      { account_id: 'corp', sync_id: newSyncId(at(0)), trigger: 'schedule', selection: 'due', period: { start_time: '', end_time: '' } },
      at(0),
      prodSync,
    );
    const failures = Array.from({ length: 50 }, (_, n) => failedAt(at(n), { code: 'WECHAT_REFUSED', detail: `${n}` }));
    const last = failedAt(at(60), { code: 'ACCOUNT_NOT_FOUND', detail: 'the end' });
    expect(endedBy(withFailures(start, failures), last)).toMatchObject({ failures: [...failures.slice(0, 49), last], failures_dropped: 1 });
    expect(endedBy(start, last)).toMatchObject({ failures: [last], failures_dropped: 0 });
  });
});
