import { styleText } from 'node:util';
import type { GroupMessageView } from '../shared/http/present-group-message.ts';
import type { Simulator } from './simulator/simulator.ts';

type Truth = ReturnType<Simulator['control']['groupMessageTruth']>;
type Totals = NonNullable<GroupMessageView['totals']>;

const headings = ['members', 'sent', 'pending', 'deliveries: sent', 'not_friend', 'limit_reached', 'pending'];
/** In the order of the headings; null: unknown, which is not none. */
const figuresOf = ({ members, deliveries }: Pick<Totals | Truth, 'members' | 'deliveries'>): (number | null)[] => {
  const { sent = null, not_friend = null, limit_reached = null, pending = null } = deliveries ?? {};
  return [members.all, members.sent, members.pending, sent, not_friend, limit_reached, pending];
};

/** What the records say, a line for each message. */
export const totalsTable = (messages: readonly GroupMessageView[]): string[] => {
  const width = Math.max(...messages.map(({ msgid }) => msgid.length));
  const shown = (figure: number | null) => figure?.toLocaleString('en-US') ?? 'unknown';
  const cells = (row: readonly string[]) => row.map((cell, column) => cell.padStart(headings[column]?.length ?? 0)).join('  ');
  return [
    styleText('dim', `  ${''.padEnd(width)}  ${cells(headings)}`),
    ...messages.map(({ msgid, totals }) => {
      const unread = totals && totals.members_unread > 0 ? `  without ${totals.members_unread} members not read yet` : '';
      return `  ${msgid.padEnd(width)}  ${totals ? cells(figuresOf(totals).map(shown)) : 'unknown'}${unread}`;
    }),
  ];
};

/** @returns what the records say otherwise than it is */
export const wrongTotals = (messages: readonly GroupMessageView[], truths: readonly Truth[]): string[] =>
  truths.flatMap((truth) => {
    const { totals = null } = messages.find(({ msgid }) => msgid === truth.msgid) ?? {};
    const [recorded, true_] = [totals && figuresOf(totals).join(' '), figuresOf(truth).join(' ')];
    return recorded === true_ ? [] : [`${truth.msgid} is recorded as ${recorded ?? 'unknown'} and is ${true_}`];
  });
