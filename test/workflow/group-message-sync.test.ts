import asl from 'asl-validator';
import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import { groupMessageSync } from '../../infra/workflows/group-message-sync.ts';
import { shardExecution, syncExecution } from '../../shared/sync/executions.ts';
import { makeSyncSteps } from '../../shared/sync/steps.ts';
import { useWecomWorld } from '../support/wecom-world.ts';

const arn = (name: string) => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;
const functions = ['discover', 'select_due', 'sync_tasks', 'sync_deliveries', 'summarise'];
const substitutions = { partition: 'aws', ...Object.fromEntries(functions.map((name) => [name, arn(name)])) };
const definition = JSON.parse(
  Object.entries(substitutions).reduce((text, [name, value]) => text.replaceAll(`\${${name}}`, value), JSON.stringify(groupMessageSync)),
);

type Call = { FunctionName: string; Payload: Record<string, string | number> };
type Answer = { next: string; wait_seconds?: number; shards?: number[]; more?: string };
const execution = { account_id: 'corp-main', sync_id: '20260302t080000z-0a1b2c3d', attempt: 2 };
const states = ['Discover', 'SelectDue', 'SyncTasks', 'SyncDeliveries', 'Summarise'];

/** @param answer what a function answers, by its name and how often it was called */
const run = async (answer: (name: string, payload: Call['Payload'], times: number) => Answer | Promise<Answer>) => {
  const calls: { name: string; payload: Call['Payload'] }[] = [];
  const handler = async (input: unknown) => {
    const { FunctionName, Payload } = input as Call;
    const name = FunctionName.slice(arn('').length);
    calls.push({ name, payload: Payload });
    const { account_id = '', sync_id = '', attempt = 0 } = Payload;
    const told = await answer(name, Payload, calls.filter((call) => call.name === name).length);
    return { Payload: { account_id, sync_id, attempt, wait_seconds: 0, shards: [], ...told } };
  };
  const overrides = {
    taskResourceLocalHandlers: Object.fromEntries(states.map((name) => [name, handler])),
    waitTimeOverrides: { Wait: 0, ShardWait: 0 },
    retryIntervalOverrides: Object.fromEntries(states.map((name) => [name, 0])),
  };
  const { result, eventLogs } = new StateMachine(definition).run(execution, { overrides });
  const end = await result.then(
    () => 'succeeded',
    () => 'failed',
  );
  const waited: unknown[] = [];
  for await (const event of eventLogs)
    if (event.type === 'StateEntered' && event.state.name === 'Wait')
      waited.push((event.state.input as { wait_seconds: number }).wait_seconds);
  return { calls, end, waited, names: calls.map(({ name }) => name) };
};

const inOrder = (...names: string[]) => {
  const left = [...names];
  return (): Answer => ({ next: left.shift() ?? 'done' });
};

it('is a definition that Step Functions takes, with nothing left to fill in', () => {
  expect(asl(definition)).toMatchObject({ isValid: true });
  expect(JSON.stringify(definition)).not.toContain('${');
});

it('does what each step says is next, until one says that it is done', async () => {
  const { names, end } = await run(inOrder('discover', 'select-due', 'sync-tasks', 'sync-deliveries', 'select-due'));
  expect(names).toEqual(['discover', 'discover', 'select_due', 'sync_tasks', 'summarise', 'select_due']);
  expect(end).toBe('succeeded');
});

it('runs every worker until each is done, side by side, and then adds up', async () => {
  const { calls, names } = await run((name, { shard }, times) => {
    if (name === 'discover') return { next: 'sync-deliveries', shards: [0, 1, 2] };
    if (name === 'sync_deliveries') return { next: shard === 1 && times < 8 ? 'sync-deliveries' : 'done' };
    return { next: 'done' };
  });
  const shards = calls.filter(({ name }) => name === 'sync_deliveries').map(({ payload }) => payload['shard']);
  expect(shards.slice(0, 3)).toEqual([0, 1, 2]);
  expect(shards.slice(3)).toEqual([1, 1, 1, 1, 1]);
  expect(names.at(-1)).toBe('summarise');
});

it('tells every step which sync it is about, and nothing of what another step did', async () => {
  const { calls } = await run((name) => {
    if (name === 'discover') return { next: 'sync-deliveries', shards: [4], more: 'x' };
    return { next: 'done', more: 'y' };
  });
  expect(calls).toEqual([
    { name: 'discover', payload: execution },
    { name: 'sync_deliveries', payload: { ...execution, shard: 4 } },
    { name: 'summarise', payload: execution },
  ]);
});

it('waits for as long as a step says, each time anew', async () => {
  const { waited } = await run((_name, _payload, times) => (times === 1 ? { next: 'discover', wait_seconds: 3600 } : { next: 'done' }));
  expect(waited).toEqual([3600, 0]);
});

it.each(['Lambda.TooManyRequestsException', 'Lambda.Unknown', 'States.Timeout'])(
  'tries a step three times more after %s, then fails, so that the sync stalls and is resumed',
  async (name) => {
    const { calls, end } = await run(() => {
      throw Object.assign(new Error('the table is down'), { name });
    });
    expect({ end, calls: calls.length }).toEqual({ end: 'failed', calls: 4 });
  },
);

it('fails as a whole when one worker does', async () => {
  const { end, names } = await run((name, { shard }) => {
    if (name === 'discover') return { next: 'sync-deliveries', shards: [0, 1] };
    if (shard === 1) throw new Error('the table is down');
    return { next: 'done' };
  });
  expect(end).toBe('failed');
  expect(names).not.toContain('summarise');
});

describe('with the steps as deployed', () => {
  const world = useWecomWorld();

  it('brings the records up to date, over steps that end early, in payloads that hold no list', async () => {
    const corp = await world.open({ corp: { members: 9, customers_per_member: 20 }, schedule: { messages_per_round: 2 } });
    const sent = [corp.create({ sending: {} }), corp.create({ sending: { share: 0.5 } }), corp.create({ chat_type: 'group', sending: {} })];
    const sync = await corp.start();
    const steps = makeSyncSteps(corp.dependencies);
    const byFunction = { discover: 'discover', select_due: 'select-due', sync_tasks: 'sync-tasks', summarise: 'summarise' } as const;
    // A step has a second of work: its pace of calls ends it.
    const deadline = () => new Date(world.now().getTime() + 36_000);
    let bytes = 0;
    const handler = async (input: unknown) => {
      const { FunctionName, Payload } = input as Call;
      const name = FunctionName.slice(arn('').length);
      bytes = Math.max(bytes, JSON.stringify(Payload).length);
      const step =
        name === 'sync_deliveries'
          ? await steps['sync-deliveries'](shardExecution.parse(Payload), deadline())
          : await steps[byFunction[name as keyof typeof byFunction]](syncExecution.parse(Payload), deadline());
      bytes = Math.max(bytes, JSON.stringify(step).length);
      return { Payload: { ...step, shards: [...step.shards] } };
    };
    const overrides = {
      taskResourceLocalHandlers: Object.fromEntries(states.map((name) => [name, handler])),
      waitTimeOverrides: { Wait: 0, ShardWait: 0 },
      retryIntervalOverrides: {},
    };
    const { account_id, sync_id, attempt } = sync;
    await new StateMachine(definition).run({ account_id, sync_id, attempt }, { overrides }).result;
    expect(await world.syncs().get(account_id, sync_id)).toMatchObject({ phase: 'done', failures: [] });
    for (const msgid of sent) await corp.expectTruth(msgid);
    expect(bytes).toBeLessThan(250);
  });
});
