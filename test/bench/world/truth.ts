import type { Simulator } from '../../../local/simulator/simulator.ts';
import type { GroupMessageTotals } from '../../../shared/domain/group-message.ts';
import { toUnix } from '../../../shared/domain/time.ts';
import { account_id } from './corp.ts';
import type { BenchTables } from './tables.ts';

/** WeCom's number, and unix seconds; 0 for no time. */
export interface Row {
  readonly status: number;
  readonly sendTime: number;
}
/** What is kept of one message: tasks by userid, deliveries by `deliveryKey`. */
export interface Rows {
  readonly tasks: ReadonlyMap<string, Row>;
  readonly deliveries: ReadonlyMap<string, Row>;
}
export const deliveryKey = (userid: string, recipientId: string): string => `${userid} ${recipientId}`;

/** What the simulator knows. */
export const truthOf = ({ control }: Simulator, msgid: string): Rows => {
  const tasks = new Map<string, Row>();
  for (const { userid, status, send_time } of control.groupMessageTasks(msgid)) tasks.set(userid, { status, sendTime: send_time ?? 0 });
  const deliveries = new Map<string, Row>();
  for (const { userid, recipient_id, status, send_time, listed } of control.groupMessageDeliveries(msgid))
    if (listed) deliveries.set(deliveryKey(userid, recipient_id), { status, sendTime: send_time ?? 0 });
  return { tasks, deliveries };
};

const taskStatuses = { pending: 0, sent: 2, other: -1 };
const deliveryStatuses = { pending: 0, sent: 1, not_friend: 2, limit_reached: 3, other: -1 };
const unix = (time: string | undefined): number => (time === undefined ? 0 : toUnix(time));

/** What our tables hold. */
export const recordsOf = async (tables: BenchTables, msgid: string): Promise<Rows> => {
  const tasks = new Map<string, Row>();
  const deliveries = new Map<string, Row>();
  for await (const page of tables.groupTasks.pages(account_id, msgid))
    for (const { userid, status, send_time } of page) {
      tasks.set(userid, { status: taskStatuses[status], sendTime: unix(send_time) });
      for (const row of (await tables.deliveries.ofTask(account_id, msgid, userid)).values())
        deliveries.set(deliveryKey(userid, row.recipient_id), { status: deliveryStatuses[row.status], sendTime: unix(row.send_time) });
    }
  return { tasks, deliveries };
};

export interface Difference {
  readonly missing: number;
  readonly wrong: number;
  /** That WeCom knows nothing of. */
  readonly surplus: number;
}
export const differenceOf = (kept: Rows, truth: Rows): Difference => {
  const of = (rows: ReadonlyMap<string, Row>, real: ReadonlyMap<string, Row>): Difference => {
    let [missing, wrong] = [0, 0];
    for (const [key, { status, sendTime }] of real) {
      const row = rows.get(key);
      if (!row) missing++;
      else if (row.status !== status || row.sendTime !== sendTime) wrong++;
    }
    return { missing, wrong, surplus: rows.size - (real.size - missing) };
  };
  const [tasks, deliveries] = [of(kept.tasks, truth.tasks), of(kept.deliveries, truth.deliveries)];
  return {
    missing: tasks.missing + deliveries.missing,
    wrong: tasks.wrong + deliveries.wrong,
    surplus: tasks.surplus + deliveries.surplus,
  };
};

/** Whether totals of ours are what the simulator counts. */
export const totalsAreTrue = ({ control }: Simulator, msgid: string, totals: GroupMessageTotals | undefined): boolean => {
  const { members, deliveries } = control.groupMessageTruth(msgid);
  return (
    totals !== undefined &&
    totals.members_unread === 0 &&
    (['all', 'sent', 'pending'] as const).every((name) => totals.members[name] === members[name]) &&
    (['pending', 'sent', 'not_friend', 'limit_reached'] as const).every((name) => totals.deliveries?.[name] === deliveries[name])
  );
};
