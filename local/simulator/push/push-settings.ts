import * as z from 'zod';

/** Console: 3 to 32 letters and digits, and 43 of them for the key (https://developers.weixin.qq.com/doc/oplatform/developers/dev/push). */
const token = z.string().regex(/^[A-Za-z0-9]{3,32}$/, 'must be 3 to 32 letters and digits');
const key = z.string().regex(/^[A-Za-z0-9]{43}$/, 'must be 43 letters and digits');
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

/** Where WeChat pushes to, as the console has it. */
export const pushSchema = z
  .strictObject({ url, token, encoding_aes_key: key.optional(), mode: z.enum(['plain', 'compat', 'safe']).optional() })
  .refine(({ encoding_aes_key, mode }) => encoding_aes_key || !mode || mode === 'plain', {
    path: ['encoding_aes_key'],
    error: 'is needed in modes compat and safe',
  })
  .transform((settings) => ({ ...settings, mode: settings.mode ?? (settings.encoding_aes_key ? 'safe' : 'plain') }) as const);
/** `mode` is `safe` with a key and `plain` without one, unless it is given. */
export type PushSettings = z.input<typeof pushSchema>;
export type Push = z.output<typeof pushSchema>;

/** A third-party platform's events are always encrypted. */
export const platformPushSchema = z.strictObject({ url, token, encoding_aes_key: key });
export type PlatformPushSettings = z.output<typeof platformPushSchema>;
