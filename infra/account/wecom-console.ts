import type { Account, AccountKind } from '../../shared/domain/account.ts';
import type { DeployedStage } from './deployed-stage.ts';
import { commandLine } from './help.ts';

/** Where WeCom has what belongs to a corp and to its own apps. https://developer.work.weixin.qq.com/document/path/90665 */
export const corpPage = 'Where: work.weixin.qq.com → My company (我的企业) → Company information (企业信息) → corpid (企业ID)';
export const appPage = (item: string): string => `Where: work.weixin.qq.com → App management (应用管理) → the app → ${item}`;

/**
 * And what belongs to a provider and to the apps that it offers, or develops for a corp (代开发).
 * https://developer.work.weixin.qq.com/document/path/90628 and, for the addresses, .../path/90313 on 60020
 */
export const providerAppPage = (item: string): string =>
  `Where: open.work.weixin.qq.com (服务商管理后台) → App management (应用管理) → the app → ${item}`;
const providerAddresses = 'open.work.weixin.qq.com (服务商管理后台) → Provider information (服务商信息) → IP allow-list (IP白名单)';

const isOfProvider = (kind: AccountKind): boolean => kind === 'wecom_suite' || kind === 'wecom_suite_app';

/** Where the addresses stand that WeCom takes the account's calls from. Of an account without a suite it may be either. */
export const addressPages = (kind: AccountKind): readonly string[] =>
  isOfProvider(kind)
    ? [`Where: ${providerAddresses}`]
    : [appPage('Trusted IPs (企业可信IP)'), `   or, of an app that a provider develops for the corp (代开发): ${providerAddresses}`];

/** Where the right to list group messages is given. https://developer.work.weixin.qq.com/document/path/93338 */
export const permissionPages = (kind: AccountKind): readonly string[] =>
  isOfProvider(kind)
    ? ['The app needs the permission 群发消息给客户和客户群 (group messages to customers and customer groups), which the corp grants.']
    : [
        'The app has to be among those that may call the API of customer contact (可调用接口的应用).',
        'Where: work.weixin.qq.com → Customer contact (客户联系) → API → Apps that may call it (可调用接口的应用)',
        '   or, of an app that a provider develops for the corp (代开发): the permission 群发消息给客户和客户群, which the corp grants',
      ];

/** Whether the app itself works. */
export const statePage = (kind: AccountKind): string => (isOfProvider(kind) ? providerAppPage('its state') : appPage('its state'));

/** What a token does not prove: WeCom may give it to any address, and to an app that may call nothing. */
export const whatToAllow = (
  { name, egressAddresses }: Pick<DeployedStage, 'name' | 'egressAddresses'>,
  { account_id, kind }: Pick<Account, 'account_id' | 'kind'>,
): string =>
  [
    'Enter in WeCom, which refuses to list group messages otherwise:',
    `${isOfProvider(kind) ? 'IP allow-list (IP白名单)' : 'Trusted IPs (企业可信IP)'}: ${
      egressAddresses.join(', ') ||
      'those that the service calls from. The stage has no fixed address: WeCom will see another one some day.'
    }`,
    ...addressPages(kind),
    // Users of the console tell so; no page of WeCom's does.
    ...(isOfProvider(kind)
      ? []
      : [`If WeCom takes them only for an app with a URL for messages, or a trusted domain: ${commandLine('push', name, account_id)}`]),
    ...permissionPages(kind),
  ].join('\n  ');
