import * as z from 'zod';
import { type TrackingSchedule, trackingSchedule } from '../shared/domain/tracking-schedule.ts';
import { parseBaseUrl } from '../shared/wechat/base-url.ts';

/** The pace at which WeChat is asked where it matters: the arithmetic is in poll-schedule.ts. */
const tracking: TrackingSchedule = {
  confirmation_window_s: 1800,
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

const wechat = { officialAccountUrl: 'https://api.weixin.qq.com', wecomUrl: 'https://qyapi.weixin.qq.com' };
/** Where `npm run simulator` listens when nothing else is said. */
const simulator = { officialAccountUrl: 'http://127.0.0.1:8095', wecomUrl: 'http://127.0.0.1:8095' };

const everyMinute = { refreshDueTokensEveryMinutes: 1, resumeStalledEveryMinutes: 1 };

const stages = {
  // Deployed into an emulator: it has no bootstrap roles to assume, and no X-Ray.
  local: {
    retainData: false,
    logDays: 7,
    tracing: false,
    throttle: { rate: 20, burst: 40 },
    bootstrapRoles: false,
    schedules: everyMinute,
    tracking: trackingInSeconds,
    upstream: simulator,
  },
  dev: {
    retainData: false,
    logDays: 7,
    tracing: true,
    throttle: { rate: 20, burst: 40 },
    bootstrapRoles: true,
    schedules: everyMinute,
    tracking,
    upstream: wechat,
  },
  prod: {
    retainData: true,
    logDays: 90,
    tracing: true,
    throttle: { rate: 100, burst: 200 },
    bootstrapRoles: true,
    schedules: everyMinute,
    tracking,
    upstream: wechat,
  },
} as const;

const baseUrl = z.string().superRefine((text, context) => {
  try {
    parseBaseUrl(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});
// EventBridge Scheduler writes rates in whole minutes; a rate over an hour would outlive the tokens it renews.
const everyMinutes = z.int().min(1).max(60);

const stageConfig = z.strictObject({
  stage: z.enum(['local', 'dev', 'prod']),
  account: z
    .string()
    .regex(/^\d{12}$/, { error: 'expected 12 digits' })
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, { error: 'expected a region such as eu-west-1 or cn-north-1' })
    .optional(),
  /** Data outlive the stack and every attempt to delete them. */
  retainData: z.boolean(),
  logDays: z.literal([7, 30, 90, 365]),
  tracing: z.boolean(),
  /** Requests a second over all callers, and how many at once. */
  throttle: z.strictObject({ rate: z.number().positive(), burst: z.int().positive() }),
  /** Deploys through the roles of `cdk bootstrap`; without them, with the caller's own credentials. */
  bootstrapRoles: z.boolean(),
  schedules: z.strictObject({ refreshDueTokensEveryMinutes: everyMinutes, resumeStalledEveryMinutes: everyMinutes }),
  tracking: trackingSchedule,
  upstream: z.strictObject({ officialAccountUrl: baseUrl, wecomUrl: baseUrl }),
});
export type StageConfig = z.infer<typeof stageConfig>;

/** What a deployment may set from outside: `cdk deploy -c stage=prod -c region=cn-north-1`. */
export interface StageSettings {
  readonly stage?: unknown;
  readonly region?: unknown;
  readonly officialAccountUrl?: unknown;
  readonly wecomUrl?: unknown;
}

/**
 * The only place where stages and partitions differ; constructs get the answers through props.
 * @throws an Error that names the field and the reason, or the stages there are.
 */
export const loadStageConfig = (settings: StageSettings, env: NodeJS.ProcessEnv): StageConfig => {
  const stage = settings.stage ?? 'dev';
  if (!isStage(stage)) throw new Error(`unknown stage '${stage}': it is one of ${Object.keys(stages).join(', ')}`);
  const base = stages[stage];
  const region = settings.region ?? env['CDK_DEFAULT_REGION'];
  const parsed = stageConfig.safeParse({
    ...base,
    stage,
    account: env['CDK_DEFAULT_ACCOUNT'],
    region,
    tracing: base.tracing && !String(region).startsWith('cn-'),
    upstream: {
      officialAccountUrl: settings.officialAccountUrl ?? base.upstream.officialAccountUrl,
      wecomUrl: settings.wecomUrl ?? base.upstream.wecomUrl,
    },
  });
  if (!parsed.success) throw new Error(`bad settings for stage ${stage}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
};

const isStage = (name: unknown): name is keyof typeof stages => typeof name === 'string' && Object.hasOwn(stages, name);
