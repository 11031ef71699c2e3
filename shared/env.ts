import * as z from 'zod';
import { syncSchedule } from './domain/sync-schedule.ts';
import { trackingSchedule } from './domain/tracking-schedule.ts';

/**
 * One fragment for each capability. A function's environment is the union of what it uses, and the construct that
 * deploys it must supply exactly that type.
 */
const name = z.string().min(1);
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(schema);
const prefix = z.string().regex(/^waybill\/[a-z0-9-]+\/(credentials|tokens|push|tickets|authorizations)\/$/);

export const accountsEnv = z.object({ ACCOUNTS_TABLE: name });
export const massMessagesEnv = z.object({ MASS_MESSAGES_TABLE: name });
export const articlesEnv = z.object({ ARTICLES_TABLE: name });
export const groupMessagesEnv = z.object({ GROUP_MESSAGES_TABLE: name });
export const groupTasksEnv = z.object({ GROUP_TASKS_TABLE: name });
export const deliveriesEnv = z.object({ DELIVERIES_TABLE: name });
export const syncsEnv = z.object({ SYNCS_TABLE: name });
/** Reading tokens, and having them renewed by the one function that may read credentials. */
export const tokenReaderEnv = z.object({ TOKENS_PREFIX: prefix, REFRESH_TOKEN_FUNCTION: name });
/** With a key of the customer, its ARN, and the tags of the stage: secrets are made at run time and must be told. */
const newSecret = { KMS_KEY_ID: name.optional(), SECRET_TAGS: json(z.record(z.string(), z.string())).optional() };
export const tokenWriterEnv = z.object({ TOKENS_PREFIX: prefix, CREDENTIALS_PREFIX: prefix, ...newSecret });
/** What tokens of third-party platforms and of their accounts are asked for with. */
export const platformsEnv = z.object({ TICKETS_PREFIX: prefix, AUTHORIZATIONS_PREFIX: prefix });
/** Keeping the tickets that WeChat pushes to third-party platforms, without reading them. */
export const ticketWriterEnv = z.object({ TICKETS_PREFIX: prefix, ...newSecret });
/** Where the operator keeps what WeChat signs and encrypts its pushes with, one secret for each account. */
export const pushEnv = z.object({ PUSH_SECRETS_PREFIX: prefix });
export const officialAccountEnv = z.object({ OFFICIAL_ACCOUNT_URL: z.url() });
export const wecomEnv = z.object({ WECOM_URL: z.url() });
export const trackingEnv = z.object({ TRACKING_SCHEDULE: json(trackingSchedule) });
export const syncEnv = z.object({ SYNC_SCHEDULE: json(syncSchedule) });
export const syncWorkflowEnv = z.object({ SYNC_STATE_MACHINE: z.string().startsWith('arn:') });
export const workflowEnv = z.object({ TRACKING_STATE_MACHINE: z.string().startsWith('arn:') });
export const eventsEnv = z.object({ EVENT_BUS: name });

/** The fixed addresses that calls to WeChat come from, separated by commas, where a stage has them. */
export const egressEnv = z.object({
  EGRESS_ADDRESSES: z
    .string()
    .transform((text) => text.split(',').filter((address) => address !== ''))
    .optional(),
});

/** With JWT authorization: the claim that names the accounts a caller may use. With IAM, policies do. */
export const callerEnv = z.object({ ACCOUNTS_CLAIM: name.optional() });

type Fragment = z.ZodObject;
type All<T> = (T extends unknown ? (one: T) => void : never) extends (all: infer I) => void ? I : never;

/**
 * The environment of a function: all that its fragments name. Parsed once, when the module is loaded: a bad deployment
 * fails at its start and not on its thousandth request.
 */
export const loadEnv = <T extends Fragment[]>(...fragments: T): All<z.infer<T[number]>> => {
  const parsed = z.object(Object.assign({}, ...fragments.map(({ shape }) => shape))).safeParse(process.env);
  if (!parsed.success) throw new Error(`bad environment: ${z.prettifyError(parsed.error)}`);
  return parsed.data as All<z.infer<T[number]>>;
};
