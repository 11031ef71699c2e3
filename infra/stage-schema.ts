import * as z from 'zod';
import { syncSchedule } from '../shared/domain/sync-schedule.ts';
import { trackingSchedule } from '../shared/domain/tracking-schedule.ts';
import { callbackRoutes, type Permission, routes } from '../shared/http/routes.ts';
import { parseBaseUrl } from '../shared/wechat/base-url.ts';
import { checkPlacement, partitionOf } from './placement.ts';
import { defaultScopePrefix } from './scope-prefix.ts';

const refusing = (check: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      check(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
  });

const baseUrl = refusing(parseBaseUrl);
const isOnThisMachine = (url: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(URL.parse(url)?.hostname ?? '');
/** Kept to the letter: it is compared with the `iss` of every token, a slash at its end included. */
const issuer = refusing((text) => {
  try {
    parseBaseUrl(text);
  } catch (error) {
    throw new Error('expected an https URL without query (http only to this machine): whoever answers there decides who is let in', {
      cause: error,
    });
  }
});

const account = z.string().regex(/^\d{12}$/, { error: 'expected 12 digits' });
const region = z.string().refine(partitionOf, { error: 'expected a region of AWS such as eu-west-1 or cn-north-1' });
const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), { error: `expected an id such as ${prefix}-0a1b2c3d` });
const zone = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, { error: 'expected an availability zone such as eu-west-1a' });

/** Requests a second over all callers, and how many at once. */
const throttle = z.strictObject({ rate: z.number().positive(), burst: z.int().positive() });

// EventBridge Scheduler writes rates in whole minutes; a rate over an hour would outlive the tokens it renews.
const everyMinutes = z.int().min(1).max(60);

/** What a route costs: one that asks WeChat, one that WeChat calls, or what its caller must be allowed to do. */
export type RouteKind = Permission | 'live' | 'callback';
export const kindOf = ({ path, permission }: { readonly path: string; readonly permission?: Permission }): RouteKind =>
  permission === undefined ? 'callback' : path.includes('/live/') ? 'live' : permission;
const routeKind = z.enum([...new Set<RouteKind>([...routes, ...callbackRoutes].map(kindOf))]);

// API Gateway: 64 characters for a scope, the permission included.
const longestPrefix = 64 - Math.max(...routes.map(({ permission }) => permission.length));
const scopePrefix = z
  .string()
  .max(longestPrefix)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]*$/, { error: 'expected ASCII without space, quote and backslash (RFC 6749, section 3.3)' });

const auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('iam') }),
  z.strictObject({
    kind: z.literal('jwt'),
    issuer,
    audience: z.array(z.string().min(1)).min(1),
    /** The claim that lists the accounts of WeChat's which a caller may ask for. */
    accountsClaim: z.string().regex(/^[\w:/.-]+$/, { error: "expected a claim's name" }),
    /** What stands before the permission in the scopes of a token. */
    scopePrefix: scopePrefix.default(defaultScopePrefix),
  }),
]);

const twoZones = z.tuple([zone, zone]).refine(([one, other]) => one !== other, { error: 'expected two different zones' });

/** How the functions that call WeChat, and only they, reach it: see docs/adr/0009-fixed-addresses.md. */
const egress = z.discriminatedUnion('kind', [
  /** From any address of AWS's: for a simulator, or an account without an allow-list. */
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('fixed-ip'),
    natGateways: z.enum(['one', 'one-per-zone']).default('one'),
    /** Left out: the first two that CloudFormation is told of at each update, and they can become others (docs/deploy.md, Before prod). */
    availabilityZones: twoZones.optional(),
  }),
  /** Subnets whose way out is the team's, and so are its addresses. */
  z
    .strictObject({
      kind: z.literal('existing-vpc'),
      vpcId: id('vpc'),
      availabilityZones: z.array(zone).min(1),
      privateSubnetIds: z.array(id('subnet')).min(1),
      /** Left out: one of ours, which lets TCP 443 out and nothing in. */
      securityGroupIds: z.array(id('sg')).min(1).max(5).optional(), // Lambda: 5 for a function
    })
    .refine(({ availabilityZones, privateSubnetIds }) => availabilityZones.length === privateSubnetIds.length, {
      error: 'expected one subnet for each of availabilityZones, in their order',
      path: ['privateSubnetIds'],
    }),
]);

const tags = z.record(z.string(), z.string()).superRefine((given, context) => {
  // They are in the environment of the functions that make secrets, for all of which Lambda has 4 KB.
  if (Buffer.byteLength(JSON.stringify(given)) > 3000)
    context.addIssue({ code: 'custom', message: 'expected at most 3,000 bytes of JSON' });
  // AWS takes 50 on a thing.
  if (Object.keys(given).length > 48)
    context.addIssue({ code: 'custom', message: 'expected at most 48 tags, beside the two that Waybill sets' });
  for (const [key, value] of Object.entries(given)) {
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: [key], message });
    // IAM takes two keys that differ in their capitals alone for one, and refuses the role.
    if (['service', 'stage'].includes(key.toLowerCase())) refuse('Waybill sets this tag itself');
    if (Object.keys(given).some((other) => other !== key && other.toLowerCase() === key.toLowerCase()))
      refuse('differs from another key in its capitals alone, and IAM takes the two for one');
    if (!/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu.test(key)) refuse('not a key that AWS takes');
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value)) refuse('not a value that AWS takes');
  }
});

const settings = z.strictObject({
  account: account.optional(),
  region: region.optional(),
  /** Data and fixed addresses outlive the stack, and no stack is deleted by mistake. */
  retainData: z.boolean(),
  /** For how many days logs are kept. */
  logDays: z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]),
  /** With X-Ray, which China does not have. */
  tracing: z.boolean(),
  throttle,
  /** Tighter, for one kind of route each. */
  routeThrottles: z.partialRecord(routeKind, throttle),
  auth,
  /** Whether WeChat can push: over routes without an authorizer, which in China takes an ICP licence (docs/china.md). */
  callbacks: z.boolean(),
  egress,
  /** `service-owned`: encrypted with keys that the services own. Else this key, whose policy docs/adr/0012-encryption.md gives. */
  kmsKeyArn: z.union([
    z.literal('service-owned'),
    z.string().regex(/^arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:key\/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/, {
      error: "expected 'service-owned' or the ARN of a key, whose id is a UUID or mrk-…; not of an alias",
    }),
  ]),
  /** A managed policy, by name or ARN, that bounds every role of ours. */
  permissionsBoundary: z
    .string()
    .regex(/^(arn:[\w-]+:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+|[\w+=,.@-]{1,128})$/, {
      error: 'expected the name or the ARN of a managed policy',
    })
    .optional(),
  /** On everything that takes tags, beside `service` and `stage`. */
  tags,
  /** Deploys through the roles of `cdk bootstrap`; without them, with the caller's own credentials. */
  bootstrapRoles: z.boolean(),
  schedules: z.strictObject({
    refreshDueTokensEveryMinutes: everyMinutes,
    resumeStalledEveryMinutes: everyMinutes,
    startDueSyncsEveryMinutes: everyMinutes,
  }),
  tracking: trackingSchedule,
  sync: syncSchedule,
  upstream: z.strictObject({ officialAccountUrl: baseUrl, wecomUrl: baseUrl }),
});

/** Part of the names of stacks, log groups and secrets. */
export const stageName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,15}$/, { error: 'expected 2 to 16 small letters, digits and hyphens, a letter first' });

export const stageConfig = settings
  .extend({ stage: stageName })
  .superRefine(checkPlacement)
  .refine(({ stage, auth }) => stage === 'local' || auth.kind === 'iam' || auth.issuer.startsWith('https:'), {
    error: 'expected an https URL: API Gateway asks the issuer from where it runs',
    path: ['auth', 'issuer'],
  })
  .superRefine(({ stage, upstream }, context) => {
    if (stage === 'local') return;
    for (const [name, url] of Object.entries(upstream))
      if (isOnThisMachine(url))
        context.addIssue({
          code: 'custom',
          path: ['upstream', name],
          message: 'is on this machine, which a deployed function never reaches',
        });
  });
export type StageConfig = z.infer<typeof stageConfig>;
export type Auth = StageConfig['auth'];
export type Egress = StageConfig['egress'];

/** What a stage says of itself; a group of numbers may be given in part. */
export const stageDeclaration = settings.partial().extend({
  like: z.enum(['dev', 'prod']),
  throttle: throttle.partial().optional(),
  schedules: settings.shape.schedules.partial().optional(),
  tracking: trackingSchedule.partial().optional(),
  sync: syncSchedule.partial().optional(),
  upstream: settings.shape.upstream.partial().optional(),
});
export type StageDeclaration = z.input<typeof stageDeclaration>;

/** Everything but what a stage alone can know. */
export type StageDefaults = Omit<StageConfig, 'stage' | 'account' | 'region' | 'permissionsBoundary'>;
