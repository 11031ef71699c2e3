import type { Account } from '../../shared/domain/account.ts';
import { isUsable } from '../../shared/domain/token-schedule.ts';

/** In UTC and to the second. */
export const shownTime = (time: string | Date): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

const tokenCell = ({ token }: Account, now: Date): string => {
  if (!token) return 'none yet';
  const usable: boolean = isUsable(token, now);
  return `${usable ? 'until' : 'ended'} ${shownTime(token.expires_at)}`;
};

const attentionCell = ({ attention }: Account): string =>
  Object.entries(attention)
    .map(
      ([subject, { code, errcode, since }]) => `${subject}: ${code}${errcode === undefined ? '' : ` ${errcode}`} since ${shownTime(since)}`,
    )
    .join('; ') || '-';

export const accountTable = (accounts: readonly Account[], now: Date): string => {
  const rows = [
    ['ACCOUNT', 'KIND', 'APPID', 'TOKEN', 'NEEDS ATTENTION'],
    ...accounts.map((one) => [one.account_id, one.kind, one.upstream_id, tokenCell(one, now), attentionCell(one)]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** What a machine may want to know; nothing in it is secret. */
export const accountAsJson = ({ account_id, kind, upstream_id, created_at, token, token_failure, attention }: Account) => ({
  account_id,
  kind,
  upstream_id,
  created_at,
  token: token && { fetched_at: token.fetched_at, expires_at: token.expires_at },
  token_failure,
  attention,
});
