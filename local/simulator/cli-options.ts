import * as z from 'zod';
import type { AccountSettings } from './official-account/account.ts';
import type { SimulatorOptions } from './simulator.ts';

/** For `parseArgs`. */
export const optionNames = {
  port: { type: 'string' },
  host: { type: 'string' },
  appid: { type: 'string' },
  secret: { type: 'string' },
  protection: { type: 'string' },
  administrator: { type: 'string' },
  window: { type: 'string' },
  sending: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const count = (error: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number);

const optionsSchema = z.object({
  port: count('must be a number from 0 to 65535')
    .refine((port) => port <= 65535, 'must be a number from 0 to 65535')
    .default(8095),
  // It answers whoever asks, and its control API asks for no secret.
  host: z.enum(['127.0.0.1', '::1', 'localhost'], 'must be this machine: 127.0.0.1, ::1 or localhost').default('127.0.0.1'),
  appid: z.string().min(1, 'must not be empty').default('wx0000000000000001'),
  secret: z.string().min(1, 'must not be empty').default('simulator-secret'),
  protection: z.enum(['on', 'off'], 'must be on or off').default('on'),
  administrator: z
    .string()
    .regex(/^(confirm|refuse|sleep)(:\d{1,9})?$/, 'must be confirm, refuse or sleep, and may be followed by seconds: confirm:20')
    .default('sleep'),
  window: count('must be a number of seconds').default(1800),
  sending: count('must be a number of seconds').default(10),
});

export type CliOptions = Required<Pick<SimulatorOptions, 'port' | 'host' | 'confirmationWindowSeconds' | 'sendingSeconds'>> & {
  readonly account: AccountSettings;
};

/** The simulator's settings, or one line that names the option that is wrong. */
export const readOptions = (values: Readonly<Record<string, unknown>>): CliOptions | string => {
  const parsed = optionsSchema.safeParse(values);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}.`).join(' ');
  const { port, host, appid, secret, protection, administrator, window, sending } = parsed.data;
  const [action, afterSeconds = '0'] = administrator.split(':');
  return {
    port,
    host,
    account: {
      appid,
      secret,
      protection: protection === 'on',
      administrator: { action: z.enum(['confirm', 'refuse', 'sleep']).parse(action), afterSeconds: Number(afterSeconds) },
    },
    confirmationWindowSeconds: window,
    sendingSeconds: sending,
  };
};
