import { createHash } from 'node:crypto';

/** A corp's staff, by number: none of them is kept anywhere unless it was given by name. */
export class Members {
  readonly count: number;
  readonly #names: readonly string[] | undefined;
  readonly #indexes: ReadonlyMap<string, number> | undefined;
  readonly #tag: string;
  constructor(corpid: string, members: number | readonly string[]) {
    this.#names = typeof members === 'number' ? undefined : members;
    this.#indexes = this.#names && new Map(this.#names.map((name, index) => [name, index]));
    this.count = typeof members === 'number' ? members : members.length;
    this.#tag = createHash('sha256').update(corpid).digest('hex').slice(0, 8);
  }

  userid(index: number) {
    return this.#names?.[index] ?? `member-${String(index + 1).padStart(5, '0')}`;
  }

  /** undefined: no such member. */
  indexOf(userid: string) {
    if (this.#indexes) return this.#indexes.get(userid);
    const number = /^member-(\d{5})$/.exec(userid)?.[1];
    const index = Number(number) - 1;
    return number !== undefined && index >= 0 && index < this.count ? index : undefined;
  }

  /** The external_userid of a member's customer, or the chat_id of a group of his: the same in every message. */
  recipientId(chatType: 'single' | 'group', index: number, position: number) {
    return `${chatType === 'single' ? 'wm' : 'wr'}Simulated${this.#tag}-${base36(index)}-${base36(position)}`;
  }
}

const base36 = (number: number) => number.toString(36).toUpperCase().padStart(5, '0');

/** Whether a scope, a number of first members or their names, has this one in it. */
export const isVisible = (visible: number | readonly string[] | null, index: number, userid: string) => {
  if (visible === null) return true;
  return typeof visible === 'number' ? index < visible : visible.includes(userid);
};
