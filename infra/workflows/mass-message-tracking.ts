// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${…}` is CloudFormation's to fill in.

/** The function's own limit: a look is two calls to WeChat at most, a renewed token between them, and a few to AWS. */
export const observeTimeoutSeconds = 60;

/**
 * Observe, and until the message is settled wait and observe again. Every decision is `observe`'s, and what WeChat said
 * comes back as data; see shared/domain/poll-schedule.ts. A plain object: CDK fills in `${…}`, and the tests run this
 * very object.
 *
 * Input: { account_id, msg_id, attempt }. `observe` answers the same and { settled, wait_seconds }.
 *
 * An execution may have 25,000 events in its history. A turn has 9 (five of the task, two of the choice, two of the
 * wait), and each of its 3 retries 3 more: 18. A message can wait in three states (submitted, awaiting confirmation,
 * sending) for a day each, with some 60 looks: 3 * 60 * 18 = 3,240.
 */
export const massMessageTracking = {
  Comment: 'Follows one mass message until it is settled',
  StartAt: 'Observe',
  States: {
    Observe: {
      Type: 'Task',
      Resource: 'arn:${partition}:states:::lambda:invoke',
      Parameters: {
        FunctionName: '${observe}',
        Payload: { 'account_id.$': '$.account_id', 'msg_id.$': '$.msg_id', 'attempt.$': '$.attempt' },
      },
      OutputPath: '$.Payload',
      TimeoutSeconds: observeTimeoutSeconds,
      // A failure is ours and worth another try. Throttling comes under several names, so none is named; TaskFailed covers
      // every error but a timeout. Three tries after 2, 8 and 32 s at most: with 4 looks of 60 s an execution ends after
      // 282 s, before its message counts as stalled (300 s) and resume-stalled starts another. No state records the
      // failure, since the message's own `next_step_at` is what brings it back.
      Retry: [
        {
          ErrorEquals: ['States.TaskFailed', 'States.Timeout'],
          IntervalSeconds: 2,
          BackoffRate: 4,
          MaxAttempts: 3,
          JitterStrategy: 'FULL',
        },
      ],
      Next: 'Settled?',
    },
    'Settled?': { Type: 'Choice', Choices: [{ Variable: '$.settled', BooleanEquals: true, Next: 'Done' }], Default: 'Wait' },
    // Whole seconds: a fraction would end the execution in States.Runtime, which nothing retries.
    Wait: { Type: 'Wait', SecondsPath: '$.wait_seconds', Next: 'Observe' },
    Done: { Type: 'Succeed' },
  },
} as const;
