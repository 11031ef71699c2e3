import type { Account } from '../../shared/domain/account.ts';
import { isUsable } from '../../shared/domain/token-schedule.ts';

/** In UTC and to the second. */
export const shownTime = (time: string | Date): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

const minutesSince = (time: string, now: Date) => Math.max(0, Math.floor((now.getTime() - new Date(time).getTime()) / 60_000));

const shownAge = (minutes: number): string => {
  if (minutes < 120) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / 60 / 24)} days ago`;
};

// One an hour is kept (domain/ticket-schedule.ts): after two, the next one should have come long since.
const ticketsStoppedAfterMinutes = 120;

/** Since when a platform's tickets do not arrive any more; undefined: they do, or none has come yet. */
export const ticketsStoppedAt = ({ ticket }: Pick<Account, 'ticket'>, now: Date): string | undefined =>
  ticket && minutesSince(ticket.received_at, now) >= ticketsStoppedAfterMinutes ? ticket.received_at : undefined;

const tokenCell = ({ token }: Account, now: Date): string => {
  if (!token) return 'none yet';
  const usable: boolean = isUsable(token, now);
  return `${usable ? 'until' : 'ended'} ${shownTime(token.expires_at)}`;
};

const ticketCell = ({ kind, ticket }: Account, now: Date): string => {
  if (kind !== 'third_party_platform') return '-';
  return ticket ? shownAge(minutesSince(ticket.received_at, now)) : 'none yet';
};

const attentionCell = ({ attention }: Account): string =>
  Object.entries(attention)
    .map(
      ([subject, { code, errcode, since }]) => `${subject}: ${code}${errcode === undefined ? '' : ` ${errcode}`} since ${shownTime(since)}`,
    )
    .join('; ') || '-';

type Column = readonly [heading: string, cell: (account: Account) => string];

export const accountTable = (accounts: readonly Account[], now: Date): string => {
  const has = (wanted: Account['kind']) => accounts.some(({ kind }) => kind === wanted);
  const columns: Column[] = [
    ['ACCOUNT', ({ account_id }) => account_id],
    ['KIND', ({ kind }) => kind],
    ['APPID', ({ upstream_id }) => upstream_id],
    ...(has('authorized_official_account') ? [['PLATFORM', ({ platform }) => platform ?? '-'] satisfies Column] : []),
    ...(has('third_party_platform') ? [['TICKET', (account) => ticketCell(account, now)] satisfies Column] : []),
    ['TOKEN', (account) => tokenCell(account, now)],
    ['NEEDS ATTENTION', attentionCell],
  ];
  const rows = [columns.map(([heading]) => heading), ...accounts.map((account) => columns.map(([, cell]) => cell(account)))];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
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
export const accountAsJson = (account: Account) => {
  const { account_id, kind, upstream_id, created_at, token, token_failure, attention, platform, ticket, authorization } = account;
  return {
    account_id,
    kind,
    upstream_id,
    created_at,
    platform,
    ticket,
    authorization,
    token: token && { fetched_at: token.fetched_at, expires_at: token.expires_at },
    token_failure,
    attention,
  };
};
