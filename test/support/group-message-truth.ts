import type { Simulator } from '../../local/simulator/simulator.ts';
import type { Delivery } from '../../shared/domain/delivery.ts';
import type { GroupTask } from '../../shared/domain/group-task.ts';
import { fromUnix } from '../../shared/domain/time.ts';

/** What two lists of tasks differ in, if they do. */
export const taskLine = ({ userid, status, send_time }: Pick<GroupTask, 'userid' | 'status' | 'send_time'>): string =>
  [userid, status, send_time].join(' ');
export const deliveryLine = ({
  userid,
  recipient_id,
  ...rest
}: Pick<Delivery, 'userid' | 'recipient_id' | 'status' | 'send_time'>): string =>
  [userid, recipient_id, rest.status, rest.send_time].join(' ');

const deliveryStatuses = ['pending', 'sent', 'not_friend', 'limit_reached'] as const;

/** What the records of a group message have to say, row by row and in total: what the simulator knows to be true, as far as WeCom lists it. */
export const truthOf = ({ control }: Pick<Simulator, 'control'>, msgid: string) => {
  const { chat_type, members, deliveries } = control.groupMessageTruth(msgid);
  const { all: _all, listed: _listed, ...counts } = deliveries;
  return {
    tasks: control
      .groupMessageTasks(msgid)
      .map(({ userid, status, send_time }) =>
        taskLine({ userid, status: status === 2 ? 'sent' : 'pending', send_time: fromUnix(send_time ?? undefined) }),
      )
      .sort(),
    deliveries: [...control.groupMessageDeliveries(msgid)]
      .filter(({ listed }) => listed)
      .map((row) =>
        deliveryLine({ ...row, status: deliveryStatuses[row.status] ?? 'other', send_time: fromUnix(row.send_time ?? undefined) }),
      )
      .sort(),
    totals: {
      members: { ...members, other: 0 },
      deliveries: chat_type === 'group' ? { ...counts, pending: null } : counts,
      members_unread: 0,
    },
  };
};
