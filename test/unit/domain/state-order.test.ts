import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basis, isSettled, type MassMessageState, massMessageState } from '../../../shared/domain/mass-message.ts';
import { type Conclusion, strongerBasis, supersedes } from '../../../shared/domain/state-order.ts';

const of = (state: MassMessageState, ground: Conclusion['basis']): Conclusion => ({ state, basis: ground });
const conclusion = fc.record({ state: fc.constantFrom(...massMessageState.options), basis: fc.constantFrom(...basis.options) });
const saidByWechat = fc.constantFrom('observed' as const, 'pushed' as const);

describe('what supersedes what', () => {
  it.each<[string, Conclusion, Conclusion, boolean]>([
    ['a message moves on', of('submitted', 'registered'), of('awaiting_confirmation', 'observed'), true],
    ['it may skip the confirmation', of('submitted', 'registered'), of('sending', 'observed'), true],
    ['it does not go back to waiting once it is being sent', of('sending', 'observed'), of('awaiting_confirmation', 'observed'), false],
    ['what was sent can be deleted', of('sent', 'pushed'), of('deleted', 'observed'), true],
    ['what failed is not deleted', of('failed', 'observed'), of('deleted', 'observed'), false],
    ['what was sent did not fail, whatever comes late', of('sent', 'observed'), of('failed', 'pushed'), false],
    ['nor was it rejected', of('sent', 'observed'), of('rejected', 'pushed'), false],
    ['what failed was not sent after all, even if a push says so late', of('failed', 'observed'), of('sent', 'pushed'), false],
    ['what a push said, another does not unsay', of('rejected', 'pushed'), of('sent', 'pushed'), false],
    ['nor does a look', of('confirmation_refused', 'pushed'), of('failed', 'observed'), false],
    ['what was deleted stays deleted', of('deleted', 'observed'), of('sent', 'pushed'), false],
    ['a push names the cause of a failure that one without it told', of('failed', 'pushed'), of('rejected', 'pushed'), true],
    ['a push corrects an inference also without naming a cause', of('confirmation_refused', 'inferred'), of('failed', 'pushed'), true],
    ['a push names the cause of a bare failure', of('failed', 'observed'), of('rejected', 'pushed'), true],
    ['a push names expiry as well', of('failed', 'observed'), of('confirmation_expired', 'pushed'), true],
    ['what was sent is not deleted because something hints at it', of('sent', 'observed'), of('deleted', 'inferred'), false],
    ['a deletion that WeChat reports corrects the clock', of('unknown', 'clock'), of('deleted', 'observed'), true],
    ['what was given up does not set out again', of('unknown', 'clock'), of('sending', 'observed'), false],
    ['nor does what was refused', of('confirmation_refused', 'inferred'), of('sending', 'observed'), false],
    ['one inference does not overrule another', of('confirmation_refused', 'inferred'), of('confirmation_expired', 'inferred'), false],
    ['a second look does not', of('failed', 'observed'), of('confirmation_refused', 'inferred'), false],
    ['a push corrects an inference', of('confirmation_refused', 'inferred'), of('rejected', 'pushed'), true],
    ['WeChat corrects the clock', of('confirmation_expired', 'clock'), of('sent', 'observed'), true],
    ['confirmed at the last moment, it is on its way again', of('confirmation_expired', 'clock'), of('sending', 'observed'), true],
    ['but it does not wait again', of('confirmation_expired', 'clock'), of('awaiting_confirmation', 'observed'), false],
    ['what was given up can turn out well', of('unknown', 'clock'), of('sent', 'pushed'), true],
    ['the clock does not overrule WeChat', of('sent', 'observed'), of('unknown', 'clock'), false],
    ['the clock does not overrule an inference', of('confirmation_refused', 'inferred'), of('confirmation_expired', 'clock'), false],
    ['the same again changes nothing', of('sent', 'observed'), of('sent', 'pushed'), false],
  ])('%s', (_rule, current, next, expected) => {
    expect(supersedes(next, current)).toBe(expected);
  });

  it('never lets a settled state that WeChat itself reported go, but for a deletion and the cause of a failure', () => {
    fc.assert(
      fc.property(fc.constantFrom(...massMessageState.options.filter(isSettled)), saidByWechat, conclusion, (state, ground, next) => {
        if (!supersedes(next, of(state, ground))) return;
        expect([`sent -> deleted`, 'failed -> rejected', 'failed -> confirmation_refused', 'failed -> confirmation_expired']).toContain(
          `${state} -> ${next.state}`,
        );
      }),
    );
  });

  it.each(['confirmation_refused', 'confirmation_expired'] as const)('does not conclude %s of a message that is being sent', (state) => {
    for (const ground of ['clock', 'inferred'] as const) expect(supersedes(of(state, ground), of('sending', 'observed'))).toBe(false);
    expect(supersedes(of(state, 'pushed'), of('sending', 'observed')), 'unless WeChat says so').toBe(true);
  });

  it('ends: no course of conclusions, however long, changes the state more than six times', () => {
    const concluded = [
      ...(['confirmation_expired', 'unknown'] as const).map((state) => of(state, 'clock')),
      ...(['confirmation_refused', 'confirmation_expired'] as const).map((state) => of(state, 'inferred')),
      ...massMessageState.options.flatMap((state) => [of(state, 'observed'), of(state, 'pushed')]),
    ];
    const under = new Set<string>();
    /** Of all courses from here the one with the most changes. */
    const longest = (current: Conclusion): number => {
      const key = `${current.state} ${current.basis}`;
      if (under.has(key)) throw new Error(`goes round: ${[...under, key].join(', ')}`);
      under.add(key);
      const courses = concluded.flatMap((next) => {
        if (supersedes(next, current)) return [1 + longest(next)];
        const basis = strongerBasis(current.basis, next.basis);
        return next.state === current.state && basis !== current.basis ? [longest(of(current.state, basis))] : [];
      });
      under.delete(key);
      return Math.max(0, ...courses);
    };
    expect(longest(of('submitted', 'registered'))).toBe(6);
  });
});
