import asl from 'asl-validator';
import { StateMachine } from 'aws-local-stepfunctions';
import { expect, it } from 'vitest';
import { definition, substitutions } from './definition.ts';

type Turn = {
  account_id: string;
  msg_id: string;
  attempt: number;
  settled: boolean;
  wait_seconds: number;
};
type Call = {
  FunctionName: string;
  Payload: Pick<Turn, 'account_id' | 'msg_id' | 'attempt'>;
};
type Observe = (call: Call) => Promise<{ Payload: Turn }>;

const message = { account_id: 'oa-main', msg_id: '9007199254740993', attempt: 3 };

const machine = new StateMachine(definition);

/** @param waits what `Wait` takes in milliseconds; left out, it takes what the definition says */
const run = (observe: Observe, waits: { Wait?: number } = { Wait: 0 }) =>
  machine.run(message, {
    overrides: {
      taskResourceLocalHandlers: { Observe: (call) => observe(call as Call) },
      waitTimeOverrides: waits,
      retryIntervalOverrides: { Observe: 0 },
    },
  });

/** Answers the turns in order. */
const script = (turns: Partial<Turn>[]) => {
  const calls: Call[] = [];
  const observe: Observe = async (call) => {
    const turn = turns[calls.push(call) - 1];
    if (!turn) throw new Error('the machine looked once more after the end');
    return { Payload: { ...message, settled: false, wait_seconds: 30, ...turn } };
  };
  return { calls, observe };
};

const failure = (name: string) => Object.assign(new Error('the table is down'), { name });

it('is a definition that Step Functions takes, with nothing left to fill in', () => {
  expect(asl(definition)).toMatchObject({ isValid: true });
  expect(JSON.stringify(definition)).not.toContain('${');
});

it('looks again until the message is settled, and not once more', async () => {
  const { calls, observe } = script([{}, {}, {}, { settled: true }]);
  expect(await run(observe).result).toMatchObject({ settled: true });
  expect(calls).toHaveLength(4);
});

it('does not wait for a message that is settled at the first look', async () => {
  const { calls, observe } = script([{ settled: true, wait_seconds: 86_400 }]);
  await run(observe, {}).result;
  expect(calls).toHaveLength(1);
});

it('tells every look which message it is about and which attempt it belongs to, and nothing of the last look', async () => {
  const { calls, observe } = script([{}, {}, { settled: true }]);
  await run(observe).result;
  expect(calls).toEqual(Array(3).fill({ FunctionName: substitutions.observe, Payload: message }));
});

it('waits for exactly as long as the look before it said, each time anew', async () => {
  const { observe } = script([{ wait_seconds: 1800 }, { wait_seconds: 7 }, { settled: true }]);
  const { eventLogs, result } = run(observe);
  await result;
  const waited: unknown[] = [];
  for await (const event of eventLogs)
    if (event.type === 'StateEntered' && event.state.name === 'Wait') waited.push((event.state.input as unknown as Turn).wait_seconds);
  expect(waited).toEqual([1800, 7]);
  expect(definition.States.Wait).toMatchObject({ SecondsPath: '$.wait_seconds' });
});

it('looks again at once when told to wait for no time', async () => {
  const { calls, observe } = script([{ wait_seconds: 0 }, { settled: true }]);
  await run(observe, {}).result;
  expect(calls).toHaveLength(2);
});

it('goes through a day of looks', async () => {
  const { calls, observe } = script([...Array(199).fill({ wait_seconds: 1800 }), { settled: true }]);
  await run(observe).result;
  expect(calls).toHaveLength(200);
});

it.each(['Lambda.TooManyRequestsException', 'Lambda.Unknown', 'Runtime.HandlerError', 'States.Timeout'])(
  'tries a look three times more after %s, then fails, so that the message becomes overdue',
  async (name) => {
    let looks = 0;
    const broken: Observe = async () => {
      looks++;
      throw failure(name);
    };
    await expect(run(broken).result).rejects.toThrow();
    expect(looks).toBe(4);
  },
);

it('forgets a failure that a retry got over: the next look has all its tries again', async () => {
  let looks = 0;
  const shaky: Observe = async () => {
    looks++;
    if (looks % 4 !== 0) throw failure('Lambda.Unknown');
    return { Payload: { ...message, settled: looks === 12, wait_seconds: 30 } };
  };
  expect(await run(shaky).result).toMatchObject({ settled: true });
  expect(looks).toBe(12);
});
