import { ServiceFunction } from '../constructs/service-function.ts';
import { liveTimeout, type Parts, recordsTimeout } from './parts.ts';
import type { Tokens } from './token-functions.ts';
import type { Tracking } from './tracking.ts';

/** One function for each operation of the API, by its handler. */
export const addOperations = (parts: Parts, tokens: Tokens, { machineArn, workflowEnv }: Tracking) => {
  const { stack, code, config, egress, env, accounts, massMessages, articles } = parts;
  const accountsOnly = { ...env.callerEnv, ...env.accountsEnv };
  const records = { ...accountsOnly, ...env.massMessagesEnv };
  const onRecords = { code, config, timeout: recordsTimeout };
  const callsWechat = { code, config, egress, timeout: liveTimeout };
  const upstream = { ...tokens.tokenReaderEnv, ...env.officialAccountEnv };

  const track = new ServiceFunction(stack, 'Track', {
    ...onRecords,
    entry: 'official-account/track',
    description: 'Registers a mass message to be followed to its end',
    environment: { ...records, ...env.trackingEnv, ...workflowEnv },
  });
  track.allow(['dynamodb:GetItem'], accounts.tableArn);
  track.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], massMessages.tableArn);
  track.allow(['states:StartExecution'], machineArn);

  const get = new ServiceFunction(stack, 'Get', {
    ...onRecords,
    environment: records,
    entry: 'official-account/get',
    description: 'Returns one mass message with its history',
  });
  get.allow(['dynamodb:GetItem'], accounts.tableArn, massMessages.tableArn);

  const list = new ServiceFunction(stack, 'List', {
    ...onRecords,
    environment: records,
    entry: 'official-account/list',
    description: 'Lists the mass messages of an account',
  });
  list.allow(['dynamodb:GetItem'], accounts.tableArn);
  list.allow(['dynamodb:Query'], `${massMessages.tableArn}/index/by_submitted_at`);

  const getLiveStatus = new ServiceFunction(stack, 'GetLiveStatus', {
    ...callsWechat,
    entry: 'official-account/get-live-status',
    description: 'Asks WeChat for the status of a mass message now',
    environment: { ...accountsOnly, ...upstream },
  });
  getLiveStatus.allow(['dynamodb:GetItem'], accounts.tableArn);
  tokens.allowTokens(getLiveStatus);

  const deletes = { ...records, ...env.articlesEnv, ...upstream, ...workflowEnv };
  const deleteMassMessage = new ServiceFunction(stack, 'DeleteMassMessage', {
    ...callsWechat,
    entry: 'official-account/delete-mass-message',
    description: 'Deletes one article of a mass message, or all of it',
    environment: { ...deletes, ...env.trackingEnv },
  });
  const deleteByUrl = new ServiceFunction(stack, 'DeleteByUrl', {
    ...callsWechat,
    entry: 'official-account/delete-by-url',
    description: 'Deletes the article at an address',
    environment: deletes,
  });
  for (const fn of [deleteMassMessage, deleteByUrl]) {
    fn.allow(['dynamodb:GetItem'], accounts.tableArn);
    fn.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], massMessages.tableArn, articles.tableArn);
    fn.allow(['states:StartExecution'], machineArn);
    tokens.allowTokens(fn);
  }

  const shown = { ...accountsOnly, ...env.egressEnv };
  const getAccount = new ServiceFunction(stack, 'GetAccount', {
    ...onRecords,
    environment: shown,
    entry: 'accounts/get-account',
    description: 'Returns one account and what needs attention',
  });
  getAccount.allow(['dynamodb:GetItem'], accounts.tableArn);

  const listAccounts = new ServiceFunction(stack, 'ListAccounts', {
    ...onRecords,
    environment: shown,
    entry: 'accounts/list-accounts',
    description: 'Lists the accounts and what needs attention',
  });
  listAccounts.allow(['dynamodb:Scan'], accounts.tableArn);

  return {
    'official-account/track': track.fn,
    'official-account/get': get.fn,
    'official-account/list': list.fn,
    'official-account/get-live-status': getLiveStatus.fn,
    'official-account/delete-mass-message': deleteMassMessage.fn,
    'official-account/delete-by-url': deleteByUrl.fn,
    'accounts/get-account': getAccount.fn,
    'accounts/list-accounts': listAccounts.fn,
  };
};
