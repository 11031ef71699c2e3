import { progressOf } from '../../shared/domain/sync.ts';
import { SkippingClock } from './world/clock.ts';
import { account_id, campaignBegin, openCorp, openSync } from './world/corp.ts';
import { withPeakMemory } from './world/memory.ts';
import { numbersWith } from './world/options.ts';
import { type Cell, tableText } from './world/table-text.ts';
import { startTables } from './world/tables.ts';
import { differenceOf, recordsOf, totalsAreTrue, truthOf } from './world/truth.ts';
import { watchSteps } from './world/watched-steps.ts';

// `npm run bench -- sync --members 50000 --customers 2`: the sync of one campaign as it is deployed, on dynalite in a process of its own and
// the simulator over HTTP. Nobody sleeps: what the pace of the calls takes is added to the clock instead.
const { members, customers } = numbersWith({ members: 100, customers: 1200 });

const lists = { list_v2: 'get_groupmsg_list_v2', task: 'get_groupmsg_task', send_result: 'get_groupmsg_send_result' };
const clock = new SkippingClock(campaignBegin);
const tables = await startTables();
const corp = await openCorp({ clock, members, customers });
const { control } = corp.simulator;
const { watch, seen } = watchSteps(clock);
const { sync } = await openSync(corp, tables, clock, { watch });
const idleMb = Math.round(process.memoryUsage().rss / 2 ** 20);

const asked = (): number[] => {
  const { counts } = control.calls(0);
  return Object.values(lists).map((name) => counts[`/cgi-bin/externalcontact/${name}`] ?? 0);
};
const largest: Record<string, number> = {};
const executions: string[] = [];
/** @throws when a record is not what the simulator knows */
const measured = async (name: string): Promise<Cell[]> => {
  tables.takeWritten();
  const [callsBefore, paceBefore, began] = [asked(), clock.now().getTime(), performance.now()];
  const { result: row, rssMb, heapMb } = await withPeakMemory(sync);
  const [seconds, paced] = [(performance.now() - began) / 1000, (clock.now().getTime() - paceBefore) / 1000];
  const calls = asked().map((count, place) => count - (callsBefore[place] ?? 0));
  const { rows, requests, largest: bytes } = tables.takeWritten();
  for (const [table, size] of Object.entries(bytes)) largest[table] = Math.max(largest[table] ?? 0, size);
  const { missing, wrong, surplus } = differenceOf(await recordsOf(tables, corp.msgid), truthOf(corp.simulator, corp.msgid));
  const { totals } = await tables.groupMessages.get(account_id, corp.msgid);
  if (
    row.phase !== 'done' ||
    row.failures.length > 0 ||
    missing + wrong + surplus > 0 ||
    !totalsAreTrue(corp.simulator, corp.msgid, totals)
  )
    throw new Error(`${name}: ${JSON.stringify({ phase: row.phase, failures: row.failures, missing, wrong, surplus, totals })}`);
  executions.push(`${row.attempt} (${row.turns} turns)`);
  const { members_all, members_done, deliveries_read } = progressOf(row);
  if (members_done !== members_all) throw new Error(`${name}: ${members_done} of ${members_all} members done`);
  const written = ['deliveries', 'group-tasks', 'group-messages', 'syncs', 'accounts'].map((table) => rows[table] ?? 0);
  return [name, ...calls, deliveries_read, ...written, requests, seconds.toFixed(1), paced.toFixed(1), rssMb, heapMb];
};

try {
  console.log(`${members} members with ${customers} customers each; ${idleMb} MB before`);
  const head = [
    '',
    ...Object.keys(lists),
    'read',
    'deliveries',
    'tasks',
    'messages',
    'syncs',
    'accounts',
    'requests',
    's',
    's paced',
    'MB',
    'heap',
  ];
  const rows: Cell[][] = [head, await measured('first')];
  clock.pass(600);
  rows.push(await measured('second'));
  control.pressSend(corp.msgid, { count: Math.max(1, Math.round(members * 0.05)) });
  clock.pass(600);
  rows.push(await measured('after 5% more confirmed'));
  console.log(tableText(rows));
  console.log(
    'calls of WeCom by list, deliveries read; rows written by table; requests to DynamoDB; seconds of this machine, and with the pace of',
  );
  console.log('30 calls a second; the most memory. After each, every record equals what the simulator knows.\n');
  console.log(
    `executions of the state machine, of at most 25,000 events, of which a turn has 9 when all is well: ${executions.join(', ')}\n`,
  );
  const steps = Object.entries(seen).map(([name, step]): Cell[] => [name, step.runs, step.longestSeconds.toFixed(1), step.largestAnswer]);
  console.log(tableText([['step', 'runs', 'longest, s paced', 'answer, bytes'], ...steps]));
  console.log(tableText([['largest row of', 'bytes'], ...Object.entries(largest).sort()]));
} finally {
  await corp.simulator.close();
  tables.close();
}
