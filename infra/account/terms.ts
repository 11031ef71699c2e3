import type { AccountKind } from '../../shared/domain/account.ts';
import { channelOf } from '../../shared/domain/channel.ts';

interface Terms {
  /** The option of `add` that takes its id. */
  readonly option: 'appid' | 'corpid' | 'suite-id';
  /** WeChat's name of that id. */
  readonly id: 'AppID' | 'corpid' | 'suite_id';
  /** WeChat's name of what an operator enters; where there is nothing to enter, left out. */
  readonly secret?: 'AppSecret' | 'Secret' | 'suite_secret' | 'permanent code';
  /** Where its token is had through another account: the kind of that, and the option of `add` that names it. */
  readonly through?: { readonly kind: 'third_party_platform' | 'wecom_suite'; readonly option: 'platform' | 'suite' };
}

const ofOfficialAccount = { option: 'appid', id: 'AppID' } as const;
const ofCorp = { option: 'corpid', id: 'corpid' } as const;
const terms = {
  official_account: { ...ofOfficialAccount, secret: 'AppSecret' },
  third_party_platform: { ...ofOfficialAccount, secret: 'AppSecret' },
  authorized_official_account: { ...ofOfficialAccount, through: { kind: 'third_party_platform', option: 'platform' } },
  official_account_external_token: ofOfficialAccount,
  wecom_app: { ...ofCorp, secret: 'Secret' },
  wecom_suite: { option: 'suite-id', id: 'suite_id', secret: 'suite_secret' },
  wecom_suite_app: { ...ofCorp, secret: 'permanent code', through: { kind: 'wecom_suite', option: 'suite' } },
  wecom_external_token: ofCorp,
} as const satisfies Record<AccountKind, Terms>;

/** What to call the parts of an account, which differs by its kind. */
export const termsOf = (kind: AccountKind): Terms => terms[kind];

/** Whom the service asks for its token. */
export const upstreamOf = (kind: AccountKind): 'WeChat' | 'WeCom' => (channelOf(kind) === 'wecom' ? 'WeCom' : 'WeChat');

/** What an account is to those whose tokens are had through it. */
export const roleOf = (kind: AccountKind): 'third-party platform' | 'suite' => (kind === 'wecom_suite' ? 'suite' : 'third-party platform');

/** A token that another system keeps. */
export const isKeptElsewhere = (
  kind: AccountKind,
): kind is Extract<AccountKind, 'official_account_external_token' | 'wecom_external_token'> =>
  kind === 'official_account_external_token' || kind === 'wecom_external_token';

/** Whose tokens are asked for with a ticket that is pushed to it. */
export const getsTickets = (kind: AccountKind): boolean => kind === 'third_party_platform' || kind === 'wecom_suite';

/** For how long one serves: https://developer.work.weixin.qq.com/document/path/90628 and, of a platform, domain/ticket-schedule.ts. */
export const ticketServes = (kind: AccountKind): string => (kind === 'wecom_suite' ? '30 min' : '12 h');
