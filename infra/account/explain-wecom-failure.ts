import type { Failure } from '../../shared/domain/account.ts';
import { pushAddress } from './callback-addresses.ts';
import { addAnew, addressLines, arrived, type Circumstances, checkAgain, pushesNotUnderstood, wayBack } from './circumstances.ts';
import { addToAnother } from './explain-named-account.ts';
import { addLine, commandLine } from './help.ts';
import { addressPages, appPage, corpPage, providerAppPage, statePage } from './wecom-console.ts';

/** What happens with accounts of WeCom; undefined for what happens with all. https://developer.work.weixin.qq.com/document/path/90313 */
export const explainWecomFailure = (failure: Failure, about: Circumstances): readonly string[] | undefined => {
  const { stage, account } = about;
  const { errcode, errmsg } = failure;
  const { upstream_id: id, platform: suite = 'the suite' } = account;
  const again = checkAgain(about);
  switch (errcode ?? failure.code) {
    case 40001:
      return ['the Secret is wrong, or the app is stopped (40001).', ...rightSecret(about)];
    case 40091:
      return [`the Secret belongs to another corp than ${id} (40091).`, ...rightSecret(about)];
    case 45031:
      return ['WeCom takes the Secret for unsafe (45031): it has to be made anew.', ...rightSecret(about)];
    case 40080:
      return ['the suite_secret is wrong (40080).', providerAppPage('Basic information (基础信息) → Secret'), ...enterAgain(about), seldom];
    case 40013:
    case 2000002:
      return [
        `WeCom knows no corp ${id} (${errcode}).`,
        account.kind === 'wecom_suite_app'
          ? "It is the corpid that WeCom told the provider (auth_corp_info), which is not the corp's own."
          : corpPage,
        addAnew(about),
      ];
    case 40083:
      return [
        `WeCom knows no such suite as ${id} (${errcode}).`,
        providerAppPage('Basic information (基础信息) → SuiteID'),
        addAnew(about),
      ];
    case 'SUITE_TICKET_MISSING':
      return ['WeCom has pushed no ticket to it yet (suite_ticket).', ...whereTicketsGo(about), again];
    case 40085:
      return [
        `the ticket that it was last asked for with is not valid any more (40085)${arrived(about)}.`,
        'The next one ends this by itself: wait ten minutes. If it does not come:',
        ...whereTicketsGo(about),
        again,
      ];
    case 40084:
    case 48003:
    case 48004:
      return [
        `WeCom does not take the permanent code: it is wrong, or the corp has withdrawn the authorization of ${suite} (${errcode}).`,
        'If it is withdrawn, have an administrator of the corp install the app again: that makes a new permanent code (get_permanent_code).',
        ...enterAgain(about),
        `If it is of another suite: ${addToAnother(about)}`,
      ];
    case 40014:
    case 40082:
    case 42001:
    case 42009:
    case 'WECHAT_TOKEN_REFUSED':
      return [
        `WeCom refuses the token that it gave, and gives no other before that one ends (${errcode ?? failure.code}).`,
        'That takes two hours at most. If it lasts longer, look whether the app is enabled:',
        statePage(account.kind),
        again,
      ];
    case 45009:
      return [
        'WeCom gives no tokens to the address that the service calls from, for an hour: too many calls, or too many with a wrong secret (45009).',
        `Look for accounts with a wrong one (40001, 40080, 40091), and correct those first: ${commandLine('list', stage.name)}`,
        `Wait until the hour is over. ${again}`,
      ];
    case 60020:
      return [
        'WeCom refuses the address that the service calls from, which is none of those that it trusts (60020).',
        ...addressLines(errmsg ?? '', about),
        ...addressPages(account.kind),
        `A change takes a minute to have effect. ${again}`,
      ];
    case 50003:
      return ['the app is disabled (50003).', statePage(account.kind), again];
    default:
      return undefined;
  }
};

const rightSecret = (about: Circumstances): readonly string[] => [
  appPage('Secret'),
  '   or, of an app that a provider develops for the corp (代开发): its permanent code, and no other once that was reset',
  ...enterAgain(about),
  seldom,
];

const enterAgain = (about: Circumstances): readonly string[] => {
  const { stage, account, replaced } = about;
  return [`Then: ${addLine(stage.name, account)}`, ...(replaced ? [...wayBack(replaced, about), checkAgain(about)] : [])];
};

/** WeCom bans the address for all accounts of the stage. Same page, on 45009. */
const seldom = 'Do not try wrong ones often: after some of them WeCom gives nobody a token at this address, for an hour.';

const whereTicketsGo = (about: Circumstances): readonly string[] => [
  ...pushesNotUnderstood(about),
  `The URL for instructions (指令回调URL) has to be ${pushAddress(about.stage, about.account.account_id)}`,
  providerAppPage('Callbacks (回调配置)'),
  'A ticket comes every ten minutes, and at once where it is ordered there (刷新ticket).',
];
