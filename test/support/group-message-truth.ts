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
  const { chat_type, members } = control.groupMessageTruth(msgid);
  const listed = [...control.groupMessageDeliveries(msgid)].filter((row) => row.listed);
  const ofStatus = (status: number) => listed.filter((row) => row.status === status).length;
  // Of customer groups only what was sent is listed, and of the rest nothing is known.
  const none = chat_type === 'group' ? null : 0;
  return {
    tasks: control
      .groupMessageTasks(msgid)
      .map(({ userid, status, send_time }) =>
        taskLine({ userid, status: status === 2 ? 'sent' : 'pending', send_time: fromUnix(send_time ?? undefined) }),
      )
      .sort(),
    deliveries: listed
      .map((row) =>
        deliveryLine({ ...row, status: deliveryStatuses[row.status] ?? 'other', send_time: fromUnix(row.send_time ?? undefined) }),
      )
      .sort(),
    totals: {
      members: { ...members, other: 0 },
      deliveries: {
        pending: ofStatus(0) || none,
        sent: ofStatus(1),
        not_friend: ofStatus(2) || none,
        limit_reached: ofStatus(3) || none,
        other: listed.filter(({ status }) => deliveryStatuses[status] === undefined).length || none,
      },
      members_unread: 0,
    },
  };
};
