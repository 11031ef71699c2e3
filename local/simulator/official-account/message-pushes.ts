import type { Timed } from '../agenda.ts';
import type { Clock } from '../clock.ts';
import type { PushBook, PushOrder } from '../push/push-book.ts';
import type { Recipient } from '../push/recipient.ts';
import { operatorOf } from './account.ts';
import { endOf, type MassMessage } from './mass-message.ts';
import { finishOf, massSendJobFinish } from './mass-send-job-finish.ts';

interface Parts {
  readonly clock: Clock;
  readonly pushes: PushBook;
  /** The account's own server, or its platform's; undefined: nobody is told. */
  readonly recipientOf: (appid: string) => Recipient | undefined;
}

/** Pushes MASSSENDJOBFINISH when a mass message ends. */
export class MessagePushes implements Timed {
  readonly #parts: Parts;
  readonly #waiting = new Map<string, MassMessage>();
  readonly #done = new Set<string>();
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A message that is new, or ends at another time. */
  follow(message: MassMessage) {
    if (!this.#done.has(message.msgId)) this.#waiting.set(message.msgId, message);
  }

  next() {
    let earliest: number | undefined;
    for (const message of this.#waiting.values()) earliest = Math.min(endOf(message).at, earliest ?? Number.POSITIVE_INFINITY);
    return earliest;
  }

  run() {
    const now = this.#parts.clock.time();
    const ended = [...this.#waiting.values()].filter((message) => endOf(message).at <= now);
    for (const message of ended.sort((one, other) => endOf(one).at - endOf(other).at)) this.#enter(message);
  }

  /** Enters the push of a message before its time, unless that was done already. */
  enterNow(message: MassMessage, order: PushOrder) {
    return this.#waiting.has(message.msgId) ? this.#enter(message, order) : undefined;
  }

  clear() {
    this.#waiting.clear();
    this.#done.clear();
  }

  #enter(message: MassMessage, order?: PushOrder) {
    const { clock, pushes, recipientOf } = this.#parts;
    const { msgId, appid } = message;
    this.#waiting.delete(msgId);
    this.#done.add(msgId);
    if (!recipientOf(appid)) return undefined;
    return pushes.add(
      {
        appid,
        event: massSendJobFinish,
        msgId,
        message: finishOf(message, clock.time()),
        openid: operatorOf(appid),
        recipient: () => recipientOf(appid),
      },
      order ?? pushes.orderFor(orderName(msgId), appid),
    );
  }
}

/** Under which an order for one message's push is kept. */
export const orderName = (msgId: string) => `mass message ${msgId}`;
