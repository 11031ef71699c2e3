import { type Basis, basis, isSettled, type MassMessageState, massMessageState } from './mass-message.ts';

/** A state and what it rests on. */
export interface Conclusion {
  readonly state: MassMessageState;
  readonly basis: Basis;
}

const strength = (of: Basis): number => basis.options.indexOf(of);
const step = (state: MassMessageState): number => massMessageState.options.indexOf(state);
const saidByWechat = (of: Basis): boolean => of === 'observed' || of === 'pushed';
/** What a bare SEND_FAIL can turn out to have been, once a push names the cause. */
const failures: ReadonlySet<MassMessageState> = new Set(['rejected', 'confirmation_refused', 'confirmation_expired']);
const unconfirmed: ReadonlySet<MassMessageState> = new Set(['confirmation_refused', 'confirmation_expired']);
const mayWait: ReadonlySet<MassMessageState> = new Set(['submitted', 'awaiting_confirmation']);

/**
 * Whether what was just learned changes the state. On the way a message only moves on. Once settled it stays, except that
 * - a sent message can be deleted,
 * - WeChat's word corrects what a clock or an inference concluded,
 * - a push that names the cause corrects `failed`, which massmsgget says whatever the cause.
 * Whatever arrives late or twice changes nothing.
 */
export const supersedes = (next: Conclusion, current: Conclusion): boolean => {
  if (next.state === current.state) return false;
  // Of a message that has got beyond waiting, that it was not confirmed is WeChat's to say, and no conclusion.
  if (unconfirmed.has(next.state) && !saidByWechat(next.basis) && !mayWait.has(current.state)) return false;
  if (!isSettled(current.state)) return isSettled(next.state) || step(next.state) > step(current.state);
  if (next.state === 'deleted') return saidByWechat(next.basis) && (current.state === 'sent' || !saidByWechat(current.basis));
  if (current.state === 'failed' && next.basis === 'pushed' && failures.has(next.state)) return true;
  if (saidByWechat(current.basis) || strength(next.basis) <= strength(current.basis)) return false;
  // Out of a settled state only the one way on that the clock can have been wrong about: confirmed at the last moment.
  return isSettled(next.state) || (next.state === 'sending' && current.state === 'confirmation_expired');
};

/** The stronger of two grounds for the same state. */
export const strongerBasis = (a: Basis, b: Basis): Basis => (strength(a) >= strength(b) ? a : b);
