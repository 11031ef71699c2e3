import type { AccountKind } from './account.ts';

/** WeChat's two ways to reach many at once, which share no account, no operation and no error number. */
export type Channel = 'official_account' | 'wecom';

const kinds = {
  official_account: { channel: 'official_account', sends: true },
  third_party_platform: { channel: 'official_account', sends: false },
  authorized_official_account: { channel: 'official_account', sends: true },
  official_account_external_token: { channel: 'official_account', sends: true },
  wecom_app: { channel: 'wecom', sends: true },
  wecom_suite: { channel: 'wecom', sends: false },
  wecom_suite_app: { channel: 'wecom', sends: true },
  wecom_external_token: { channel: 'wecom', sends: true },
} as const satisfies Record<AccountKind, { readonly channel: Channel; readonly sends: boolean }>;

export const channelOf = (kind: AccountKind): Channel => kinds[kind].channel;

/** Whether it has messages. A third-party platform and a suite have none: those are of the accounts that authorized them. */
export const sendsMessages = (kind: AccountKind): boolean => kinds[kind].sends;
