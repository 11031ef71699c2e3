import type { Attention } from '../../shared/domain/account.ts';
import { shownTime } from './account-table.ts';
import { addressLines, type Circumstances } from './circumstances.ts';
import { addressPages, permissionPages } from './wecom-console.ts';

// 48001, 48002: no right to the API; 84074: none to customer contact; 48004, 48006: the corp took it back, or the app was not used for long.
const notPermitted: ReadonlySet<number | undefined> = new Set([48001, 48002, 48004, 48006, 84074]);

/** Of an account that has a token, with which its group messages cannot be listed: what the last sync met. */
export const explainWecomLack = (about: Circumstances, { code, errcode, hint, since }: Attention): string => {
  const met = `${errcode ?? code}, since ${shownTime(since)}`;
  const [what, ...steps] = lines(about, errcode) ?? ['but its group messages are not synced', hint];
  return [
    `${about.asked} has a token, ${what} (${met}).`,
    ...steps.map((step) => `  ${step}`),
    '  The first sync that gets through ends this; the next one begins by itself.',
  ].join('\n');
};

const lines = (about: Circumstances, errcode: number | undefined): readonly string[] | undefined => {
  const { kind } = about.account;
  if (errcode === 60020)
    return [
      'but WeCom refuses the address that the service calls from, which is none of those that it trusts',
      ...addressLines(undefined, about),
      ...addressPages(kind),
    ];
  if (!notPermitted.has(errcode)) return undefined;
  return [
    'but WeCom does not let it list group messages',
    ...permissionPages(kind),
    // https://developer.work.weixin.qq.com/document/path/90313 on 48002
    ...(kind === 'wecom_suite_app' && errcode === 48002
      ? [
          'An app that a provider develops for one corp (代开发) is no wecom_suite_app: add it as wecom_app, its permanent code is the Secret.',
        ]
      : []),
  ];
};
