import type { ErrorClass, ErrorEntry } from '../shared/wechat/error-table.ts';
import { officialAccountErrors } from '../shared/wechat/official-account-errors.ts';
import { WechatError } from '../shared/wechat/wechat-error.ts';

/** What becomes of a call that WeChat answers with a code of this class: for whoever waits, and in the following of a message. */
const whatWaybillDoes: Readonly<Record<ErrorClass, string>> = {
  transient: 'asks again, at most three times, if the call changes nothing; tracking goes on with its next look',
  rate_limited: 'does not ask again by itself; tracking looks again after the delay',
  token: 'has the token renewed and asks once more; tracking goes on with its next look',
  waiting: 'answers the live route with `"confirmation": "awaiting"`; tracking looks again until the deadline',
  permanent: 'hands the refusal on; tracking notes it, looks seldom, and raises `account.attention`',
  permission: 'hands the refusal on and raises `account.attention` with the hint; tracking goes on, seldom, until it is mended',
};

const exceptions: Readonly<Record<number, string>> = {
  40059: 'hands the refusal on; tracking looks again for ten minutes, since WeChat knows a new message late, then it is `unknown`',
  89503: 'is about the call, not the message: hands it on; tracking raises `account.attention` and looks seldom',
};

const row = (errcode: number, entry: ErrorEntry, does: string): string => {
  const answer = { platform: 'official_account' as const, operation: '', errcode, errmsg: '', upstream: undefined };
  const { code } = new WechatError(answer, { ...entry, known: true });
  const retry = entry.retryAfterSeconds === undefined ? '' : `, after ${entry.retryAfterSeconds} s`;
  return `| ${errcode} | ${entry.meaning} | ${does} | ${entry.httpStatus} \`${code}\`${retry} | ${entry.hint} |`;
};

/** The two that mean something else when a token is asked for are blocked either way: a person has to act. */
const onRenewal = 'remembers the failure and raises `account.attention`; asks again after the pause';

const table = (
  entries: ReadonlyMap<number, ErrorEntry>,
  does = (errcode: number, entry: ErrorEntry) => exceptions[errcode] ?? whatWaybillDoes[entry.class],
): string =>
  [
    '| errcode | means | Waybill | the caller sees | and is told |',
    '|---|---|---|---|---|',
    ...[...entries].sort(([a], [b]) => a - b).map(([errcode, entry]) => row(errcode, entry, does(errcode, entry))),
  ].join('\n');

/** The page of every errcode, from the table that the code goes by. */
export const errcodesPage = (): string => `# Every errcode of an Official Account

Written by \`npm run docs\` from \`shared/wechat/official-account-errors.ts\`. A problem carries \`errcode\`, \`errmsg\` and \`rid\` as WeChat gave them, and the
hint below. A code that is not here is answered with 502 \`WECHAT_UNKNOWN_CODE\` and logged: WeChat adds codes without notice.

${table(officialAccountErrors.everywhere)}

## When a token is asked for

The same codes, but for these, which mean something else there. A failed renewal is remembered: whoever needs the token gets the same answer until the pause is
over (2 s to a minute for what passes by itself, 30 s to an hour for what a person must mend), and WeChat is not asked in between.

${table(officialAccountErrors.onTokenEndpoint, () => onRenewal)}
`;
