import type { Delivery, DeliveryStatus } from '../domain/delivery.ts';
import type { GroupTask } from '../domain/group-task.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { GroupTaskStore } from './group-task-store.ts';

/** Where a listing stopped: behind a recipient of this member or, without one, behind the member. */
export interface DeliveryPosition {
  readonly userid: string;
  readonly recipient_id?: string | undefined;
}
interface Wanted {
  readonly account_id: string;
  readonly msgid: string;
  readonly status?: DeliveryStatus | undefined;
  /** Of this member alone. */
  readonly userid?: string | undefined;
}
interface Stores {
  readonly groupTasks: Pick<GroupTaskStore, 'list'>;
  readonly deliveries: Pick<DeliveryStore, 'listOfTask'>;
}

// Each costs a query: a call looks through so many, and then says where it stopped.
const mostMembers = 200;
// Of a rare status each member has a few: read side by side, a page of them takes a tenth of the time.
const atOnce = 10;
const tasksPerPage = 100;

/**
 * Deliveries of a whole message, by member and recipient. There is no index for it: each member's counts say whether there is any of the
 * status that is asked for, so that the few failures of a large message are found without reading what was sent.
 */
export const listMessageDeliveries = async (
  { groupTasks, deliveries }: Stores,
  { account_id, msgid, status, userid }: Wanted,
  limit: number,
  after?: DeliveryPosition,
): Promise<{ deliveries: Delivery[]; next?: DeliveryPosition }> => {
  const found: Delivery[] = [];
  const of = (member: string, afterRecipient?: string) =>
    deliveries.listOfTask({ account_id, msgid, userid: member }, { status }, limit, afterRecipient);

  /** Puts a member's page among what was found. @returns where to go on, if it is full */
  const take = (member: string, page: Awaited<ReturnType<typeof of>>): DeliveryPosition | undefined => {
    const fits = page.deliveries.slice(0, limit - found.length);
    found.push(...fits);
    const left = page.deliveries.length > fits.length;
    if (left) return { userid: member, recipient_id: fits.at(-1)?.recipient_id };
    return page.next === undefined ? undefined : { userid: member, recipient_id: page.next };
  };

  const begun = userid ?? (after?.recipient_id === undefined ? undefined : after.userid);
  if (begun !== undefined) {
    const next = take(begun, await of(begun, after?.recipient_id));
    if (next || userid !== undefined) return { deliveries: found, ...(next && { next }) };
    if (found.length === limit) return { deliveries: found, next: { userid: begun } };
  }

  let member = after?.userid;
  for (let looked = 0; looked < mostMembers; ) {
    const page = await groupTasks.list(account_id, msgid, {}, tasksPerPage, member);
    const holding = page.tasks.filter((task) => mayHold(task, status));
    for (let first = 0; first < holding.length; first += atOnce) {
      const tasks = holding.slice(first, first + atOnce);
      const pages = await Promise.all(tasks.map((task) => of(task.userid)));
      for (const [index, task] of tasks.entries()) {
        const read = pages[index];
        if (!read) continue;
        const next = take(task.userid, read);
        if (next) return { deliveries: found, next };
        member = task.userid;
        if (found.length === limit) return { deliveries: found, next: { userid: member } };
      }
      looked += tasks.length;
    }
    if (page.next === undefined) return { deliveries: found };
    member = page.next;
    looked++;
  }
  return { deliveries: found, ...(member !== undefined && { next: { userid: member } }) };
};

/** A member of whom nothing is known may hold any, and so may one whose list is being read. */
const mayHold = ({ counts, reading }: GroupTask, status: DeliveryStatus | undefined): boolean => {
  if (!counts || reading) return true;
  if (status !== undefined) return counts[status] > 0;
  return Object.values(counts).some((count) => count > 0);
};
