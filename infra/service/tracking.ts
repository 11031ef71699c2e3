import { Duration } from 'aws-cdk-lib';
import { FunctionSchedule } from '../constructs/function-schedule.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { Workflow } from '../constructs/workflow.ts';
import { massMessageTracking, observeTimeoutSeconds } from '../workflows/mass-message-tracking.ts';
import { type Parts, scheduled } from './parts.ts';
import type { Tokens } from './token-functions.ts';

/** The state machine that follows a message, its step, and what brings a message back whose execution is gone. */
export const addTracking = ({ stack, code, config, egress, env, accounts, massMessages, bus }: Parts, tokens: Tokens) => {
  const records = { ...env.accountsEnv, ...env.massMessagesEnv };
  const observe = new ServiceFunction(stack, 'Observe', {
    code,
    config,
    egress,
    entry: 'official-account/observe',
    description: 'Step of mass-message-tracking: asks WeChat about one mass message and says when to look again',
    environment: { ...records, ...tokens.tokenReaderEnv, ...env.officialAccountEnv, ...env.trackingEnv, ...env.eventsEnv },
    timeout: Duration.seconds(observeTimeoutSeconds),
  });
  observe.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], accounts.tableArn);
  observe.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], massMessages.tableArn);
  tokens.allowTokens(observe);
  observe.allow(['events:PutEvents'], bus.eventBusArn);

  const { machineArn } = new Workflow(stack, 'MassMessageTracking', {
    config,
    name: 'mass-message-tracking',
    definition: massMessageTracking,
    functions: { observe: observe.fn },
  });
  const workflowEnv = { TRACKING_STATE_MACHINE: machineArn };

  const resumeStalled = new ServiceFunction(stack, 'ResumeStalled', {
    code,
    config,
    entry: 'official-account/resume-stalled',
    description: 'Starts trackings again that are well past their next step',
    environment: { ...records, ...env.trackingEnv, ...workflowEnv, ...env.eventsEnv },
    ...scheduled,
  });
  resumeStalled.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], accounts.tableArn);
  resumeStalled.allow(['dynamodb:PutItem'], massMessages.tableArn);
  resumeStalled.allow(['dynamodb:Query'], `${massMessages.tableArn}/index/due`);
  resumeStalled.allow(['states:StartExecution'], machineArn);
  resumeStalled.allow(['events:PutEvents'], bus.eventBusArn);
  new FunctionSchedule(stack, 'ResumeStalledRate', {
    fn: resumeStalled.fn,
    everyMinutes: config.schedules.resumeStalledEveryMinutes,
    description: 'Brings stalled trackings back',
  });
  return { machineArn, workflowEnv };
};
export type Tracking = ReturnType<typeof addTracking>;
