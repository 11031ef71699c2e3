import { makeAsk } from './loops/ask.ts';
import { CountedCalls } from './loops/counted-calls.ts';
import { daysOf, refuse } from './loops/days.ts';
import { edp } from './loops/edp.ts';
import { linkWechat } from './loops/link-wechat.ts';
import type { Loop } from './loops/loop.ts';
import { mochat } from './loops/mochat.ts';
import { waybill } from './loops/waybill.ts';
import { SkippingClock } from './world/clock.ts';
import { account_id, campaignBegin, openCorp } from './world/corp.ts';
import { numbersWith } from './world/options.ts';
import { type Cell, tableText } from './world/table-text.ts';
import { startTables } from './world/tables.ts';
import { differenceOf, type Rows, totalsAreTrue, truthOf } from './world/truth.ts';

// `npm run bench -- loops`: what other systems do to keep such records, re-created from a description of their loops, on the very campaign
// and simulator that our sync runs on. Counts of calls and rows do not depend on the machine.
const { members, customers, latency, days: mostDays } = numbersWith({ members: 100, customers: 1200, latency: 30, days: 99 });

const clock = new SkippingClock(campaignBegin);
const tables = await startTables();
const corp = await openCorp({ clock, members, customers });
const { simulator, msgid } = corp;
const calls = new CountedCalls(clock, latency);
const begin = makeAsk(corp, calls);
const createdAt = new Date(simulator.control.getGroupMessage(msgid).created_at);
const ours = await waybill(corp, tables, clock, calls.fetch);
const mochatLoop = mochat(begin, { msgid, createdAt, now: clock.now, created: truthOf(simulator, msgid) });
const loops: readonly Loop[] = [
  ours,
  linkWechat(begin, { msgid, callsPerPage: 4 }),
  linkWechat(begin, { msgid, callsPerPage: 1 }),
  mochatLoop,
  edp(begin, clock),
];
const days = daysOf(corp, members, customers).slice(0, mostDays);

interface Outcome {
  readonly calls: number;
  readonly blocked: number;
  readonly busiestMinute: number;
  readonly records: number;
  readonly bookkeeping: number;
  /** Missing, wrong, or of nothing that there is. */
  readonly off: number;
}
const outcomes = new Map<Loop, Outcome[]>(loops.map((loop) => [loop, []]));

const run = async (loop: Loop, truth: Rows, refused: string | undefined): Promise<void> => {
  // Each has WeCom's limits for itself.
  simulator.control.liftBlocks(corp.corpid);
  if (refused !== undefined && loop.refusalsDescribed) refuse(corp, refused, loop);
  calls.take();
  const written = await loop.pass();
  simulator.control.clearFaults();
  const { missing, wrong, surplus } = differenceOf(await loop.rows(), truth);
  const outcome = { ...calls.take(), ...written, off: missing + wrong + surplus };
  outcomes.get(loop)?.push(outcome);
  if (loop === ours && outcome.off > 0 && refused === undefined) throw new Error(`of our records ${outcome.off} are not what WeCom knows`);
};

const sumOf = (loop: Loop, of: (outcome: Outcome) => number): number =>
  (outcomes.get(loop) ?? []).reduce((sum, outcome) => sum + of(outcome), 0);

/** A row for each loop, a column for each day and, where it means anything, the sum and how many times ours it is. */
const show = (title: string, of: (outcome: Outcome) => number, { summed = true } = {}): void => {
  const sums = (loop: Loop): Cell[] => [sumOf(loop, of), `${(sumOf(loop, of) / Math.max(1, sumOf(ours, of))).toFixed(2)}x`];
  const rows = loops.map((loop): Cell[] => [loop.name, ...(outcomes.get(loop) ?? []).map(of), ...(summed ? sums(loop) : [])]);
  const head = [title, ...days.map((_, place) => `${place + 1}`), ...(summed ? ['sum', 'of ours'] : [])];
  console.log(`${tableText([head, ...rows])}\n`);
};

try {
  for (const day of days) {
    day.happens();
    clock.pass(600);
    const truth = truthOf(simulator, msgid);
    for (const loop of loops) await run(loop, truth, day.refused?.());
  }
  console.log(
    `${members} members with ${customers} customers each; a call takes ${latency} ms. All but Waybill as described, without their code.`,
  );
  console.log(`${days.map(({ title }, place) => `${place + 1}: ${title}`).join('\n')}\n`);
  show('calls of WeCom', (outcome) => outcome.calls);
  show('rows of records written', ({ records }) => records);
  show('other rows written', ({ bookkeeping }) => bookkeeping);
  show('rows that are missing or wrong', ({ off }) => off, { summed: false });
  show('calls of an API in one minute (WeCom: 10,000)', ({ busiestMinute }) => busiestMinute, { summed: false });
  show('calls that WeCom blocked (45009)', ({ blocked }) => blocked, { summed: false });
  const { not_friend, limit_reached } = simulator.control.groupMessageTruth(msgid).deliveries;
  const { totals } = await tables.groupMessages.get(account_id, msgid);
  console.log(
    `not friends and limit reached, at the end: ${not_friend} and ${limit_reached}; Waybill's totals are ${totalsAreTrue(simulator, msgid, totals) ? 'so' : 'WRONG'};`,
  );
  console.log(`MoChat's say ${mochatLoop.totals().notFriendTotal} and ${mochatLoop.totals().receiveLimitTotal}.`);
} finally {
  await simulator.close();
  tables.close();
}
