import { type Clock, iso } from './clock.ts';

export interface RecordedCall {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** null: no HTTP answer was given. */
  readonly status: number | null;
  /** null: the answer had none. */
  readonly errcode: number | null;
  /** The kind of the ordered fault that met this call. */
  readonly fault?: string;
}

/** A fault test wants all calls of one run; an unattended simulator must not grow without end. */
const kept = 1000;

/** What was called and what was answered: paths without their query, since the query of nearly every call is a token or a secret. */
export class Journal {
  readonly #clock: Clock;
  #calls: RecordedCall[] = [];
  #counts: Record<string, number> = Object.create(null);
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  record(call: Omit<RecordedCall, 'at'>) {
    this.#counts[call.path] = (this.#counts[call.path] ?? 0) + 1;
    this.#calls.push({ at: iso(this.#clock.time()), ...call });
    if (this.#calls.length > kept) this.#calls.shift();
  }

  /** How often each path was called since the start or the last reset, and the last calls, oldest first. */
  read(last = 100) {
    return { counts: { ...this.#counts }, calls: last === 0 ? [] : this.#calls.slice(-last) };
  }

  clear() {
    this.#calls = [];
    this.#counts = Object.create(null);
  }
}
