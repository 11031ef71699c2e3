import { SFNClient } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { execution, StepFunctionsStarter } from '../../../shared/tracking/executions.ts';
import { AwsFault, useAws } from '../../support/aws-stub.ts';

const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:tracking';
const started = () => ({ executionArn: `${machine}:x`, startDate: 1_772_438_400 });
const aws = useAws({ 'AWSStepFunctions.StartExecution': started });
const starter = () => new StepFunctionsStarter(machine, new SFNClient(aws.config()));
const main = { account_id: 'oa-main', msg_id: '9007199254740993', attempt: 2 };

it('starts the machine under a name that says which message and attempt, with just that as its input', async () => {
  // A row is an execution and more: what else it holds does not travel.
  await starter().start({ ...main, label: 'spring', rev: 3 } as typeof main);
  const { input, ...request } = aws.requests[0]?.input ?? {};
  expect(request).toEqual({ stateMachineArn: machine, name: 'oa-main-9007199254740993-2' });
  expect(JSON.parse(String(input))).toEqual(main);
  expect(execution.parse(JSON.parse(String(input)))).toEqual(main);
});

it('has a name that Step Functions takes for the longest ids there are, after any number of attempts', async () => {
  const longest = execution.parse({ account_id: 'a'.repeat(32), msg_id: String(2n ** 63n - 1n), attempt: Number.MAX_SAFE_INTEGER });
  await starter().start(longest);
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html: 1 to 80 characters.
  expect(aws.requests[0]?.input['name']).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
  const over = [{ account_id: 'a'.repeat(33) }, { msg_id: '9'.repeat(20) }].map(
    (part) => execution.safeParse({ ...longest, ...part }).success,
  );
  expect(over).toEqual([false, false]);
});

const refuse = (type: string) => () => {
  throw new AwsFault(type);
};

it('does not mind an execution that was started already', async () => {
  aws.answers({ 'AWSStepFunctions.StartExecution': refuse('ExecutionAlreadyExists') });
  await expect(starter().start(main)).resolves.toBeUndefined();
});

it.each(['ExecutionLimitExceeded', 'StateMachineDoesNotExist', 'InvalidName', 'AccessDeniedException'])(
  'says so when nothing was started: %s',
  async (type) => {
    aws.answers({ 'AWSStepFunctions.StartExecution': refuse(type) });
    await expect(starter().start(main)).rejects.toMatchObject({ name: type });
  },
);
