import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import { groupMessageSync } from '../../infra/workflows/group-message-sync.ts';
import { massMessageTracking } from '../../infra/workflows/mass-message-tracking.ts';
import { shardExecution } from '../../shared/sync/executions.ts';
import { execution } from '../../shared/tracking/executions.ts';

/**
 * Step Functions ends an execution on the definition it was started with, up to days after an upgrade, and calls the function as it
 * is by then: `$.account_id`, `$.settled` and `$.wait_seconds` of every definition that was ever deployed are promises of `observe`.
 * A definition that asks for something else is added here, and the old one stays for as long as a message can be followed: four days.
 */
const definitions = {
  'the first': {
    StartAt: 'Observe',
    States: {
      Observe: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: {
          FunctionName: 'observe',
          Payload: { 'account_id.$': '$.account_id', 'msg_id.$': '$.msg_id', 'attempt.$': '$.attempt' },
        },
        OutputPath: '$.Payload',
        Next: 'Settled?',
      },
      'Settled?': { Type: 'Choice', Choices: [{ Variable: '$.settled', BooleanEquals: true, Next: 'Done' }], Default: 'Wait' },
      Wait: { Type: 'Wait', SecondsPath: '$.wait_seconds', Next: 'Observe' },
      Done: { Type: 'Succeed' },
    },
  },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's
  "today's": JSON.parse(JSON.stringify(massMessageTracking).replaceAll('${partition}', 'aws')),
} as const;

/** As executions of the first version hold it while they wait. */
const held = { account_id: 'oa-main', msg_id: '9007199254740993', attempt: 2, settled: false, wait_seconds: 300 };

/** What of a definition its steps and their function agree on. */
const contract = ({ States }: (typeof definitions)[keyof typeof definitions]) => ({
  asks: Object.keys(States.Observe.Parameters.Payload),
  takes: States.Observe.OutputPath,
  endsOn: States['Settled?'].Choices,
  waits: States.Wait.SecondsPath,
});

describe.each(Object.entries(definitions))('an execution that was started on %s definition', (_, definition) => {
  /** Goes on where it waited, with the function of today: its parser, and the answer that take-step.ts promises. */
  const goOn = async (input: object) => {
    const seen: unknown[] = [];
    const observe = async ({ Payload }: { Payload: unknown }) => {
      const message = execution.parse(Payload);
      return { Payload: { ...message, settled: seen.push(message) === 2, wait_seconds: 0 } };
    };
    // @ts-expect-error: the interpreter's types know definitions as literals only
    const run = new StateMachine(definition).run(input, {
      overrides: { taskResourceLocalHandlers: { Observe: observe }, waitTimeOverrides: { Wait: 0 } },
    });
    return { seen, result: await run.result };
  };

  it('is asked for what the function of today reads, and ends when it says so', async () => {
    const message = { account_id: held.account_id, msg_id: held.msg_id, attempt: held.attempt };
    const { seen, result } = await goOn(held);
    expect(seen).toEqual([message, message]);
    expect(result).toMatchObject({ settled: true });
  });

  it('agrees with the function on the same words as the others', () => {
    expect(contract(definition), 'observe has to serve both definitions for as long as executions of the old one live').toEqual(
      contract(definitions['the first']),
    );
  });
});

/**
 * The same for syncs, of which there is one definition so far: these words are promises of the steps for as long as executions live
 * that were started on it, which can be days when an account is parked again and again.
 */
it('hands a sync from step to step by the words that its functions have agreed on', () => {
  const { States } = groupMessageSync;
  const { SyncDeliveries, ShardWait, 'ShardDone?': shardDone } = States.EachShard.ItemProcessor.States;
  const run = { 'account_id.$': '$.account_id', 'sync_id.$': '$.sync_id', 'attempt.$': '$.attempt' };
  for (const step of [States.Discover, States.SelectDue, States.SyncTasks, States.Summarise]) {
    expect(step.Parameters.Payload).toEqual(run);
    expect(step.OutputPath).toBe('$.Payload');
  }
  expect(States.EachShard).toMatchObject({ ItemsPath: '$.shards', ItemSelector: { ...run, 'shard.$': '$$.Map.Item.Value' } });
  expect(SyncDeliveries.Parameters.Payload).toEqual({ ...run, 'shard.$': '$.shard' });
  expect(SyncDeliveries.ResultSelector).toEqual({ 'next.$': '$.Payload.next', 'wait_seconds.$': '$.Payload.wait_seconds' });
  expect([States.Wait.SecondsPath, ShardWait.SecondsPath]).toEqual(['$.wait_seconds', '$.step.wait_seconds']);
  const words = States['Next?'].Choices.map(({ StringEquals, Next }) => [StringEquals, Next]);
  expect(Object.fromEntries([...words, ...shardDone.Choices.map(({ StringEquals, Next }) => [StringEquals, Next])])).toEqual({
    discover: 'Discover',
    'select-due': 'SelectDue',
    'sync-tasks': 'SyncTasks',
    'sync-deliveries': 'EachShard',
    summarise: 'Summarise',
    done: 'ShardDone',
  });
  const held = { account_id: 'corp-main', sync_id: '20260302t080000z-0a1b2c3d', attempt: 2, shard: 4 };
  expect(shardExecution.parse({ ...held, next: 'sync-deliveries', wait_seconds: 0, shards: [0] })).toEqual(held);
});
