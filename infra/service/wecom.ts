import { ServiceFunction } from '../constructs/service-function.ts';
import type { GroupMessageSync } from './group-message-sync.ts';
import { liveTimeout, type Parts, recordsTimeout } from './parts.ts';
import type { Tokens } from './token-functions.ts';

/** The operations on WeCom's group messages, by handler. */
export const addWecomOperations = (parts: Parts, tokens: Tokens, { machineArn, syncWorkflowEnv }: GroupMessageSync) => {
  const { stack, code, config, egress, env, accounts, groupMessages, groupTasks, deliveries, syncs } = parts;
  const accountsOnly = { ...env.callerEnv, ...env.accountsEnv };

  const live = (id: string, entry: string, description: string) => {
    const fn = new ServiceFunction(stack, id, {
      code,
      config,
      egress,
      entry,
      description,
      environment: { ...accountsOnly, ...tokens.tokenReaderEnv, ...env.wecomEnv },
      timeout: liveTimeout,
    });
    fn.allow(['dynamodb:GetItem'], accounts.tableArn);
    tokens.allowTokens(fn);
    return fn.fn;
  };

  const onRecords = (id: string, entry: string, description: string, environment: Readonly<Record<string, string>>) => {
    const shared = { code, config, timeout: recordsTimeout };
    const fn = new ServiceFunction(stack, id, { ...shared, entry, description, environment: { ...accountsOnly, ...environment } });
    fn.allow(['dynamodb:GetItem'], accounts.tableArn);
    return fn;
  };
  const messagesAndTasks = { ...env.groupMessagesEnv, ...env.groupTasksEnv };

  const list = onRecords('ListGroupMessages', 'wecom/list', 'Lists the group messages of an account', env.groupMessagesEnv);
  list.allow(['dynamodb:Query'], `${groupMessages.tableArn}/index/by_create_time`);

  const get = onRecords('GetGroupMessage', 'wecom/get', 'Returns one group message with its totals', env.groupMessagesEnv);
  get.allow(['dynamodb:GetItem'], groupMessages.tableArn);

  const listTasks = onRecords('ListTasks', 'wecom/list-tasks', "Lists the members' tasks of a group message", messagesAndTasks);
  listTasks.allow(['dynamodb:GetItem'], groupMessages.tableArn);
  listTasks.allow(['dynamodb:Query'], groupTasks.tableArn);

  const listDeliveries = onRecords('ListDeliveries', 'wecom/list-deliveries', 'Lists what every recipient of a group message got', {
    ...messagesAndTasks,
    ...env.deliveriesEnv,
  });
  listDeliveries.allow(['dynamodb:GetItem'], groupMessages.tableArn);
  listDeliveries.allow(['dynamodb:Query'], groupTasks.tableArn, deliveries.tableArn);

  const listRecipientDeliveries = onRecords(
    'ListRecipientDeliveries',
    'wecom/list-recipient-deliveries',
    'Lists everything that one customer or customer group got',
    env.deliveriesEnv,
  );
  listRecipientDeliveries.allow(['dynamodb:Query'], `${deliveries.tableArn}/index/by_recipient`);

  const startSync = onRecords('StartSync', 'wecom/start-sync', 'Starts a sync of the group messages of a period', {
    ...{ ...env.syncsEnv, ...env.syncEnv },
    ...syncWorkflowEnv,
  });
  startSync.allow(['dynamodb:PutItem'], syncs.tableArn);
  startSync.allow(['states:StartExecution'], machineArn);

  const getSync = onRecords('GetSync', 'wecom/get-sync', 'Returns how far a sync is', env.syncsEnv);
  getSync.allow(['dynamodb:GetItem'], syncs.tableArn);

  return {
    'wecom/list-live-messages': live('ListLiveMessages', 'wecom/list-live-messages', 'Asks WeChat for the group messages of a period now'),
    'wecom/list-live-tasks': live('ListLiveTasks', 'wecom/list-live-tasks', "Asks WeChat for the members' tasks of a group message now"),
    'wecom/list-live-results': live('ListLiveResults', 'wecom/list-live-results', "Asks WeChat what became of one member's task now"),
    'wecom/list': list.fn,
    'wecom/get': get.fn,
    'wecom/list-tasks': listTasks.fn,
    'wecom/list-deliveries': listDeliveries.fn,
    'wecom/list-recipient-deliveries': listRecipientDeliveries.fn,
    'wecom/start-sync': startSync.fn,
    'wecom/get-sync': getSync.fn,
  };
};
