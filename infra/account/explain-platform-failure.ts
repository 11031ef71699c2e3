import type { Failure } from '../../shared/domain/account.ts';
import { allowsMassMessages } from '../../shared/domain/authorization.ts';
import { shownTime } from './account-table.ts';
import { pushAddress } from './callback-addresses.ts';
import { addAnew, addressLines, arrived, type Circumstances, checkAgain, pushesNotUnderstood } from './circumstances.ts';
import { addToAnother } from './explain-named-account.ts';
import { permissionSets } from './permission-sets.ts';
import { platformPage } from './wechat-console.ts';

/** What only happens with third-party platforms and the accounts that authorize them; undefined for everything else. */
export const explainPlatformFailure = (failure: Failure, about: Circumstances): readonly string[] | undefined => {
  const { account } = about;
  const { errcode, errmsg = '' } = failure;
  const { platform = 'the platform', upstream_id: appid } = account;
  const again = checkAgain(about);
  switch (errcode ?? failure.code) {
    case 'PLATFORM_TICKET_MISSING':
      return ['WeChat has pushed no ticket to it yet (component_verify_ticket).', ...whereTicketsGo(about), again];
    case 61005:
    case 61006:
      return [
        `the ticket that it was last asked for with ${errcode === 61005 ? 'has expired (61005)' : 'is not valid (61006)'}${arrived(about)}.`,
        'The next one ends this by itself: wait ten minutes. If it does not come:',
        ...whereTicketsGo(about),
        again,
      ];
    case 61004:
      return [
        "WeChat refuses the address that the service calls from, which is not on the third-party platform's allow-list (61004).",
        ...addressLines(errmsg, about),
        `${platformPage} → IP allow-list (白名单IP地址列表)`,
        again,
      ];
    case 61011:
      if (account.kind !== 'third_party_platform') return undefined;
      return [`WeChat knows no third-party platform with AppID ${appid} (61011).`, platformPage, addAnew(about)];
    case 61003:
    case 'AUTHORIZATION_LAPSED':
      return [
        `${withdrawn(about)}${errcode === undefined ? '' : ` (${errcode})`}.`,
        ...authorizeAgain(platform),
        `If it authorized another platform: ${addToAnother(about)}`,
        again,
      ];
    case 61023:
    case 40030:
    case 42002:
      return [
        `WeChat does not take the authorization of ${platform}, not even the newest that it tells of (${errcode}).`,
        ...authorizeAgain(platform),
        again,
      ];
    case 42007:
      return [
        "the account's owner changed the password in WeChat, which ends every authorization (42007).",
        ...authorizeAgain(platform),
        again,
      ];
    case 'NOTHING_AUTHORIZED':
      return [`the owner allows ${platform} nothing at all.`, ...authorizeAgain(platform), again];
    case 61007:
    case 'PERMISSION_SET_MISSING':
      return [`the authorization of ${platform} lacks ${massMessages} (${errcode ?? failure.code}).`, ...grantPermissionSet(about), again];
    default:
      return undefined;
  }
};

/** Of an account that has a token with which no mass message can be asked about; undefined: nothing is known to be lacking. */
export const explainLack = (about: Circumstances, { refusedWith }: { readonly refusedWith: number | undefined }): string | undefined => {
  const { account, asked } = about;
  const granted = account.authorization?.func_ids;
  const lacks = granted !== undefined && !allowsMassMessages(granted);
  if (!lacks && refusedWith !== 61007) return undefined;
  const what = lacks
    ? `the authorization of ${account.platform ?? 'the platform'} lacks ${massMessages}.`
    : 'WeChat refuses mass messages with it (61007): the owner does not allow them any more.';
  return [`${asked} has a token, but ${what}`, ...[...grantPermissionSet(about), checkAgain(about)].map((line) => `  ${line}`)].join('\n');
};

const massMessages = 'permission set 7, 群发与通知权限 (mass messages and notifications)';

const grantPermissionSet = ({ account: { platform = 'the platform', authorization } }: Circumstances): readonly string[] => [
  ...(authorization?.func_ids ? [`Granted, when the service last asked: ${permissionSets(authorization.func_ids)}`] : []),
  `The set has to be among those that ${platform} asks for (权限集, open.weixin.qq.com).`,
  ...authorizeAgain(platform),
];

const authorizeAgain = (platform: string): readonly string[] => [
  `Have an administrator of the Official Account authorize ${platform}, on its authorization page, with ${massMessages}.`,
];

const withdrawn = ({ account: { authorization, platform = 'the platform' } }: Circumstances): string =>
  authorization?.lapsed
    ? `the account's owner has withdrawn the authorization of ${platform}${authorization.changed_at ? `, at ${shownTime(authorization.changed_at)}` : ''}`
    : `the account has not authorized ${platform}`;

const whereTicketsGo = (about: Circumstances): readonly string[] => [
  ...pushesNotUnderstood(about),
  `Authorization events (授权事件接收配置) have to go to ${pushAddress(about.stage, about.account.account_id)}`,
  platformPage,
  "A ticket comes every ten minutes. Where WeChat has stopped, the platform's api_start_push_ticket has it begin again:",
  '  https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_startpushticket.html',
];
