import { styleText } from 'node:util';
import type { SyncView } from '../shared/http/present-sync.ts';

const phases: Record<SyncView['phase'], string> = {
  waiting: 'waits for another sync; if that was cut off, two minutes',
  discovering: 'looks for messages',
  reading_tasks: 'reads the members of each',
  reading_deliveries: 'reads deliveries',
  summarising: 'adds up',
  done: 'done',
  failed: 'failed',
};

const counted = (count: number): string => count.toLocaleString('en-US');
const cells = 16;
const noticedMs = 3_000;

/** Every sync waits until its first step: that alone is no news. */
const isJustAsked = ({ phase, created_at }: SyncView, now: Date): boolean =>
  phase === 'waiting' && now.getTime() - Date.parse(created_at) < noticedMs;

/** For the line that is written over while a sync runs. */
export const syncBar = (sync: SyncView, now: Date): string => {
  const { phase, members, deliveries, calls } = sync;
  const full = members.all === 0 ? 0 : Math.floor((cells * members.done) / members.all);
  const bar = `${styleText('cyan', '█'.repeat(full))}${styleText('dim', '░'.repeat(cells - full))}`;
  if (phase !== 'reading_deliveries') return `  ${bar} ${isJustAsked(sync, now) ? 'begins' : phases[phase]}`;
  return `  ${bar} ${members.done} of ${members.all} members, ${counted(deliveries.read)} read, ${counted(deliveries.written)} written, ${calls} calls`;
};

/** The same without a terminal: a line for what takes long, and for each quarter of the members. */
export const syncPhase = (sync: SyncView, now: Date): string => {
  const { phase, members } = sync;
  if (phase === 'waiting') return isJustAsked(sync, now) ? '' : `  ${phases[phase]}`;
  if (phase !== 'reading_deliveries' || members.all === 0) return '';
  return `  ${phases[phase]}: ${25 * Math.floor((4 * members.done) / members.all)}% of ${members.all} members`;
};

/** What a sync did that is over. */
export const syncLine = ({ phase, messages, deliveries, tasks, calls }: SyncView, seconds: number): string => {
  const mark = phase === 'done' ? styleText('green', 'done') : styleText('red', phases[phase]);
  const wrote =
    tasks.written + deliveries.written === 0
      ? 'nothing written'
      : `${tasks.written} tasks and ${counted(deliveries.written)} deliveries written`;
  const did = `${messages.new} new messages, ${counted(deliveries.read)} deliveries read, ${wrote}, ${calls} calls to WeCom`;
  return `  ${mark}: ${did} ${styleText('dim', `${seconds.toFixed(1)} s`)}`;
};
