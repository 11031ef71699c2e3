import type { Failure } from '../../shared/domain/account.ts';
import { shownTime } from './account-table.ts';
import type { DeployedStage } from './deployed-stage.ts';
import { commandLine } from './help.ts';

/**
 * Where WeChat has it. The platform is the newer place; the console has been left as it was.
 * https://developers.weixin.qq.com/doc/oplatform/developers/dev/api and .../developers/basic_func/ip_whitelist
 */
const where = (item: string): readonly string[] => [
  `Where: mp.weixin.qq.com → Settings and Development (设置与开发) → Basic configuration (基本配置) → ${item}`,
  `   or: WeChat developer platform (微信开发者平台) → My business (我的业务) → the account → Basic information (基础信息) → ${item}`,
];
const allowListPage = where('IP allow-list (IP白名单)');
const secretPage = where('AppSecret (开发密钥)');

export interface Circumstances {
  readonly stage: Pick<DeployedStage, 'name' | 'egressAddresses' | 'leavesByOwnVpc'>;
  readonly accountId: string;
  readonly appid: string;
  /** Until when the service has another token, if it has one. */
  readonly servesUntil: string | undefined;
}

/** Why no token can be had and what to do about it, for whoever runs the command: the first line says what, the others what to do. */
export const explainFailure = (failure: Failure, about: Circumstances): string => {
  const [what, ...steps] = lines(failure, about);
  const serves =
    about.servesUntil && `The token that the service has is valid until ${shownTime(about.servesUntil)}: until then it goes on.`;
  return [`No token for ${about.accountId}: ${what}`, ...[...steps, serves].filter(Boolean).map((step) => `  ${step}`)].join('\n');
};

const lines = (failure: Failure, { stage, accountId, appid }: Circumstances): readonly string[] => {
  const { errcode, errmsg = '' } = failure;
  const checkAgain = `Then: ${commandLine('check', stage.name, accountId)}`;
  const addAgain = `Then: ${commandLine('add', stage.name, accountId)} --appid ${appid}`;
  switch (errcode ?? failure.code) {
    case 40164:
      return [
        `WeChat refuses the address that the service calls from, which is not on the account's allow-list (40164).`,
        ...addressLines(errmsg, stage),
        ...allowListPage,
        `A change takes some minutes to have effect. ${checkAgain}`,
      ];
    case 40001:
    case 40125:
      return [
        `the AppSecret is wrong (${errcode}).`,
        ...secretPage,
        'WeChat shows a secret only when it is made. Making a new one ends the old one at once, for every program that uses it.',
        addAgain,
      ];
    case 40243:
      return [
        'the AppSecret is frozen (40243).',
        ...secretPage,
        `Unfreeze it there, which takes ten minutes to have effect and leaves it as it is. ${checkAgain}`,
        `Or make a new one there. ${addAgain}`,
      ];
    case 40013:
      return [
        `WeChat knows no account with AppID ${appid} (40013).`,
        ...where('AppID'),
        `The AppID of an account is never changed: ${commandLine('remove', stage.name, accountId)}, then add it with the right one.`,
      ];
    case 89503:
      return [
        `an administrator of the Official Account has to confirm calls from the service's address (89503).`,
        'WeChat has sent the request to the administrators; one of them has to confirm it in WeChat.',
        checkAgain,
      ];
    case 89506:
    case 89507:
      return [
        `an administrator of the Official Account has refused calls from the service's address: WeChat blocks it for ${errcode === 89507 ? 'an hour (89507)' : '24 hours, since it was refused repeatedly (89506)'}.`,
        'Talk to the administrators, wait until the time is over, and have them confirm the next request.',
        checkAgain,
      ];
    case 50004:
      return [
        'WeChat does not let this account fetch tokens (50004).',
        'The notices in its console, mp.weixin.qq.com, say why; settle it there.',
        checkAgain,
      ];
    case 50007:
      return [
        'the Official Account is frozen (50007).',
        'The notices in its console, mp.weixin.qq.com, say why; settle it there.',
        checkAgain,
      ];
    case 'WECHAT_UNREACHABLE':
    case 'WECHAT_TIMEOUT':
      return [
        `the service does not reach WeChat (${failure.detail}).`,
        'Look at its way out (NAT gateways, routes and security groups of its private subnets), and at the URL that the stage has for WeChat.',
        checkAgain,
      ];
    case 'CREDENTIALS_UNUSABLE':
      return [`${failure.detail}.`, addAgain];
    default:
      return [failure.detail, failure.hint, checkAgain];
  }
};

const addressLines = (errmsg: string, { egressAddresses, leavesByOwnVpc }: Circumstances['stage']): readonly string[] => {
  const seen = /\binvalid ip ([\d.a-f:]+)/i.exec(errmsg)?.[1];
  if (egressAddresses.length === 0)
    return [
      seen === undefined ? `WeChat did not name the address: ${errmsg}` : `Address to enter: ${seen}`,
      leavesByOwnVpc
        ? 'The service leaves by a VPC of yours: enter every other address of its NAT gateways as well.'
        : 'The stage has no fixed address: WeChat will see another one some day.',
    ];
  const enter = `${egressAddresses.length === 1 ? 'Address' : 'Addresses'} to enter: ${egressAddresses.join(', ')}`;
  if (seen === undefined || egressAddresses.includes(seen)) return [enter];
  return [enter, `But WeChat saw ${seen}, which is none of them: look first why the service does not call from its fixed addresses.`];
};
