import { type Clock, hours } from '../clock.ts';
import { Refusal } from '../official-account/errors.ts';
import type { RandomText } from '../random-text.ts';

/** https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/component_verify_ticket.html: 12 hours; an older one may still be used. */
export const ticketLifetime = hours(12);

/** All tickets ever issued. */
export class TicketBook {
  readonly #clock: Clock;
  readonly #random: RandomText;
  readonly #tickets = new Map<string, { readonly componentAppid: string; readonly endsAt: number }>();
  constructor(clock: Clock, random: RandomText) {
    this.#clock = clock;
    this.#random = random;
  }

  issue(componentAppid: string, time = this.#clock.time()) {
    const ticket = `ticket@@@sim-${this.#random.opaque(80)}`;
    this.#tickets.set(ticket, { componentAppid, endsAt: time + ticketLifetime });
    return ticket;
  }

  /** @throws Refusal 61006 or 61005 */
  check(componentAppid: string, ticket: string) {
    const issued = this.#tickets.get(ticket);
    if (issued?.componentAppid !== componentAppid) throw new Refusal(61006);
    if (issued.endsAt <= this.#clock.time()) throw new Refusal(61005);
  }

  clear() {
    this.#tickets.clear();
  }
}
