import type { Failure } from '../../shared/domain/account.ts';
import type { Replacement } from './account-secrets.ts';
import { shownTime } from './account-table.ts';
import { addressLines, type Circumstances, checkAgain } from './circumstances.ts';
import { explainPlatformFailure } from './explain-platform-failure.ts';
import { whatToWrite } from './external-token.ts';
import { addLine, commandLine } from './help.ts';
import { accountPage, platformPage } from './wechat-console.ts';

/** Why no token can be had and what to do about it, for whoever runs the command: the first line says what, the others what to do. */
export const explainFailure = (failure: Failure, about: Circumstances): string => {
  const [what, ...steps] = explainPlatformFailure(failure, about) ?? lines(failure, about);
  const { account_id } = about.account;
  const whose = account_id === about.asked ? '' : `its third-party platform ${account_id} has none: `;
  const serves =
    about.servesUntil && `The token that the service has is valid until ${shownTime(about.servesUntil)}: until then it goes on.`;
  return [`No token for ${about.asked}: ${whose}${what}`, ...[...steps, serves].filter(Boolean).map((step) => `  ${step}`)].join('\n');
};

const lines = (failure: Failure, about: Circumstances): readonly string[] => {
  const { stage, account, replaced } = about;
  const { errcode, errmsg = '' } = failure;
  const { account_id, upstream_id: appid, kind } = account;
  const isPlatform = kind === 'third_party_platform';
  const again = checkAgain(about);
  const addAgain = `Then: ${addLine(stage.name, account)}`;
  const secretPage = isPlatform ? [platformPage] : accountPage('AppSecret (开发密钥)');
  switch (errcode ?? failure.code) {
    case 40164:
      return [
        `WeChat refuses the address that the service calls from, which is not on the account's allow-list (40164).`,
        ...addressLines(errmsg, stage),
        ...accountPage('IP allow-list (IP白名单)'),
        `A change takes some minutes to have effect. ${again}`,
      ];
    case 40001:
    case 40125:
      return [
        `the AppSecret is wrong (${errcode}).`,
        ...secretPage,
        'WeChat shows a secret only when it is made. Making a new one ends the old one at once, for every program that uses it.',
        addAgain,
        ...(replaced ? [...wayBack(replaced, stage.region), again] : []),
      ];
    case 40243:
      return [
        'the AppSecret is frozen (40243).',
        ...secretPage,
        `Unfreeze it there, which takes ten minutes to have effect and leaves it as it is. ${again}`,
        `Or make a new one there. ${addAgain}`,
      ];
    case 40013:
      return [
        `WeChat knows no account with AppID ${appid} (40013).`,
        ...(isPlatform ? [platformPage] : accountPage('AppID')),
        `The AppID of an account is never changed: ${commandLine('remove', stage.name, account_id)}, then add it with the right one.`,
      ];
    case 89503:
      return [
        `an administrator of the Official Account has to confirm calls from the service's address (89503).`,
        'WeChat has sent the request to the administrators; one of them has to confirm it in WeChat.',
        again,
      ];
    case 89506:
    case 89507:
      return [
        `an administrator of the Official Account has refused calls from the service's address: WeChat blocks it for ${errcode === 89507 ? 'an hour (89507)' : '24 hours, since it was refused repeatedly (89506)'}.`,
        'Talk to the administrators, wait until the time is over, and have them confirm the next request.',
        again,
      ];
    case 50004:
      return [
        'WeChat does not let this account fetch tokens (50004).',
        'The notices in its console, mp.weixin.qq.com, say why; settle it there.',
        again,
      ];
    case 50007:
      return ['the Official Account is frozen (50007).', 'The notices in its console, mp.weixin.qq.com, say why; settle it there.', again];
    case 'WECHAT_UNREACHABLE':
    case 'WECHAT_TIMEOUT':
      return [
        `the service does not reach WeChat (${failure.detail}).`,
        'Look at its way out (NAT gateways, routes and security groups of its private subnets), and at the URL that the stage has for WeChat.',
        again,
      ];
    case 'EXTERNAL_TOKEN_STALE':
      return [`${failure.detail}.`, ...whatToWrite(stage, appid, { name: credentialOf(about) }), again];
    case 'CREDENTIALS_UNUSABLE':
      return kind === 'official_account_external_token'
        ? [
            `${failure.detail}.`,
            ...whatToWrite(stage, appid, { name: credentialOf(about) }),
            `Where there is no such secret: ${addLine(stage.name, account)}`,
          ]
        : [`${failure.detail}.`, addAgain];
    default:
      return [failure.detail, failure.hint, again];
  }
};

const credentialOf = ({ stage, account }: Circumstances) => `waybill/${stage.name}/credentials/${account.account_id}`;

/** Reading a secret is no right of the operator's; moving the stage between its versions does without. */
const wayBack = ({ secret, before, now }: Replacement, region: string): readonly string[] => [
  'The AppSecret that was there before is kept (AWSPREVIOUS in Secrets Manager). If it is the right one, add it again, or put it back:',
  `  aws secretsmanager update-secret-version-stage --region ${region} --secret-id ${secret} --version-stage AWSCURRENT --move-to-version-id ${before} --remove-from-version-id ${now}`,
];
