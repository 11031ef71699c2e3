import type { Failure } from '../../shared/domain/account.ts';
import { addAnew, addressLines, type Circumstances, checkAgain, wayBack } from './circumstances.ts';
import { addLine } from './help.ts';
import { accountPage, platformPage } from './wechat-console.ts';

/** What happens with the secret of an Official Account or of a third-party platform; undefined for everything else. */
export const explainOfficialAccountFailure = (failure: Failure, about: Circumstances): readonly string[] | undefined => {
  const { stage, account, replaced } = about;
  const { errcode, errmsg = '' } = failure;
  const { upstream_id: appid, kind } = account;
  const isPlatform = kind === 'third_party_platform';
  const again = checkAgain(about);
  const addAgain = `Then: ${addLine(stage.name, account)}`;
  const secretPage = isPlatform ? [platformPage] : accountPage('AppSecret (开发密钥)');
  switch (errcode ?? failure.code) {
    case 40164:
      return [
        `WeChat refuses the address that the service calls from, which is not on the account's allow-list (40164).`,
        ...addressLines(errmsg, about),
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
        ...(replaced ? [...wayBack(replaced, about), again] : []),
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
        addAnew(about),
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
    default:
      return undefined;
  }
};
