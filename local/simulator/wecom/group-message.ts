import { seconds } from '../clock.ts';
import type { Members } from './members.ts';
import { deliveryStatus, outcomeOf } from './outcomes.ts';
import type { GroupMessageScript } from './script-schema.ts';

/** get_groupmsg_task (https://developer.work.weixin.qq.com/document/path/93338): there is no 1. */
export const taskStatus = { pending: 0, sent: 2 } as const;

interface Parts {
  readonly msgid: string;
  readonly corpid: string;
  readonly sequence: number;
  /** Unix milliseconds, as all times here. */
  readonly createdAt: number;
  readonly members: Members;
  /** Those who have a task: the first so many of the corp's, or these by their number. */
  readonly tasks: number | readonly number[];
  readonly recipientsPerMember: number;
  readonly script: GroupMessageScript;
}

/** One group message of any size: its rows are computed when they are asked for, only what was told to it is kept. */
export class GroupMessage {
  readonly msgid: string;
  readonly corpid: string;
  /** In the order of creation, for messages of the same second. */
  readonly sequence: number;
  readonly createdAt: number;
  readonly script: GroupMessageScript;
  readonly taskCount: number;
  cancelledAt: number | null = null;
  readonly #parts: Parts;
  /** By place in the task list: when the member presses send, null for never. */
  readonly #pressed = new Map<number, number | null>();
  /** By member and recipient. */
  readonly #set = new Map<string, { readonly status: number; readonly sentAt: number | null }>();
  /** The place in the task list by the member's number, where they differ. */
  readonly #places: ReadonlyMap<number, number> | undefined;
  constructor(parts: Parts) {
    const { tasks, script, createdAt } = parts;
    this.msgid = parts.msgid;
    this.corpid = parts.corpid;
    this.sequence = parts.sequence;
    this.createdAt = createdAt;
    this.script = script;
    this.taskCount = typeof tasks === 'number' ? tasks : tasks.length;
    this.#places = typeof tasks === 'number' ? undefined : new Map(tasks.map((index, place) => [index, place]));
    this.#parts = parts;
    for (const [userid, after] of Object.entries(script.sending?.by_member ?? {})) {
      const place = this.placeOf(userid);
      if (place !== undefined) this.#pressed.set(place, after === null ? null : createdAt + seconds(after));
    }
  }

  /** The member's number in the corp. */
  memberAt(place: number) {
    const { tasks } = this.#parts;
    return typeof tasks === 'number' ? place : (tasks[place] ?? 0);
  }

  /** Where the member stands in the task list; undefined: he has no task. */
  placeOf(userid: string) {
    const member = this.#parts.members.indexOf(userid);
    if (member === undefined) return undefined;
    if (this.#places) return this.#places.get(member);
    return member < this.taskCount ? member : undefined;
  }

  userid(place: number) {
    return this.#parts.members.userid(this.memberAt(place));
  }

  task(place: number, now: number) {
    const pressedAt = this.#pressedAt(place, now);
    return { userid: this.userid(place), status: pressedAt === null ? taskStatus.pending : taskStatus.sent, sentAt: pressedAt };
  }

  recipientCount(place: number) {
    const own = this.script.recipients[this.userid(place)];
    return own === undefined ? this.#parts.recipientsPerMember : typeof own === 'number' ? own : own.length;
  }

  delivery(place: number, position: number, now: number) {
    const userid = this.userid(place);
    const own = this.script.recipients[userid];
    const recipientId =
      (Array.isArray(own) ? own[position] : undefined) ??
      this.#parts.members.recipientId(this.script.chat_type, this.memberAt(place), position);
    return { userid, recipientId, ...this.#fate(place, position, recipientId, now) };
  }

  /** Whether the lists show such a row: for groups "only what was sent". */
  isListed({ status }: { readonly status: number }) {
    return this.script.chat_type === 'single' || status === deliveryStatus.sent;
  }

  press(place: number, at: number) {
    this.#pressed.set(place, at);
  }

  setDelivery(place: number, recipientId: string, status: number, sentAt: number | null) {
    this.#set.set(`${place} ${recipientId}`, { status, sentAt });
  }

  #fate(place: number, position: number, recipientId: string, now: number) {
    const set = this.#set.size > 0 ? this.#set.get(`${place} ${recipientId}`) : undefined;
    if (set) return set;
    const { deliveries_per_second, outcomes } = this.script;
    const pressedAt = this.#pressedAt(place, now);
    const at = pressedAt === null ? null : pressedAt + (deliveries_per_second ? seconds(position / deliveries_per_second) : 0);
    if (at === null || at > now) return { status: deliveryStatus.pending, sentAt: null };
    const status = outcomeOf(position, outcomes);
    return { status, sentAt: status === deliveryStatus.sent ? at : null };
  }

  /** null: not yet, or never. What was not pressed before the message was cancelled is not pressed any more. */
  #pressedAt(place: number, now: number) {
    const told = this.#pressed.get(place);
    const at = told === undefined ? this.#byItself(place) : told;
    return at === null || at > now || (this.cancelledAt !== null && at > this.cancelledAt) ? null : at;
  }

  #byItself(place: number) {
    const { sending } = this.script;
    if (!sending || place >= Math.round(this.taskCount * sending.share)) return null;
    const { first_after_seconds, members_per_minute } = sending;
    return this.createdAt + seconds(first_after_seconds + (members_per_minute ? (place * 60) / members_per_minute : 0));
  }
}
