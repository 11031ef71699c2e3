import type { Account } from '../../shared/domain/account.ts';
import { channelOf, sendsMessages } from '../../shared/domain/channel.ts';
import { isUsable } from '../../shared/domain/token-schedule.ts';
import { getsTickets } from './terms.ts';

/** In UTC and to the second. */
export const shownTime = (time: string | Date): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

const minutesSince = (time: string, now: Date) => Math.max(0, Math.floor((now.getTime() - new Date(time).getTime()) / 60_000));

const shownAge = (minutes: number): string => {
  if (minutes < 120) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / 60 / 24)} days ago`;
};

// One an hour is kept (domain/ticket-schedule.ts): after two, the next one should have come long since.
const ticketsStoppedAfterMinutes = 120;
// Of a suite's each is kept: two have not come, and the one that is kept serves no more.
const suiteTicketsStoppedAfterMinutes = 30;

/** Since when the tickets of a platform or suite do not arrive any more; undefined: they do, or none has come yet. */
export const ticketsStoppedAt = ({ kind, ticket }: Pick<Account, 'kind' | 'ticket'>, now: Date): string | undefined => {
  const after = kind === 'wecom_suite' ? suiteTicketsStoppedAfterMinutes : ticketsStoppedAfterMinutes;
  return ticket && minutesSince(ticket.received_at, now) >= after ? ticket.received_at : undefined;
};

const tokenCell = ({ kind, token }: Account, now: Date): string => {
  if (!token) return 'none yet';
  const usable: boolean = isUsable(token, now, kind);
  return `${usable ? 'until' : 'ended'} ${shownTime(token.expires_at)}`;
};

const ticketCell = ({ kind, ticket }: Account, now: Date): string => {
  if (!getsTickets(kind)) return '-';
  return ticket ? shownAge(minutesSince(ticket.received_at, now)) : 'none yet';
};

const isSynced = ({ kind }: Pick<Account, 'kind'>): boolean => channelOf(kind) === 'wecom' && sendsMessages(kind);

const syncCell = (account: Account, now: Date): string => {
  if (!isSynced(account)) return '-';
  const { last_sync } = account;
  return last_sync ? `${last_sync.phase} ${shownAge(minutesSince(last_sync.finished_at, now))}` : 'none yet';
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
  const through =
    (wanted: Account['kind']) =>
    ({ kind, platform }: Account) =>
      kind === wanted && platform !== undefined ? platform : '-';
  const columns: Column[] = [
    ['ACCOUNT', ({ account_id }) => account_id],
    ['KIND', ({ kind }) => kind],
    [accounts.some(({ kind }) => channelOf(kind) === 'wecom') ? 'APPID, CORPID OR SUITE' : 'APPID', ({ upstream_id }) => upstream_id],
    ...(has('authorized_official_account') ? [['PLATFORM', through('authorized_official_account')] satisfies Column] : []),
    ...(has('wecom_suite_app') ? [['SUITE', through('wecom_suite_app')] satisfies Column] : []),
    ...(accounts.some(({ kind }) => getsTickets(kind)) ? [['TICKET', (account) => ticketCell(account, now)] satisfies Column] : []),
    ['TOKEN', (account) => tokenCell(account, now)],
    ...(accounts.some(isSynced) ? [['LAST SYNC', (account) => syncCell(account, now)] satisfies Column] : []),
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
  const { account_id, kind, upstream_id, created_at, token, token_failure, attention, platform, ticket, authorization, last_sync } =
    account;
  return {
    account_id,
    kind,
    upstream_id,
    created_at,
    platform,
    ticket,
    authorization,
    last_sync,
    token: token && { fetched_at: token.fetched_at, expires_at: token.expires_at },
    token_failure,
    attention,
  };
};
