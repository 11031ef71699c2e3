import { type Clock, iso } from '../clock.ts';
import type { RandomText } from '../random-text.ts';
import { askServer, type ServerAnswer } from './ask-server.ts';
import { type Distortion, seal } from './envelope.ts';
import type { Recipient } from './recipient.ts';
import { sealWecom } from './wecom-envelope.ts';
import type { Xml } from './xml.ts';

/** What becomes of a push when its time comes: it goes out, waits to be released, or is lost. */
export type PushOrder = 'deliver' | 'hold' | 'drop';

export interface NewPush {
  /** The account's, or the third-party platform's. */
  readonly appid: string;
  /** `Event` or `InfoType`. */
  readonly event: string;
  readonly msgId?: string;
  readonly message: Xml | string;
  readonly openid?: string;
  /** Asked for at each attempt: settings may change in between. */
  readonly recipient: () => Recipient | undefined;
  readonly distortion?: Distortion;
  /** Default 3. */
  readonly attempts?: number;
}

type State = 'held' | 'dropped' | 'under_way' | 'delivered' | 'lost';

interface Push extends NewPush {
  readonly id: number;
  readonly at: number;
  state: State;
  readonly made: (ServerAnswer & { readonly at: number })[];
}

/**
 * "Three times in all" (https://developers.weixin.qq.com/doc/oplatform/developers/dev/push). At once after one another: no page says when. WeCom tries
 * again only where there was no answer (https://developer.work.weixin.qq.com/document/path/90930).
 */
const wechatAttempts = 3;
/** An unattended simulator must not grow without end. */
const kept = 1000;
const longestAnswer = 200;

/** Everything that WeChat pushed or was to push, and what the servers said to it. */
export class PushBook {
  readonly #clock: Clock;
  readonly #random: RandomText;
  readonly #timeoutSeconds: number;
  readonly #orders = new Map<string, PushOrder>();
  readonly #underWay = new Set<Promise<unknown>>();
  #pushes: Push[] = [];
  #count = 0;
  #closing = new AbortController();
  constructor(clock: Clock, random: RandomText, timeoutSeconds: number) {
    this.#clock = clock;
    this.#random = random;
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** What is to become of the pushes of this name, which come due from now on. */
  order(name: string, order: PushOrder) {
    this.#orders.set(name, order);
  }

  /** The order for the first of these names that has one. */
  orderFor(...names: readonly string[]) {
    return names.flatMap((name) => this.#orders.get(name) ?? [])[0] ?? 'deliver';
  }

  /** Enters the push and, if it is to go out, sends it. */
  add(push: NewPush, order: PushOrder) {
    this.#count += 1;
    const entered: Push = { ...push, id: this.#count, at: this.#clock.time(), state: order === 'hold' ? 'held' : 'dropped', made: [] };
    this.#pushes.push(entered);
    if (this.#pushes.length > kept) this.#pushes.shift();
    if (order === 'deliver') this.#start(entered);
    return entered.id;
  }

  /** Sends it, once more if it went out already; resolves when the server has answered or the attempts are over. */
  async send(id: number) {
    const push = this.#pushes.find((each) => each.id === id);
    if (push) await this.#start(push);
  }

  /** Sends what was held back of these. */
  release(matches: (push: PushDescription) => boolean) {
    for (const push of this.#pushes) if (push.state === 'held' && matches(describe(push))) this.#start(push);
  }

  /** Resolves when nothing is under way. */
  async settled() {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  list() {
    return this.#pushes.map(describe);
  }

  get(id: number) {
    const push = this.#pushes.find((each) => each.id === id);
    return push && describe(push);
  }

  /** Hangs up and forgets everything. */
  clear() {
    this.close();
    this.#closing = new AbortController();
    this.#pushes = [];
    this.#orders.clear();
    this.#count = 0;
  }

  close() {
    this.#closing.abort();
  }

  #start(push: Push) {
    const delivery = this.#deliver(push, this.#closing.signal);
    this.#underWay.add(delivery);
    return delivery.finally(() => this.#underWay.delete(delivery));
  }

  async #deliver(push: Push, closing: AbortSignal) {
    push.state = 'under_way';
    for (let left = push.attempts ?? wechatAttempts; left > 0 && !closing.aborted; left -= 1) {
      const at = this.#clock.time();
      const recipient = push.recipient();
      if (!recipient) break;
      const envelope = (recipient.isWecom ? sealWecom : seal)(push, recipient, { time: at, random: this.#random }, push.distortion);
      const answer = await askServer(envelope, { timeoutSeconds: this.#timeoutSeconds, closing });
      push.made.push({ ...answer, at });
      if (isTaken(answer)) {
        push.state = 'delivered';
        return;
      }
      if (recipient.isWecom && answer.status !== null) break;
    }
    push.state = 'lost';
  }
}

/** `success`, or nothing at all (https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.md). */
const isTaken = ({ status, body }: ServerAnswer) => status !== null && status >= 200 && status < 300 && (body === 'success' || body === '');

export type PushDescription = ReturnType<typeof describe>;

const describe = (push: Push) => ({
  push_id: push.id,
  appid: push.appid,
  event: push.event,
  msg_id: push.msgId ?? null,
  at: iso(push.at),
  state: push.state,
  attempts: push.made.map(({ at, status, body, error }) => ({ at: iso(at), status, answer: body.slice(0, longestAnswer), error })),
});
