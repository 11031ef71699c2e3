import type { Timed } from '../agenda.ts';
import { type Clock, minutes } from '../clock.ts';
import { check } from '../control-error.ts';
import { userNameOf } from '../official-account/account.ts';
import { makeLookup } from '../official-account/look-up.ts';
import type { OfficialAccountState } from '../official-account/state.ts';
import type { PushBook } from '../push/push-book.ts';
import { platformServer, type Recipient } from '../push/recipient.ts';
import type { RandomText } from '../random-text.ts';
import { ticketEvent } from './events.ts';
import { type Component, type ComponentSettings, componentSchema } from './settings.ts';
import { TicketBook, ticketLifetime } from './tickets.ts';

/** https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/component_verify_ticket.html */
const ticketPause = minutes(10);

/** Everything that WeChat remembers about third-party platforms. Their tickets are pushed by themselves. */
export class ComponentState implements Timed {
  readonly clock: Clock;
  readonly random: RandomText;
  readonly components = new Map<string, Component>();
  readonly tickets: TicketBook;
  readonly pushes: PushBook;
  readonly #accounts: OfficialAccountState;
  readonly #initial: readonly ComponentSettings[];
  /** By component AppID: when its next ticket is due. */
  readonly #nextTickets = new Map<string, number>();
  constructor(accounts: OfficialAccountState, pushes: PushBook, platforms: readonly ComponentSettings[]) {
    this.clock = accounts.clock;
    this.random = accounts.random;
    this.tickets = new TicketBook(accounts.clock, accounts.random);
    this.pushes = pushes;
    this.#accounts = accounts;
    this.#initial = platforms;
    for (const settings of platforms) this.put(settings);
  }

  get tokens() {
    return this.#accounts.tokens;
  }

  get authorizations() {
    return this.#accounts.authorizations;
  }

  /**
   * Adds the platform, or gives the one with this AppID other settings; its tokens, tickets and authorizations stay.
   * @throws ControlError 400, or 404 for an authorizer that is not there
   */
  put(settings: ComponentSettings) {
    const component = check(componentSchema, settings);
    const { component_appid } = component;
    const { accountOf } = makeLookup(this.#accounts);
    for (const { appid } of component.authorizers) accountOf(appid);
    this.components.set(component_appid, component);
    for (const { appid, func_ids } of component.authorizers)
      if (!this.authorizations.get(component_appid, appid)) this.authorizations.grant(component_appid, appid, func_ids);
    if (!this.#nextTickets.has(component_appid)) this.#nextTickets.set(component_appid, this.clock.time() + ticketPause);
  }

  /** Where the account's messages go when it has authorized a platform that takes them. */
  messageServer(appid: string): Recipient | undefined {
    for (const { componentAppid } of this.authorizations.by(appid)) {
      const { push, message_url } = this.components.get(componentAppid) ?? {};
      if (push && message_url)
        return platformServer(componentAppid, push, message_url.replaceAll('$APPID$', appid), ['ToUserName', userNameOf(appid)]);
    }
    return undefined;
  }

  next() {
    const pushed = [...this.components.values()].filter(({ push }) => push).map(({ component_appid }) => component_appid);
    const times = pushed.flatMap((appid) => this.#nextTickets.get(appid) ?? []);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  run() {
    const now = this.clock.time();
    for (const { component_appid, push } of this.components.values()) {
      const from = this.#nextTickets.get(component_appid);
      if (!push || from === undefined || from > now) continue;
      const count = Math.floor((now - from) / ticketPause) + 1;
      this.#nextTickets.set(component_appid, from + count * ticketPause);
      // After a leap of the clock those that would be dead already are passed over.
      const alive = Math.min(count, ticketLifetime / ticketPause);
      for (let back = alive - 1; back >= 0; back -= 1)
        this.pushes.add(ticketEvent(this, component_appid, from + (count - 1 - back) * ticketPause), this.pushes.orderFor(component_appid));
    }
  }

  /** After the accounts: authorizations are kept with them. */
  reset() {
    this.tickets.clear();
    this.components.clear();
    this.#nextTickets.clear();
    for (const settings of this.#initial) this.put(settings);
  }
}
