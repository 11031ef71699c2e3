import { ServiceFunction } from '../constructs/service-function.ts';
import { type Parts, recordsTimeout, writeSecret } from './parts.ts';
import type { Tracking } from './tracking.ts';

/** What WeChat itself calls: the one function that may read what pushes are signed with. It calls WeChat never, and stays outside the VPC. */
export const addCallbacks = (parts: Parts, { machineArn, workflowEnv }: Tracking) => {
  const { stack, code, config, env, accounts, massMessages, articles, push, tickets } = parts;
  const receive = new ServiceFunction(stack, 'ReceiveCallback', {
    code,
    config,
    entry: 'official-account/receive-callback',
    description: 'Receives what WeChat pushes',
    environment: {
      ...{ ...env.accountsEnv, ...env.massMessagesEnv, ...env.articlesEnv, ...env.pushEnv, ...env.ticketWriterEnv },
      ...{ ...env.trackingEnv, ...workflowEnv, ...env.eventsEnv },
    },
    timeout: recordsTimeout,
  });
  receive.allow(['dynamodb:GetItem', 'dynamodb:Scan', 'dynamodb:UpdateItem'], accounts.tableArn);
  receive.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], massMessages.tableArn, articles.tableArn);
  receive.allow(['states:StartExecution'], machineArn);
  receive.allowSecrets(['secretsmanager:GetSecretValue'], push);
  receive.allowSecrets(writeSecret, tickets);
  receive.allow(['events:PutEvents'], parts.bus.eventBusArn);
  return { 'official-account/receive-callback': receive.fn };
};
