import * as z from 'zod';
import { trackingSchedule } from './domain/tracking-schedule.ts';

/**
 * One fragment for each capability. A function's environment is the union of what it uses, and the construct that
 * deploys it must supply exactly that type.
 */
const name = z.string().min(1);
const prefix = z.string().regex(/^waybill\/[a-z0-9-]+\/(credentials|tokens)\/$/);

export const accountsEnv = z.object({ ACCOUNTS_TABLE: name });
export const massMessagesEnv = z.object({ MASS_MESSAGES_TABLE: name });
/** Reading tokens, and having them renewed by the one function that may read credentials. */
export const tokenReaderEnv = z.object({ TOKENS_PREFIX: prefix, REFRESH_TOKEN_FUNCTION: name });
/** With a key of the customer, its ARN: secrets are made at run time and must be told. */
export const tokenWriterEnv = z.object({ TOKENS_PREFIX: prefix, CREDENTIALS_PREFIX: prefix, KMS_KEY_ID: name.optional() });
export const officialAccountEnv = z.object({ OFFICIAL_ACCOUNT_URL: z.url() });
export const trackingEnv = z.object({
  TRACKING_SCHEDULE: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(trackingSchedule),
});
export const workflowEnv = z.object({ TRACKING_STATE_MACHINE: z.string().startsWith('arn:') });
export const eventsEnv = z.object({ EVENT_BUS: name });

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
