import type { Timed } from '../agenda.ts';
import { minutes } from '../clock.ts';
import { check } from '../control-error.ts';
import type { NewPush, PushBook } from '../push/push-book.ts';
import { suiteServer } from '../push/recipient.ts';
import type { Xml } from '../push/xml.ts';
import { WecomRefusal } from './errors.ts';
import { type App, type Suite, type SuiteSettings, suiteSchema } from './settings.ts';
import type { WecomState } from './state.ts';

/** https://developer.work.weixin.qq.com/document/path/90628: every ten minutes, good for 30. */
const ticketPause = minutes(10);
const ticketLifetime = minutes(30);

export interface Authorization {
  readonly corpid: string;
  readonly permanentCode: string;
  visible: App['visible'];
  readonly authorizedAt: number;
}

/** Everything that WeCom remembers about providers' suites. Their tickets are pushed by themselves. */
export class SuiteState implements Timed {
  readonly suites = new Map<string, Suite>();
  readonly wecom: WecomState;
  readonly pushes: PushBook;
  readonly #initial: readonly SuiteSettings[];
  readonly #tickets = new Map<string, { readonly suiteId: string; readonly endsAt: number }>();
  /** By suite, by corp. */
  readonly #authorizations = new Map<string, Map<string, Authorization>>();
  /** By suite: when its next ticket is due. */
  readonly #nextTickets = new Map<string, number>();
  constructor(wecom: WecomState, pushes: PushBook, suites: readonly SuiteSettings[]) {
    this.wecom = wecom;
    this.pushes = pushes;
    this.#initial = suites;
    for (const settings of suites) this.put(settings);
  }

  /** Adds the suite, or gives the one with this id other settings; its tokens, tickets and authorizations stay. */
  put(settings: SuiteSettings) {
    const suite = check(suiteSchema, settings);
    this.suites.set(suite.suite_id, suite);
    for (const { corpid, permanent_code, visible } of suite.authorized)
      if (!this.authorization(suite.suite_id, corpid)) this.authorize(suite.suite_id, corpid, { permanentCode: permanent_code, visible });
    if (!this.#nextTickets.has(suite.suite_id)) this.#nextTickets.set(suite.suite_id, this.wecom.clock.time() + ticketPause);
  }

  authorize(suiteId: string, corpid: string, { permanentCode, visible }: Pick<Authorization, 'permanentCode' | 'visible'>) {
    const corps = this.#authorizations.get(suiteId) ?? new Map<string, Authorization>();
    this.#authorizations.set(suiteId, corps.set(corpid, { corpid, permanentCode, visible, authorizedAt: this.wecom.clock.time() }));
  }

  /** Whether there was one. */
  unauthorize(suiteId: string, corpid: string) {
    return this.#authorizations.get(suiteId)?.delete(corpid) ?? false;
  }

  authorization(suiteId: string, corpid: string) {
    return this.#authorizations.get(suiteId)?.get(corpid);
  }

  authorizationsOf(suiteId: string) {
    return [...(this.#authorizations.get(suiteId)?.values() ?? [])];
  }

  issueTicket(suiteId: string, time = this.wecom.clock.time()) {
    const ticket = `sim-ticket-${this.wecom.random.opaque(64)}`;
    this.#tickets.set(ticket, { suiteId, endsAt: time + ticketLifetime });
    return ticket;
  }

  /** @throws WecomRefusal 40085: "invalid or expired" */
  checkTicket(suiteId: string, ticket: string) {
    const issued = this.#tickets.get(ticket);
    if (issued?.suiteId !== suiteId || issued.endsAt <= this.wecom.clock.time()) throw new WecomRefusal(40085);
  }

  /** https://developer.work.weixin.qq.com/document/path/90628 */
  ticketEvent(suiteId: string, time: number) {
    return this.event(suiteId, 'suite_ticket', time, { SuiteTicket: this.issueTicket(suiteId, time) });
  }

  /** An event for the suite's URL, on its way there as settings are then. */
  event(suiteId: string, infoType: string, time: number, fields: Xml): NewPush {
    return {
      appid: suiteId,
      event: infoType,
      message: { SuiteId: suiteId, InfoType: infoType, TimeStamp: Math.floor(time / 1000), ...fields },
      recipient: () => this.serverOf(suiteId),
    };
  }

  serverOf(suiteId: string) {
    const push = this.suites.get(suiteId)?.push;
    return push ? suiteServer(suiteId, push) : undefined;
  }

  next() {
    const times = [...this.suites.values()].flatMap(({ suite_id, push }) => (push ? (this.#nextTickets.get(suite_id) ?? []) : []));
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  run() {
    const now = this.wecom.clock.time();
    for (const { suite_id, push } of this.suites.values()) {
      const from = this.#nextTickets.get(suite_id);
      if (!push || from === undefined || from > now) continue;
      const count = Math.floor((now - from) / ticketPause) + 1;
      this.#nextTickets.set(suite_id, from + count * ticketPause);
      // After a leap of the clock those that would be dead already are passed over.
      for (let back = Math.min(count, ticketLifetime / ticketPause) - 1; back >= 0; back -= 1)
        this.pushes.add(this.ticketEvent(suite_id, from + (count - 1 - back) * ticketPause), this.pushes.orderFor(suite_id));
    }
  }

  reset() {
    this.suites.clear();
    this.#tickets.clear();
    this.#authorizations.clear();
    this.#nextTickets.clear();
    for (const settings of this.#initial) this.put(settings);
  }
}
