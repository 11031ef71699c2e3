import * as z from 'zod';
import { platformPushSchema } from '../push/push-settings.ts';

/** 1 messages, 7 mass messages and notifications, 11 material: what an account that sends mass messages grants. */
const usualFuncIds = [1, 7, 11];
const funcIds = z.array(z.int().positive()).default(usualFuncIds);
const appid = z.string().min(1);

const authorizerSchema = z.union([
  appid.transform((authorizer) => ({ appid: authorizer, func_ids: usualFuncIds })),
  z.strictObject({ appid, func_ids: funcIds }),
]);

/** One third-party platform as the open platform's console has it. */
export const componentSchema = z.strictObject({
  component_appid: appid,
  component_appsecret: z.string().min(1),
  /** The URL for authorization events. Without: nothing is pushed. */
  push: platformPushSchema.nullish(),
  /** The URL for messages and events of the accounts; `$APPID$` becomes the account's AppID. Without: the accounts' own servers get them. */
  message_url: z
    .url({ protocol: /^https?$/ })
    .includes('$APPID$', 'must contain $APPID$')
    .nullish(),
  /** Accounts that have authorized the platform already, by AppID or with the permission sets they granted. */
  authorizers: z.array(authorizerSchema).default([]),
  /** IP addresses that may call the component API; null or absent: any. */
  ip_allow_list: z.array(z.union([z.ipv4(), z.ipv6()])).nullish(),
});
export type ComponentSettings = z.input<typeof componentSchema>;
export type Component = z.output<typeof componentSchema>;

export const authorizeSchema = z.strictObject({ component_appid: appid.optional(), appid, func_ids: funcIds });
export const unauthorizeSchema = z.strictObject({ component_appid: appid.optional(), appid });
