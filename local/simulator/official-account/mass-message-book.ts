import { type Clock, hours, seconds } from '../clock.ts';
import type { Account, AdministratorAction } from './account.ts';
import type { Article, Copyright, Counts, MassMessage, Result } from './mass-message.ts';

/** How a message is to go, where it is not to go as the simulator's settings say. */
export interface MassMessageScript {
  readonly msgId?: string | undefined;
  readonly msgtype: string;
  readonly toAll: boolean;
  /** Default: what WeChat would do, given the account's protection and whether the message goes to all. */
  readonly awaitsConfirmation?: boolean | undefined;
  readonly administrator?: { readonly action: AdministratorAction; readonly afterSeconds: number } | undefined;
  readonly result?: Result | undefined;
  readonly status?: string | undefined;
  readonly sendingSeconds?: number | undefined;
  readonly notVisibleSeconds?: number | undefined;
  /** How many, or their addresses; of material that was sent before, what it has. */
  readonly articles: number | readonly string[];
  readonly material?: string | undefined;
  readonly counts?: Partial<Counts> | undefined;
  readonly copyright?: Copyright | undefined;
  readonly byApi?: boolean | undefined;
  readonly deletionErrcode?: number | undefined;
}

export interface MassMessageTimes {
  readonly confirmationWindowSeconds: number;
  readonly sendingSeconds: number;
  readonly notVisibleSeconds: number;
}

/** Real job ids are of this size: beyond a signed 32-bit number; those of the console are smaller. */
const firstMsgIds = { api: 3_147_483_331n, console: 1_000_000_001n };
/** "WeChat checks the last 24 hours" (https://developers.weixin.qq.com/doc/service/api/notify/message/api_sendall). */
const clientmsgidWindow = hours(24);

/** All mass messages, over all accounts: an id is used once. */
export class MassMessageBook {
  readonly #clock: Clock;
  readonly #times: MassMessageTimes;
  readonly #messages = new Map<string, MassMessage>();
  readonly #byClientmsgid = new Map<string, MassMessage>();
  readonly #materials = new Map<string, readonly Article[]>();
  #nextMsgIds = { ...firstMsgIds };
  readonly #onChange: (message: MassMessage) => void;
  /** `onChange`: a message is new, or ends at another time than was to be expected. */
  constructor(clock: Clock, times: MassMessageTimes, onChange: (message: MassMessage) => void) {
    this.#clock = clock;
    this.#times = times;
    this.#onChange = onChange;
  }

  submit(account: Account, script: MassMessageScript): MassMessage {
    const submittedAt = this.#clock.time();
    const byApi = script.byApi ?? true;
    const msgId = script.msgId ?? this.#takeMsgId(byApi ? 'api' : 'console');
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
      status: script.status,
      sendingSeconds: script.sendingSeconds ?? this.#times.sendingSeconds,
      articles: this.#articlesOf(account.appid, msgId, script),
      counts: script.counts ?? {},
      copyright: script.copyright,
      byApi,
      deletionErrcode: script.deletionErrcode,
    };
    this.#messages.set(msgId, message);
    this.#onChange(message);
    return message;
  }

  /** Takes the place of whatever the administrator was going to do. */
  tellAdministrator(message: MassMessage, action: AdministratorAction, afterSeconds: number) {
    message.administrator = { action, at: this.#clock.time() + seconds(afterSeconds) };
    this.#onChange(message);
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
    this.#materials.clear();
    this.#nextMsgIds = { ...firstMsgIds };
  }

  #takeMsgId(kind: keyof typeof firstMsgIds) {
    let id = this.#nextMsgIds[kind];
    while (this.#messages.has(String(id))) id += 1n;
    this.#nextMsgIds[kind] = id + 1n;
    return String(id);
  }

  /** "The same material sent again has the same link" (https://developers.weixin.qq.com/doc/service/guide/product/message/Batch_Sends.html). */
  #articlesOf(appid: string, msgId: string, { articles, material }: MassMessageScript) {
    const key = keyOf(appid, material ?? '');
    const known = material === undefined ? undefined : this.#materials.get(key);
    if (known?.some(({ deleted }) => !deleted)) return known;
    const urls =
      typeof articles === 'number'
        ? Array.from({ length: articles }, (_, index) => `https://mp.weixin.qq.com/s/sim-${msgId}-${index + 1}`)
        : articles;
    const created = urls.map((url) => ({ url, deleted: false }));
    if (material !== undefined) this.#materials.set(key, created);
    return created;
  }
}

const keyOf = (appid: string, name: string) => JSON.stringify([appid, name]);
