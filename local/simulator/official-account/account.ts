import { createHash } from 'node:crypto';
import { check } from '../control-error.ts';
import { type Push, type PushSettings, pushSchema } from '../push/push-settings.ts';

/** What an administrator does when he is asked to confirm a mass message. */
export type AdministratorAction = 'confirm' | 'refuse' | 'sleep';

/** One Official Account as WeChat's console has it. */
export interface AccountSettings {
  readonly appid: string;
  readonly secret: string;
  /** Settings - Security Center - Risk Operation Protection: a send to all waits for the administrator. */
  readonly protection: boolean;
  /** What the administrator does by himself, counted from the submission. Default: sleeps. */
  readonly administrator?: { readonly action: AdministratorAction; readonly afterSeconds: number };
  /** IP addresses that may fetch a token; null or absent: any. */
  readonly ipAllowList?: readonly string[] | null;
  readonly secretFrozen?: boolean;
  /** Settings - Basic Configuration - Server: where events go. Default: nowhere. */
  readonly push?: PushSettings | null;
  /** To meet a limit after a few calls instead of thousands. Default: WeChat's. */
  readonly limits?: Partial<Limits>;
}

export interface Limits {
  readonly tokenPerDay: number;
  readonly stableTokenPerMinute: number;
  readonly stableTokenPerDay: number;
  readonly forcedRefreshesPerDay: number;
  readonly massSendPerMinute: number;
  readonly massSendPerDay: number;
  readonly massGetPerDay: number;
  readonly deletePerDay: number;
  readonly clearQuotaPerMonth: number;
}

export const wechatLimits: Limits = {
  // https://developers.weixin.qq.com/doc/service/Message_Management/API_Call_Limits.html: these three, and the clearing of quotas
  tokenPerDay: 2000,
  massSendPerDay: 100,
  deletePerDay: 10, // its row is named after articles; that it is mass/delete is a reading
  clearQuotaPerMonth: 10,
  // https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
  stableTokenPerMinute: 10_000,
  stableTokenPerDay: 500_000,
  forcedRefreshesPerDay: 20,
  massSendPerMinute: 60, // https://developers.weixin.qq.com/doc/service/guide/product/message/Batch_Sends.html
  massGetPerDay: Number.POSITIVE_INFINITY, // no page tells
};

/** Settings with the defaults filled in. */
export type Account = Required<Omit<AccountSettings, 'limits' | 'push'>> & { readonly limits: Limits; readonly push: Push | null };

/** @throws ControlError 400 when the push settings could not be entered in the console */
export const toAccount = (settings: AccountSettings): Account => ({
  administrator: { action: 'sleep', afterSeconds: 0 },
  ipAllowList: null,
  secretFrozen: false,
  ...settings,
  push: settings.push ? check(pushSchema, settings.push) : null,
  limits: { ...wechatLimits, ...settings.limits },
});

/** The account's original id, which pushes name instead of the AppID. */
export const userNameOf = (appid: string) => `gh_${createHash('sha256').update(appid).digest('hex').slice(0, 12)}`;

/** Who pressed send, to go by the pushes: the page says "mphelper", real pushes have an OpenID. */
export const operatorOf = (appid: string) => `o${createHash('sha256').update(`operator of ${appid}`).digest('base64url').slice(0, 27)}`;
