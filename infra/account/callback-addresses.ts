import type { Account } from '../../shared/domain/account.ts';
import type { DeployedStage } from './deployed-stage.ts';
import { platformPage, pushPage } from './wechat-console.ts';

type Stage = Pick<DeployedStage, 'name' | 'apiUrl'>;

/** Where WeChat pushes what is about the account; of a platform, what is about itself and its authorizations. */
export const pushAddress = ({ name, apiUrl }: Stage, accountId: string): string =>
  `${apiUrl ?? `(output ApiUrl of waybill-${name}-service, once it is deployed)`}/callbacks/${accountId}`;

/** Where WeChat pushes the messages of accounts that authorized the platform; `$APPID$` is replaced by WeChat. */
export const messageAddress = (stage: Stage, platform: string): string => `${pushAddress(stage, platform)}/$APPID$`;

/** What stands in WeChat's console, which is entered after the secret is stored: WeChat asks the address at once. */
export const whatToEnter = (
  stage: Stage & Pick<DeployedStage, 'egressAddresses'>,
  { account_id, kind }: Pick<Account, 'account_id' | 'kind'>,
  { encrypted }: { readonly encrypted: boolean },
): string => {
  const lines = kind === 'third_party_platform' ? forPlatform(stage, account_id) : forAccount(stage, account_id, encrypted);
  return ['Enter in WeChat:', ...lines.map((line) => `  ${line}`)].join('\n');
};

/** Of a Token or key that took the place of another. */
export const changeAtOnce =
  'Change it in WeChat at the same time: the service notices within 5 minutes, or at the first push whose signature does not fit, and WeChat sends what was refused only twice more.';

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

const forPlatform = (stage: Stage & Pick<DeployedStage, 'egressAddresses'>, accountId: string): readonly string[] => [
  `Authorization events (授权事件接收配置): ${pushAddress(stage, accountId)}`,
  `Messages and events (消息与事件接收配置): ${messageAddress(stage, accountId)}`,
  'Token (消息校验Token) and key (消息加解密Key): the same as here; mode and format are fixed: safe and XML',
  ...(stage.egressAddresses.length > 0 ? [`IP allow-list (白名单IP地址列表): ${stage.egressAddresses.join(', ')}`] : []),
  platformPage,
  'A platform that is published takes this over when it is published again (全网发布).',
];
