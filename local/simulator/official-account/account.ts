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
  /** To meet a limit after a few calls instead of thousands. Default: WeChat's. */
  readonly limits?: Partial<TokenLimits>;
}

export interface TokenLimits {
  readonly tokenPerDay: number;
  readonly stableTokenPerMinute: number;
  readonly stableTokenPerDay: number;
  readonly forcedRefreshesPerDay: number;
}

export const wechatLimits: TokenLimits = {
  tokenPerDay: 2000, // https://developers.weixin.qq.com/doc/service/Message_Management/API_Call_Limits.html
  // The rest: https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
  stableTokenPerMinute: 10_000,
  stableTokenPerDay: 500_000,
  forcedRefreshesPerDay: 20,
};

/** Settings with the defaults filled in. */
export type Account = Required<Omit<AccountSettings, 'limits'>> & { readonly limits: TokenLimits };

export const toAccount = (settings: AccountSettings): Account => ({
  administrator: { action: 'sleep', afterSeconds: 0 },
  ipAllowList: null,
  secretFrozen: false,
  ...settings,
  limits: { ...wechatLimits, ...settings.limits },
});
