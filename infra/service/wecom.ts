import { ServiceFunction } from '../constructs/service-function.ts';
import { liveTimeout, type Parts } from './parts.ts';
import type { Tokens } from './token-functions.ts';

/** The operations on WeCom's group messages, by handler. */
export const addWecomOperations = ({ stack, code, config, egress, env, accounts }: Parts, tokens: Tokens) => {
  const live = (id: string, entry: string, description: string) => {
    const fn = new ServiceFunction(stack, id, {
      code,
      config,
      egress,
      entry,
      description,
      environment: { ...env.callerEnv, ...env.accountsEnv, ...tokens.tokenReaderEnv, ...env.wecomEnv },
      timeout: liveTimeout,
    });
    fn.allow(['dynamodb:GetItem'], accounts.tableArn);
    tokens.allowTokens(fn);
    return fn.fn;
  };
  return {
    'wecom/list-live-messages': live('ListLiveMessages', 'wecom/list-live-messages', 'Asks WeChat for the group messages of a period now'),
    'wecom/list-live-tasks': live('ListLiveTasks', 'wecom/list-live-tasks', "Asks WeChat for the members' tasks of a group message now"),
    'wecom/list-live-results': live('ListLiveResults', 'wecom/list-live-results', "Asks WeChat what became of one member's task now"),
  };
};
