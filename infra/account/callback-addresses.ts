import type { Account, AccountKind } from '../../shared/domain/account.ts';
import type { DeployedStage } from './deployed-stage.ts';
import { upstreamOf } from './terms.ts';
import { platformPage, pushPage } from './wechat-console.ts';
import { addressPages, appPage, providerAppPage } from './wecom-console.ts';

type Stage = Pick<DeployedStage, 'name' | 'apiUrl'>;
type StageWithAddresses = Stage & Pick<DeployedStage, 'egressAddresses'>;

/** Where WeChat pushes what is about the account; of a platform or a suite, what is about itself and its authorizations. */
export const pushAddress = ({ name, apiUrl }: Stage, accountId: string): string =>
  `${apiUrl ?? `(output ApiUrl of waybill-${name}-service, once it is deployed)`}/callbacks/${accountId}`;

/** Where WeChat pushes the messages of accounts that authorized the platform; `$APPID$` is replaced by WeChat. */
export const messageAddress = (stage: Stage, platform: string): string => `${pushAddress(stage, platform)}/$APPID$`;

/** What stands in WeChat's console, which is entered after the secret is stored: WeChat asks the address at once. */
export const whatToEnter = (
  stage: StageWithAddresses,
  { account_id, kind }: Pick<Account, 'account_id' | 'kind'>,
  { encrypted }: { readonly encrypted: boolean },
): string => {
  const lines = () => {
    if (kind === 'third_party_platform') return forPlatform(stage, account_id);
    if (kind === 'wecom_suite') return forSuite(stage, account_id);
    return upstreamOf(kind) === 'WeCom' ? forApp(stage, account_id) : forAccount(stage, account_id, encrypted);
  };
  return [`Enter in ${upstreamOf(kind)}:`, ...lines()].join('\n  ');
};

/** Of a Token or key that took the place of another. */
export const changeAtOnce = (kind: AccountKind): string =>
  `Change it in ${upstreamOf(kind)} at the same time: the service notices within 5 minutes, or at the first push whose signature does not fit, and ${
    // https://developer.work.weixin.qq.com/document/path/90930: sent again only where there was no answer.
    upstreamOf(kind) === 'WeCom' ? 'WeCom does not send again what was refused.' : 'WeChat sends what was refused only twice more.'
  }`;

const forAccount = (stage: Stage, accountId: string, encrypted: boolean): readonly string[] => [
  `URL: ${pushAddress(stage, accountId)}`,
  `Token${encrypted ? ' and EncodingAESKey' : ''}: the same as here`,
  encrypted
    ? 'Encryption (消息加解密方式): safe mode (安全模式)'
    : 'Encryption (消息加解密方式): plain mode (明文模式). Safer is safe mode: this command again, with an EncodingAESKey.',
  'Data format (数据格式): XML',
  ...pushPage,
  'An account has one such URL: another program whose URL stands there would get no messages and events any more.',
];

const forPlatform = (stage: StageWithAddresses, accountId: string): readonly string[] => [
  `Authorization events (授权事件接收配置): ${pushAddress(stage, accountId)}`,
  `Messages and events (消息与事件接收配置): ${messageAddress(stage, accountId)}`,
  'Token (消息校验Token) and key (消息加解密Key): the same as here; mode and format are fixed: safe and XML',
  ...(stage.egressAddresses.length > 0 ? [`IP allow-list (白名单IP地址列表): ${stage.egressAddresses.join(', ')}`] : []),
  platformPage,
  'A platform that is published takes this over when it is published again (全网发布).',
];

const forSuite = (stage: StageWithAddresses, accountId: string): readonly string[] => [
  `URL for instructions (指令回调URL): ${pushAddress(stage, accountId)}`,
  'Token and EncodingAESKey: the same as here',
  providerAppPage('Callbacks (回调配置)'),
  'The service needs nothing of what goes to the URL for data (数据回调URL): where nobody else takes it, the same URL will do.',
  ...(stage.egressAddresses.length > 0
    ? [`IP allow-list (IP白名单): ${stage.egressAddresses.join(', ')}`, ...addressPages('wecom_suite')]
    : []),
];

const forApp = (stage: Stage, accountId: string): readonly string[] => [
  `URL: ${pushAddress(stage, accountId)}`,
  'Token and EncodingAESKey: the same as here',
  appPage('Receive messages (接收消息) → Set up API reception (设置API接收)'),
  'The service needs nothing of what is pushed there; the app needs such a URL, or a trusted domain (可信域名), to be given trusted IPs (企业可信IP).',
];
