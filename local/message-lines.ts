import { styleText } from 'node:util';
import type { HistoryLine, MassMessageRecord } from './api-client.ts';

const colours = {
  submitted: 'dim',
  awaiting_confirmation: 'yellow',
  sending: 'cyan',
  sent: 'green',
  deleted: 'green',
  failed: 'red',
  rejected: 'red',
  confirmation_refused: 'red',
  confirmation_expired: 'red',
  unknown: 'magenta',
} as const;

/** One entry of a message's history: when, what, and on what it rests. */
export const historyLine = (entry: HistoryLine, record: MassMessageRecord, now: Date): string => {
  const time = new Date(entry.at).toLocaleTimeString('en-GB');
  const left = entry.state === 'awaiting_confirmation' && record.state === entry.state ? `, ${secondsLeft(record, now)}` : '';
  return `${time}  ${styleText(colours[entry.state], entry.state.padEnd(21))} ${styleText('dim', `${entry.basis}${left}`)}`;
};

/** For the line that is written over while WeChat waits for the administrator. */
export const waitingLine = (record: MassMessageRecord, now: Date): string =>
  record.state === 'awaiting_confirmation' ? styleText('dim', `          ${secondsLeft(record, now)}`) : '';

const secondsLeft = ({ confirmation_deadline }: MassMessageRecord, now: Date) => {
  if (confirmation_deadline === undefined) return '';
  const seconds = Math.ceil((Date.parse(confirmation_deadline) - now.getTime()) / 1000);
  return seconds > 0 ? `${seconds} s left to confirm` : 'the time to confirm is over';
};
