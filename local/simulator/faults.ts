import * as z from 'zod';
import type { Call } from './platform.ts';

/** Whether the call still has its effect: a delete that was done and whose answer was lost is another thing than one that never arrived. */
const effect = { after_effect: z.boolean().default(false) };

const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('errcode'), errcode: z.int(), errmsg: z.string().optional() }),
  z.strictObject({ kind: z.literal('wrong_token') }),
  z.strictObject({ kind: z.literal('http'), status: z.int().min(200).max(599), body: z.string().default(''), ...effect }),
  z.strictObject({ kind: z.literal('html'), ...effect }),
  z.strictObject({ kind: z.literal('truncated') }),
  // Node's longest timer is 2^31-1 ms; a longer one would fire at once.
  z.strictObject({ kind: z.literal('delay'), ms: z.int().min(0).max(2_147_483_647) }),
  z.strictObject({ kind: z.literal('repeat_cursor') }),
  z.strictObject({ kind: z.literal('cut'), ...effect }),
  z.strictObject({ kind: z.literal('silence'), ...effect }),
]);
export type Fault = z.infer<typeof faultSchema>;

export const faultOrderSchema = z.strictObject({
  path: z.string().startsWith('/cgi-bin', 'must begin with /cgi-bin').default('/cgi-bin/'),
  /** Text that the body has in it: one member's pages, for one. */
  contains: z.string().optional(),
  /** How many of these calls go well before. */
  skip: z.int().min(0).default(0),
  times: z.int().min(1).nullable().default(1),
  fault: faultSchema,
});
type FaultOrder = z.output<typeof faultOrderSchema>;

/** Faults that wait for their calls. The oldest that fits a call meets it; one that was ordered `times: null` stays until it is cleared. */
export class Faults {
  #orders: (FaultOrder & { readonly id: number })[] = [];
  #ordered = 0;

  order(order: FaultOrder) {
    this.#ordered += 1;
    const waiting = { id: this.#ordered, ...order };
    this.#orders.push(waiting);
    return { ...waiting };
  }

  /** The fault for this call, which has then been used once. */
  take({ path, body }: Pick<Call, 'path' | 'body'>): Fault | undefined {
    const fits = (waiting: FaultOrder) => path.startsWith(waiting.path) && body.includes(waiting.contains ?? '');
    const order = this.#orders.find((waiting) => fits(waiting) && waiting.skip === 0);
    for (const waiting of this.#orders) if (waiting !== order && waiting.skip > 0 && fits(waiting)) waiting.skip -= 1;
    if (!order) return undefined;
    if (order.times !== null) {
      order.times -= 1;
      if (order.times === 0) this.#orders = this.#orders.filter((waiting) => waiting !== order);
    }
    return order.fault;
  }

  /** What is still to come; `times` counts down. */
  list() {
    return this.#orders.map((order) => ({ ...order }));
  }

  clear() {
    this.#orders = [];
  }
}
