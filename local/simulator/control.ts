import * as z from 'zod';
import { type Clock, iso } from './clock.ts';
import { check } from './control-error.ts';
import { type Faults, faultOrderSchema } from './faults.ts';
import type { Journal } from './journal.ts';

interface Parts {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly journal: Journal;
  /** Puts what the platforms remember back to what they started with. */
  readonly resetPlatforms: () => void;
  /** Does what the new time makes due. */
  readonly runAgenda: () => void;
}

/** Two thousand years: beyond what a Date can hold nothing could be shown any more. */
const farthest = 2000 * 366 * 24 * 3600;
export const clockSchema = z.strictObject({ advance_seconds: z.number().nonnegative().max(farthest) });
export const lastSchema = z.coerce.number().int().min(0).max(1000).default(100);

/** The verbs that belong to no platform. Each throws ControlError when it cannot be done. */
export const makeControl = ({ clock, faults, journal, resetPlatforms, runAgenda }: Parts) => ({
  now: () => iso(clock.time()),
  /** Moves the simulator's time on, which begins the pushes that become due; there is no way back but a reset. */
  advanceClock: (seconds: number) => {
    clock.advance(check(clockSchema, { advance_seconds: seconds }).advance_seconds);
    runAgenda();
    return { now: iso(clock.time()) };
  },
  orderFault: (order: z.input<typeof faultOrderSchema>) => faults.order(check(faultOrderSchema, order)),
  /** What has not happened yet, in the order in which it will. */
  listFaults: () => faults.list(),
  clearFaults: () => {
    faults.clear();
    return { faults: faults.list() };
  },
  /** How often each path was called, and the last calls. Holds no token and no secret. */
  calls: (last?: number) => journal.read(last),
  /** Back to the start: accounts, messages, tokens, counters, faults, calls and the clock. */
  reset: () => {
    clock.reset();
    resetPlatforms();
    faults.clear();
    journal.clear();
    return { now: iso(clock.time()) };
  },
});
