import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { register } from '../../shared/domain/follow.ts';
import type { MassMessage } from '../../shared/domain/mass-message.ts';
import { secondsAfter } from '../../shared/domain/time.ts';
import type { Execution } from '../../shared/tracking/executions.ts';
import { makeResumeStalled } from '../../shared/tracking/resume-stalled.ts';
import { makeTakeStep } from '../../shared/tracking/take-step.ts';
import { useWorld } from '../support/world.ts';

const world = useWorld();
type Fault = Parameters<ReturnType<typeof world.simulator>['control']['orderFault']>[0]['fault'];

const fault: fc.Arbitrary<Fault> = fc.constantFrom<Fault>(
  { kind: 'errcode', errcode: -1 },
  { kind: 'errcode', errcode: 45009 },
  { kind: 'errcode', errcode: 45011 },
  { kind: 'errcode', errcode: 40059 },
  { kind: 'errcode', errcode: 48001 },
  { kind: 'errcode', errcode: 31337 },
  { kind: 'wrong_token' },
  { kind: 'html' },
  { kind: 'truncated' },
  { kind: 'cut' },
  { kind: 'http', status: 500, body: '' },
);
const orders = fc.array(
  fc.record({ path: fc.constantFrom('/cgi-bin/message/mass/get', '/cgi-bin/stable_token'), times: fc.integer({ min: 1, max: 6 }), fault }),
  { maxLength: 8 },
);
const script = fc.oneof(
  fc.constantFrom('confirm' as const, 'refuse' as const, 'sleep' as const).chain((action) =>
    fc.record({
      administrator: fc.record({ action: fc.constant(action), after_seconds: fc.integer({ min: 1, max: 1700 }) }),
      sending_seconds: fc.integer({ min: 0, max: 7200 }),
    }),
  ),
  fc.record({
    to_all: fc.constant(false),
    result: fc.constantFrom('sent' as const, 'failed' as const),
    sending_seconds: fc.integer({ min: 0, max: 7200 }),
  }),
);
/** What may be concluded of a message that really ended as `truth`. */
const conclusionsFrom = ({ state, history, confirmation_deadline }: MassMessage, truth: string, faults: { fault: Fault }[]): string[] => {
  const last = history.at(-1);
  const before = history.at(-2);
  const seconds = (Date.parse(last?.at ?? '') - Date.parse(before?.at ?? '')) / 1000;
  // Given up only after a day without a word, or after WeChat said that there is no such message.
  const invisible = faults.some(({ fault }) => fault.kind === 'errcode' && fault.errcode === 40059);
  if (state === 'unknown' && (seconds >= 86_400 || invisible)) return ['unknown'];
  if (truth === 'sent') return ['sent'];
  // A bare SEND_FAIL does not say why: what the message was waiting for when it was last seen decides.
  if (before?.state !== 'awaiting_confirmation') return ['failed'];
  if (truth === 'confirmation_refused' && (last?.at ?? '') < confirmation_deadline) return ['confirmation_refused'];
  return ['confirmation_expired'];
};
/** What dies: saves and publications by their running number. */
const deaths = fc.record({
  saves: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
  publications: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 3 }),
});

describe('with WeChat failing in any way, and steps dying anywhere', () => {
  it('every message ends as it really ended, and every entry of its history is told', async () => {
    await fc.assert(
      fc.asyncProperty(script, orders, deaths, async (message, faults, dying) => {
        const account = await world.openAccount();
        const { control } = world.simulator();
        const { msg_id } = control.createMassMessage({ appid: account.appid, ...message });
        await account.messages.create(register({ account_id: account.account_id, msg_id }, world.now(), account.schedule));
        for (const order of faults) control.orderFault(order);

        let saves = 0;
        let publications = 0;
        const messages = {
          get: account.messages.get.bind(account.messages),
          save: async (next: Parameters<typeof account.messages.save>[0]) => {
            if (dying.saves.includes(++saves)) throw new Error('killed');
            await account.messages.save(next);
          },
        };
        const events = {
          publish: async (told: Parameters<typeof account.events.publish>[0]) => {
            if (dying.publications.includes(++publications)) throw new Error('the bus is down');
            await account.events.publish(told);
          },
        };
        const takeStep = makeTakeStep({ ...account, messages, events, now: world.now });
        // What Step Functions and the schedule do: an execution dies with the first step that throws, and is resumed.
        let execution: Execution | undefined = { account_id: account.account_id, msg_id, attempt: 1 };
        const start = async (next: Execution) => {
          if (next.msg_id === msg_id && next.account_id === account.account_id)
            execution = { account_id: next.account_id, msg_id, attempt: next.attempt };
        };
        const resume = makeResumeStalled({ ...account, executions: { start }, now: world.now });
        for (let turns = 0; turns < 400; turns++) {
          if (execution) {
            const step = await takeStep(execution, secondsAfter(world.now(), 50)).catch(() => undefined);
            if (!step || step.settled) execution = undefined;
            else world.pass(step.wait_seconds);
          }
          const row = await account.messages.get(account.account_id, msg_id);
          if (row.next_step_at === undefined) break;
          if (!execution) {
            world.passUntil(secondsAfter(row.next_step_at, account.schedule.stalled_after_s + 1).toISOString());
            await resume(secondsAfter(world.now(), 60));
          }
        }
        control.clearFaults();

        const row = await account.messages.get(account.account_id, msg_id);
        const truth = control.truth(msg_id);
        expect(row).not.toHaveProperty('next_step_at');
        expect(conclusionsFrom(row, truth, faults)).toContain(row.state);
        const numbers = new Set(account.published.flatMap(({ detail }) => ('number' in detail ? [detail.number] : [])));
        expect([...numbers].sort((a, b) => a - b)).toEqual(row.history.map(({ n }) => n));
      }),
      { numRuns: 20 },
    );
  });
});
