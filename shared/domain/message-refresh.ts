import type { GroupMessage } from './group-message.ts';
import { sameTotals, type TotalsSum, totalsOf } from './group-message-totals.ts';
import { nextRefresh } from './refresh-schedule.ts';
import type { RoundMessage } from './sync.ts';
import type { SyncSchedule } from './sync-schedule.ts';

// Each entry has some 300 bytes; a message changes with nearly every sync of its first day.
const keptHistory = 100;

/**
 * The row after a refresh: its totals, an entry of the history if they changed, and when it is refreshed next. Undefined: nothing
 * changed, and there is nothing to write.
 * @param sum undefined: the list of members did not come to its end, and the totals stay as they were
 */
export const refreshed = (
  message: GroupMessage,
  round: RoundMessage,
  sum: TotalsSum | undefined,
  now: Date,
  schedule: SyncSchedule,
): GroupMessage | undefined => {
  const at = now.toISOString();
  const cancelled_at = message.cancelled_at ?? (round.cancelled || round.cancelled_midway ? at : undefined);
  const settled = cancelled_at !== undefined || (sum ? sum.members.all > 0 && sum.unsettled === 0 : message.settled);
  const told: GroupMessage = { ...message, cancelled_at, settled };
  const totals = sum ? totalsOf(sum, message.chat_type) : message.totals;
  const changed = totals !== undefined && (!sameTotals(message.totals, totals) || settled !== message.settled);
  const next: GroupMessage = {
    ...(changed ? withEntry(told, totals, at) : told),
    failure: round.failure && { at, code: round.failure.code, errcode: round.failure.errcode, detail: round.failure.detail },
    ...(round.unconfirmed && !round.failure && { unconfirmed_read_at: at }),
  };
  const due = whenDue(next, now, schedule);
  const same =
    !changed &&
    !round.unconfirmed &&
    cancelled_at === message.cancelled_at &&
    next.failure?.code === message.failure?.code &&
    next.failure?.errcode === message.failure?.errcode &&
    due.next_refresh_at === message.next_refresh_at;
  return same ? undefined : { ...next, ...due, rev: message.rev + 1 };
};

const withEntry = (message: GroupMessage, totals: NonNullable<GroupMessage['totals']>, at: string): GroupMessage => {
  const n = (message.history.at(-1)?.n ?? -1) + 1;
  const history = [...message.history, { n, at, totals, settled: message.settled, published: false }];
  const dropped = Math.max(0, history.length - keptHistory);
  return {
    ...message,
    totals,
    totals_at: at,
    history: history.slice(dropped),
    history_dropped: message.history_dropped + dropped,
  };
};

/** A message stays due until everybody has been told, even when nothing more is expected of it. */
const whenDue = (message: GroupMessage, now: Date, schedule: SyncSchedule) => {
  const untold = message.history.some(({ published }) => !published);
  const next_refresh_at = nextRefresh(message, now, schedule) ?? (untold ? now.toISOString() : undefined);
  return { next_refresh_at, due: next_refresh_at === undefined ? undefined : message.account_id };
};

/** The row after the entries up to `n` were published. */
export const told = (message: GroupMessage, n: number, now: Date, schedule: SyncSchedule): GroupMessage => {
  const next = { ...message, history: message.history.map((entry) => (entry.n <= n ? { ...entry, published: true } : entry)) };
  return { ...next, ...(message.settled && whenDue(next, now, schedule)), rev: message.rev + 1 };
};

/** Whether the deliveries of members who have not confirmed are read again, too. */
export const readsUnconfirmed = ({ unconfirmed_read_at, discovered_at }: GroupMessage, now: Date, schedule: SyncSchedule): boolean =>
  now.getTime() >= new Date(unconfirmed_read_at ?? discovered_at).getTime() + schedule.unconfirmed_every_s * 1000;
