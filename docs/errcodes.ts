import type { ErrorClass, ErrorEntry } from '../shared/wechat/error-table.ts';
import { officialAccountErrors } from '../shared/wechat/official-account-errors.ts';
import { WechatError } from '../shared/wechat/wechat-error.ts';

/** What becomes of the code where it is met: in a call that somebody waits for, in the following of a message, in the renewal of a token. */
interface Situations {
  /** The live status, and deletions. */
  readonly call: string;
  readonly tracking: string;
  readonly renewal: string;
}

const blockedLook = 'raises `account.attention`, and looks seldom until it is mended';
const blockedRenewal = 'raises `account.attention`, and asks again ever more seldom';

const byClass: Readonly<Record<ErrorClass, Situations>> = {
  transient: {
    call: 'a question is asked again, at most three times, a deletion never; then handed on',
    tracking: 'asks again, at most three times, then looks as planned',
    renewal: 'asks again after a pause; the third failure in a row raises `account.attention`',
  },
  rate_limited: {
    call: 'handed on',
    tracking: 'looks again after the delay, or as planned',
    renewal: 'asks again after the delay or a pause; the third failure in a row raises `account.attention`',
  },
  token: {
    call: 'the token is renewed and the call made once more; then handed on',
    tracking: 'the same, then looks as planned',
    renewal: "through a platform, the same with the platform's token; then raises `account.attention`, and asks again ever more seldom",
  },
  waiting: {
    call: 'the live status answers 200 with `"confirmation": "awaiting"`; to a deletion it is handed on',
    tracking: 'the message is `awaiting_confirmation`; looks again until the deadline',
    renewal: blockedRenewal,
  },
  permanent: { call: 'handed on', tracking: blockedLook, renewal: blockedRenewal },
  permission: { call: 'handed on', tracking: blockedLook, renewal: blockedRenewal },
};

const onTicket: Partial<Situations> = { renewal: 'raises `account.attention`; asks again with the next ticket, or after the delay' };
const onRefreshToken: Partial<Situations> = {
  renewal: `looks the refresh token up and asks once more; then ${blockedRenewal}`,
};

const exceptions: Readonly<Record<number, Partial<Situations>>> = {
  40030: onRefreshToken,
  40059: { tracking: 'looks again for ten minutes, since WeChat knows a new message late; then it is `unknown`' },
  42002: onRefreshToken,
  42007: onRefreshToken,
  61005: onTicket,
  61006: onTicket,
  61023: onRefreshToken,
  89503: { tracking: `is about the call and says nothing of the message: ${blockedLook}` },
};

/** In the words of the page, what answers a caller. The status of one that waits is the problem's: the live status makes none of it. */
const seen = (errcode: number, entry: ErrorEntry): string => {
  const answer = { platform: 'official_account' as const, operation: '', errcode, errmsg: '', upstream: undefined };
  const { code } = new WechatError(answer, { ...entry, known: true });
  const retry = entry.retryAfterSeconds === undefined ? '' : `, after ${entry.retryAfterSeconds} s`;
  return `${entry.httpStatus < 400 ? 503 : entry.httpStatus} \`${code}\`${retry}`;
};

const table = (
  heads: readonly string[],
  entries: ReadonlyMap<number, ErrorEntry>,
  does: (errcode: number, entry: ErrorEntry) => string[],
): string =>
  [
    ['errcode', 'means', ...heads, 'handed on as', 'with the hint'],
    Array.from({ length: heads.length + 4 }, () => '---'),
    ...[...entries]
      .sort(([a], [b]) => a - b)
      .map(([errcode, entry]) => [errcode, entry.meaning, ...does(errcode, entry), seen(errcode, entry), entry.hint]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** The page of every errcode, from the table that the code goes by. */
export const errcodesPage = (): string => `# Every errcode of an Official Account

Written by \`npm run docs\` from \`shared/wechat/official-account-errors.ts\`. A problem carries \`errcode\`, \`errmsg\` and \`rid\` as WeChat gave them, and the
hint below. A code that is not here is answered with 502 \`WECHAT_UNKNOWN_CODE\`; it raises \`account.attention\` as any refusal does, since WeChat adds codes
without notice. A refused live status or deletion raises nothing: whoever asked is told.

A failed renewal is remembered: whoever needs the token gets the same answer until the pause is over (2 s to a minute for what passes by itself, 30 s to an hour
for what a person must mend, or what WeChat names), and WeChat is not asked in between. What an account lacks only because its third-party platform has no token is
told of the platform alone.

${table(['live status, deletion', 'tracking', 'renewal of a token'], officialAccountErrors.everywhere, (errcode, entry) => {
  const { call, tracking, renewal } = { ...byClass[entry.class], ...exceptions[errcode] };
  return [call, tracking, renewal];
})}

## When a token is asked for

These mean something else there.

${table(['renewal of a token'], officialAccountErrors.onTokenEndpoint, () => [blockedRenewal])}
`;
