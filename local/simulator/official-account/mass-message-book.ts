import { type Clock, hours, seconds } from '../clock.ts';
import type { Account, AdministratorAction } from './account.ts';
import type { MassMessage } from './mass-message.ts';

/** How a message is to go, where it is not to go as the simulator's settings say. */
export interface MassMessageScript {
  readonly msgId?: string | undefined;
  readonly msgtype: string;
  readonly toAll: boolean;
  /** Default: what WeChat would do, given the account's protection and whether the message goes to all. */
  readonly awaitsConfirmation?: boolean | undefined;
  readonly administrator?: { readonly action: AdministratorAction; readonly afterSeconds: number } | undefined;
  readonly result?: 'sent' | 'failed' | undefined;
  readonly sendingSeconds?: number | undefined;
  readonly notVisibleSeconds?: number | undefined;
  readonly articles: number;
}

export interface MassMessageTimes {
  readonly confirmationWindowSeconds: number;
  readonly sendingSeconds: number;
  readonly notVisibleSeconds: number;
}

/** Real job ids are of this size: beyond a signed 32-bit number. */
const firstMsgId = 3_147_483_331n;
/** "WeChat checks the last 24 hours" (https://developers.weixin.qq.com/doc/service/api/notify/message/api_sendall). */
const clientmsgidWindow = hours(24);

/** All mass messages, over all accounts: an id is used once. */
export class MassMessageBook {
  readonly #clock: Clock;
  readonly #times: MassMessageTimes;
  readonly #messages = new Map<string, MassMessage>();
  readonly #byClientmsgid = new Map<string, MassMessage>();
  #nextMsgId = firstMsgId;
  constructor(clock: Clock, times: MassMessageTimes) {
    this.#clock = clock;
    this.#times = times;
  }

  submit(account: Account, script: MassMessageScript): MassMessage {
    const submittedAt = this.#clock.time();
    const msgId = script.msgId ?? this.#takeMsgId();
    const { action, afterSeconds } = script.administrator ?? account.administrator;
    const waits = script.awaitsConfirmation ?? (account.protection && script.toAll);
    const message: MassMessage = {
      msgId,
      appid: account.appid,
      msgtype: script.msgtype,
      toAll: script.toAll,
      submittedAt,
      visibleAt: submittedAt + seconds(script.notVisibleSeconds ?? this.#times.notVisibleSeconds),
      deadline: waits ? submittedAt + seconds(this.#times.confirmationWindowSeconds) : null,
      administrator: { action, at: submittedAt + seconds(afterSeconds) },
      result: script.result ?? 'sent',
      sendingSeconds: script.sendingSeconds ?? this.#times.sendingSeconds,
      articles: Array.from({ length: script.articles }, (_, index) => ({
        url: `https://mp.weixin.qq.com/s/sim-${msgId}-${index + 1}`,
        deleted: false,
      })),
    };
    this.#messages.set(msgId, message);
    return message;
  }

  /** Notes under which `clientmsgid` a message was accepted. */
  remember(clientmsgid: string, message: MassMessage) {
    this.#byClientmsgid.set(keyOf(message.appid, clientmsgid), message);
  }

  /** The account's message of the last 24 hours with this `clientmsgid`. */
  recent(appid: string, clientmsgid: string) {
    const message = this.#byClientmsgid.get(keyOf(appid, clientmsgid));
    return message && this.#clock.time() - message.submittedAt < clientmsgidWindow ? message : undefined;
  }

  get(msgId: string) {
    return this.#messages.get(msgId);
  }

  /** What WeChat finds for this account: nothing of others, nothing that is not visible yet. */
  visibleTo(appid: string, msgId: string) {
    const message = this.#messages.get(msgId);
    return message?.appid === appid && message.visibleAt <= this.#clock.time() ? message : undefined;
  }

  list() {
    return [...this.#messages.values()];
  }

  clear() {
    this.#messages.clear();
    this.#byClientmsgid.clear();
    this.#nextMsgId = firstMsgId;
  }

  #takeMsgId() {
    while (this.#messages.has(String(this.#nextMsgId))) this.#nextMsgId += 1n;
    return String(this.#nextMsgId++);
  }
}

const keyOf = (appid: string, clientmsgid: string) => JSON.stringify([appid, clientmsgid]);
