import * as z from 'zod';
import type { AccountSettings } from './official-account/account.ts';
import { type PushSettings, pushSchema } from './push/push-settings.ts';
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
  'push-url': { type: 'string' },
  'push-token': { type: 'string' },
  'push-key': { type: 'string' },
  'push-mode': { type: 'string' },
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
  'push-url': z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  'push-token': z.string().optional(),
  'push-key': z.string().optional(),
  'push-mode': z.enum(['plain', 'compat', 'safe'], 'must be plain, compat or safe').optional(),
});

export type CliOptions = Required<Pick<SimulatorOptions, 'port' | 'host' | 'confirmationWindowSeconds' | 'sendingSeconds'>> & {
  readonly account: AccountSettings;
};

/** The simulator's settings, or one line that names the option that is wrong. */
export const readOptions = (values: Readonly<Record<string, unknown>>): CliOptions | string => {
  const parsed = optionsSchema.safeParse(values);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}.`).join(' ');
  const { port, host, appid, secret, protection, administrator, window, sending } = parsed.data;
  const push = readPush(parsed.data);
  if (typeof push === 'string') return push;
  const [action, afterSeconds = '0'] = administrator.split(':');
  return {
    port,
    host,
    account: {
      appid,
      secret,
      protection: protection === 'on',
      administrator: { action: z.enum(['confirm', 'refuse', 'sleep']).parse(action), afterSeconds: Number(afterSeconds) },
      ...(push && { push }),
    },
    confirmationWindowSeconds: window,
    sendingSeconds: sending,
  };
};

/** None without a URL; what the rest has to be, the console's own rules say. */
const readPush = (options: z.output<typeof optionsSchema>): PushSettings | string | undefined => {
  const url = options['push-url'];
  const [stray] = pushOptions.filter((name) => options[name] !== undefined);
  if (!url) return stray && `--${stray} needs --push-url.`;
  const parsed = pushSchema.safeParse({
    url,
    token: options['push-token'] ?? 'simulatortoken',
    encoding_aes_key: options['push-key'],
    mode: options['push-mode'],
  });
  if (parsed.success) return parsed.data;
  return parsed.error.issues
    .map(({ path, message }) => (path[0] ? `--push-${names[String(path[0])]} ${message}.` : `${message}.`))
    .join(' ');
};

const pushOptions = ['push-token', 'push-key', 'push-mode'] as const;
const names: Readonly<Record<string, string>> = { token: 'token', encoding_aes_key: 'key', mode: 'mode' };
