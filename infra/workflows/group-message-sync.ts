// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${…}` is CloudFormation's to fill in.

/** The functions' own limit: a step works for most of it, and stops where it is in time to store that. */
export const syncStepTimeoutSeconds = 120;

/**
 * A failure is ours and worth another try. Throttling comes under several names, so none is named; TaskFailed covers every error but a
 * timeout. Three tries after 2, 8 and 32 s at most: with 4 steps of 130 s an execution ends after 562 s, before its sync counts as
 * stalled (600 s) and start-due-syncs starts another. A task may last longer than its function, so that a try never begins while the
 * one before it still writes.
 */
const patience = {
  TimeoutSeconds: syncStepTimeoutSeconds + 10,
  Retry: [
    {
      ErrorEquals: ['States.TaskFailed', 'States.Timeout'],
      IntervalSeconds: 2,
      BackoffRate: 4,
      MaxAttempts: 3,
      JitterStrategy: 'FULL',
    },
  ],
} as const;

const run = { 'account_id.$': '$.account_id', 'sync_id.$': '$.sync_id', 'attempt.$': '$.attempt' } as const;

/** A step that runs alone: its answer says which step is next, and when. */
const step = <F extends string>(fn: F) =>
  ({
    Type: 'Task',
    Resource: 'arn:${partition}:states:::lambda:invoke',
    Parameters: { FunctionName: `\${${fn}}`, Payload: run },
    OutputPath: '$.Payload',
    ...patience,
    Next: 'Wait',
  }) as const;

const to = <N extends string, S extends string>(name: N, state: S) => ({ Variable: '$.next', StringEquals: name, Next: state }) as const;

/**
 * Syncs one account. Every decision is the steps', which say what is next and when: this goes round, and hands on ids and the numbers of
 * workers, never a list. A plain object: CDK fills in `${…}`, and the tests run this very object.
 *
 * Input: { account_id, sync_id, attempt }. A step answers the same and { next, wait_seconds, shards }.
 *
 * An execution may have 25,000 events in its history. A turn has 9 (five of the task, two of the wait, two of the choice), and each of
 * its 3 retries 3 more: 18. After 1,000 turns, workers' included, `select-due` leaves the rest to another execution. A round takes on
 * 20,000 members, and the last of its messages whole: should that have 50,000, then 70,000 are read at 30 a second in 39 minutes, with 5
 * workers in 140 turns.
 */
export const groupMessageSync = {
  Comment: 'Brings the records of one WeCom account up to date',
  StartAt: 'Discover',
  States: {
    Discover: step('discover'),
    SelectDue: step('select_due'),
    SyncTasks: step('sync_tasks'),
    EachShard: {
      Type: 'Map',
      ItemsPath: '$.shards',
      ItemSelector: { ...run, 'shard.$': '$$.Map.Item.Value' },
      // None has to wait for another: the budget of calls is divided by all of them.
      MaxConcurrency: 0,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'SyncDeliveries',
        States: {
          SyncDeliveries: {
            Type: 'Task',
            Resource: 'arn:${partition}:states:::lambda:invoke',
            Parameters: { FunctionName: '${sync_deliveries}', Payload: { ...run, 'shard.$': '$.shard' } },
            ResultSelector: { 'next.$': '$.Payload.next', 'wait_seconds.$': '$.Payload.wait_seconds' },
            ResultPath: '$.step',
            ...patience,
            Next: 'ShardWait',
          },
          ShardWait: { Type: 'Wait', SecondsPath: '$.step.wait_seconds', Next: 'ShardDone?' },
          'ShardDone?': {
            Type: 'Choice',
            Choices: [{ Variable: '$.step.next', StringEquals: 'done', Next: 'ShardDone' }],
            Default: 'SyncDeliveries',
          },
          ShardDone: { Type: 'Pass', Result: {}, End: true },
        },
      },
      ResultPath: null,
      Next: 'Summarise',
    },
    Summarise: step('summarise'),
    // Whole seconds: a fraction would end the execution in States.Runtime, which nothing retries.
    Wait: { Type: 'Wait', SecondsPath: '$.wait_seconds', Next: 'Next?' },
    'Next?': {
      Type: 'Choice',
      Choices: [
        to('discover', 'Discover'),
        to('select-due', 'SelectDue'),
        to('sync-tasks', 'SyncTasks'),
        to('sync-deliveries', 'EachShard'),
        to('summarise', 'Summarise'),
      ],
      Default: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
} as const;
