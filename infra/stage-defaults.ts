import type { SyncSchedule } from '../shared/domain/sync-schedule.ts';
import type { TrackingSchedule } from '../shared/domain/tracking-schedule.ts';
import type { StageDefaults } from './stage-schema.ts';

/** The pace at which WeChat is asked where it matters: the arithmetic is in poll-schedule.ts. */
const tracking: TrackingSchedule = {
  confirmation_window_s: 1800,
  confirmation_tolerance_s: 60,
  awaiting_s: [30, 30, 60, 60, 120, 120, 180],
  awaiting_every_s: 300,
  after_deadline_s: [30, 120, 300],
  sending_s: [15, 30, 60, 120, 300, 600],
  sending_every_s: 1800,
  not_visible_s: [10, 20, 40, 60],
  not_visible_for_s: 600,
  blocked_every_s: 1800,
  give_up_after_s: 86_400,
  stalled_after_s: 300,
  resume_at_most_every_s: 3600,
};

/** The same life of a message in seconds, for the stage that runs on one machine beside a simulated WeChat. */
const trackingInSeconds: TrackingSchedule = {
  confirmation_window_s: 20,
  confirmation_tolerance_s: 2,
  awaiting_s: [1, 1, 2, 2],
  awaiting_every_s: 3,
  after_deadline_s: [1, 2, 4],
  sending_s: [1, 1, 2],
  sending_every_s: 5,
  not_visible_s: [1, 1, 2],
  not_visible_for_s: 15,
  blocked_every_s: 5,
  give_up_after_s: 120,
  stalled_after_s: 10,
  resume_at_most_every_s: 60,
};

const [minute, hour, day] = [60, 3600, 86_400];

/** How group messages are kept up to date; what each number means is in sync-schedule.ts. */
const sync: SyncSchedule = {
  every_s: 10 * minute,
  backfill_s: 28 * day,
  overlap_s: day,
  young_for_s: day,
  hourly_every_s: hour,
  hourly_for_s: 7 * day,
  daily_every_s: day,
  refresh_for_s: 30 * day,
  unconfirmed_every_s: day,
  groups_settle_s: hour,
  not_visible_for_s: hour,
  keep_deliveries_s: 400 * day,
  keep_syncs_s: 30 * day,
  calls_per_second: 30,
  shards: 5,
  calls_in_flight: 4,
  messages_per_round: 50,
  members_per_round: 20_000,
  blocked_s: [minute, hour],
  wait_for_other_s: 30,
  index_lag_s: 2,
  stalled_after_s: 10 * minute,
  resume_at_most_every_s: hour,
};

/** The same beside a simulated corp, of which somebody watches what changes. */
const syncInSeconds: SyncSchedule = {
  ...sync,
  every_s: minute,
  hourly_every_s: 2 * minute,
  daily_every_s: 5 * minute,
  unconfirmed_every_s: 5 * minute,
  groups_settle_s: minute,
  not_visible_for_s: minute,
  blocked_s: [5, 15],
  wait_for_other_s: 2,
  index_lag_s: 1,
  stalled_after_s: 2 * minute,
  resume_at_most_every_s: 2 * minute,
};

const everyStage = {
  auth: { kind: 'iam' },
  callbacks: true,
  kmsKeyArn: 'service-owned',
  tags: {},
  schedules: { refreshDueTokensEveryMinutes: 1, resumeStalledEveryMinutes: 1, startDueSyncsEveryMinutes: 1 },
} as const;

const dev: StageDefaults = {
  ...everyStage,
  retainData: false,
  logDays: 7,
  tracing: true,
  throttle: { rate: 20, burst: 40 },
  routeThrottles: {},
  // A gateway and its addresses cost $40 a month (ADR 9): a stage that asks a simulator, or nobody, needs none.
  egress: { kind: 'none' },
  bootstrapRoles: true,
  tracking,
  sync,
  upstream: { officialAccountUrl: 'https://api.weixin.qq.com', wecomUrl: 'https://qyapi.weixin.qq.com' },
};

export const defaults = {
  /** Deployed into an emulator: it has no bootstrap roles to assume, no X-Ray and no gateways. */
  local: {
    ...dev,
    tracing: false,
    bootstrapRoles: false,
    tracking: trackingInSeconds,
    sync: syncInSeconds,
    // Where `npm run simulator` listens when nothing else is said; `npm start` starts its own and passes that address.
    upstream: { officialAccountUrl: 'http://127.0.0.1:8095', wecomUrl: 'http://127.0.0.1:8095' },
  },
  dev,
  prod: {
    ...dev,
    retainData: true,
    logDays: 90,
    throttle: { rate: 100, burst: 200 },
    // A live request holds a function for as long as WeChat takes, 29 s at most: 20 a second are 580 at once, of the 1,000
    // that all functions of an AWS account share unless it has asked for more.
    routeThrottles: { live: { rate: 20, burst: 40 }, delete: { rate: 5, burst: 10 }, operate: { rate: 5, burst: 10 } },
    egress: { kind: 'fixed-ip', natGateways: 'one' },
  },
} as const satisfies Record<string, StageDefaults>;
