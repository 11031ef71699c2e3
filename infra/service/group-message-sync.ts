import { Duration } from 'aws-cdk-lib';
import { FunctionSchedule } from '../constructs/function-schedule.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { Workflow } from '../constructs/workflow.ts';
import { groupMessageSync, syncStepTimeoutSeconds } from '../workflows/group-message-sync.ts';
import { type Parts, scheduled } from './parts.ts';
import type { Tokens } from './token-functions.ts';

/** The state machine that syncs an account, its steps, and what starts it on time and brings it back when it stalled. */
export const addGroupMessageSync = (parts: Parts, tokens: Tokens) => {
  const { stack, code, config, egress, env, accounts, groupMessages, groupTasks, deliveries, syncs, bus } = parts;
  const sync = { ...env.accountsEnv, ...env.syncsEnv, ...env.syncEnv, ...env.eventsEnv };
  const step = (id: string, entry: string, does: string, environment: Readonly<Record<string, string>>) => {
    const fn = new ServiceFunction(stack, id, {
      code,
      config,
      entry: `wecom/${entry}`,
      description: `Step of group-message-sync: ${does}`,
      environment: { ...sync, ...environment },
      timeout: Duration.seconds(syncStepTimeoutSeconds),
      ...('WECOM_URL' in environment && { egress }),
    });
    fn.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], accounts.tableArn);
    fn.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], syncs.tableArn);
    fn.allow(['events:PutEvents'], bus.eventBusArn);
    if ('WECOM_URL' in environment) tokens.allowTokens(fn);
    return fn;
  };
  const wecom = { ...tokens.tokenReaderEnv, ...env.wecomEnv };
  const messagesAndTasks = { ...env.groupMessagesEnv, ...env.groupTasksEnv };

  const discover = step('Discover', 'discover', 'finds the group messages of its period', { ...env.groupMessagesEnv, ...wecom });
  discover.allow(['dynamodb:Scan'], accounts.tableArn);
  discover.allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem'], groupMessages.tableArn);

  const selectDue = step('SelectDue', 'select-due', 'chooses the messages to look at', env.groupMessagesEnv);
  selectDue.allow(['dynamodb:Query'], `${groupMessages.tableArn}/index/due`, `${groupMessages.tableArn}/index/by_create_time`);

  const syncTasks = step('SyncTasks', 'sync-tasks', "reads the members' tasks", { ...messagesAndTasks, ...wecom });
  syncTasks.allow(['dynamodb:GetItem'], groupMessages.tableArn);
  syncTasks.allow(['dynamodb:Query', 'dynamodb:BatchWriteItem'], groupTasks.tableArn);

  const syncDeliveries = step('SyncDeliveries', 'sync-deliveries', 'one of the workers that read what became of the tasks', {
    ...{ ...messagesAndTasks, ...env.deliveriesEnv },
    ...wecom,
  });
  syncDeliveries.allow(['dynamodb:UpdateItem'], syncs.tableArn);
  syncDeliveries.allow(['dynamodb:GetItem'], groupMessages.tableArn);
  syncDeliveries.allow(['dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:PutItem'], groupTasks.tableArn);
  syncDeliveries.allow(['dynamodb:Query', 'dynamodb:BatchWriteItem'], deliveries.tableArn);

  const summarise = step('Summarise', 'summarise', 'adds up the messages of a round and says what became of them', messagesAndTasks);
  summarise.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], groupMessages.tableArn);
  summarise.allow(['dynamodb:Query'], groupTasks.tableArn);

  const { machineArn } = new Workflow(stack, 'GroupMessageSync', {
    config,
    name: 'group-message-sync',
    definition: groupMessageSync,
    functions: {
      discover: discover.fn,
      select_due: selectDue.fn,
      sync_tasks: syncTasks.fn,
      sync_deliveries: syncDeliveries.fn,
      summarise: summarise.fn,
    },
  });
  const syncWorkflowEnv = { SYNC_STATE_MACHINE: machineArn };

  const startDueSyncs = new ServiceFunction(stack, 'StartDueSyncs', {
    code,
    config,
    entry: 'wecom/start-due-syncs',
    description: 'Starts the syncs that are due, and those again that are well past their next step',
    environment: { ...sync, ...syncWorkflowEnv },
    ...scheduled,
  });
  startDueSyncs.allow(['dynamodb:GetItem', 'dynamodb:Scan', 'dynamodb:UpdateItem'], accounts.tableArn);
  startDueSyncs.allow(['dynamodb:PutItem'], syncs.tableArn);
  startDueSyncs.allow(['dynamodb:Query'], `${syncs.tableArn}/index/due`);
  startDueSyncs.allow(['states:StartExecution'], machineArn);
  startDueSyncs.allow(['events:PutEvents'], bus.eventBusArn);
  new FunctionSchedule(stack, 'StartDueSyncsRate', {
    fn: startDueSyncs.fn,
    everyMinutes: config.schedules.startDueSyncsEveryMinutes,
    description: 'Keeps the group messages of every WeCom account up to date',
  });
  return { machineArn, syncWorkflowEnv };
};
export type GroupMessageSync = ReturnType<typeof addGroupMessageSync>;
