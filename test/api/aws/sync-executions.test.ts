import { SFNClient } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { StepFunctionsSyncs } from '../../../shared/sync/executions.ts';
import { AwsFault, useAws } from '../../support/aws-stub.ts';

const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:sync';
const execution = { account_id: 'a'.repeat(32), sync_id: '20260302t080000z-0a1b2c3d', attempt: 12 };

const aws = useAws({ 'AWSStepFunctions.StartExecution': () => ({ executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:x:y' }) });
const start = (more: object = {}) => new StepFunctionsSyncs(machine, new SFNClient(aws.config())).start({ ...execution, ...more });

it('starts an execution under a name that tells attempts apart and fits', async () => {
  await start({ shards: [1] });
  const { input } = aws.requests[0] ?? {};
  expect(input).toEqual({
    stateMachineArn: machine,
    name: `${execution.account_id}-20260302t080000z-0a1b2c3d-12`,
    input: JSON.stringify(execution),
  });
  expect(String(input?.['name']).length).toBeLessThanOrEqual(80);
});

it('takes an execution that is there already for started, and nothing else', async () => {
  aws.answers({
    'AWSStepFunctions.StartExecution': () => {
      throw new AwsFault('ExecutionAlreadyExists');
    },
  });
  await expect(start()).resolves.toBeUndefined();
  aws.answers({
    'AWSStepFunctions.StartExecution': () => {
      throw new AwsFault('StateMachineDoesNotExist');
    },
  });
  await expect(start()).rejects.toThrow('StateMachineDoesNotExist');
});
