import type { GroupMessage } from './group-message.ts';

/** All group messages, those of one corp newest first: an order that no page tells. */
export class GroupMessageBook {
  readonly #messages = new Map<string, GroupMessage>();

  get size() {
    return this.#messages.size;
  }

  add(message: GroupMessage) {
    this.#messages.set(message.msgid, message);
  }

  get(msgid: string) {
    return this.#messages.get(msgid);
  }

  list() {
    return [...this.#messages.values()];
  }

  of(corpid: string) {
    return this.list()
      .filter((message) => message.corpid === corpid)
      .sort((one, other) => other.createdAt - one.createdAt || other.sequence - one.sequence);
  }

  clear() {
    this.#messages.clear();
  }
}
