/** What the stack supplies to every function. Function files read it as they load: import this first. */
Object.assign(process.env, {
  ACCOUNTS_TABLE: 'accounts',
  MASS_MESSAGES_TABLE: 'mass-messages',
  ARTICLES_TABLE: 'articles',
  GROUP_MESSAGES_TABLE: 'group-messages',
  GROUP_TASKS_TABLE: 'group-tasks',
  DELIVERIES_TABLE: 'deliveries',
  SYNCS_TABLE: 'syncs',
  SYNC_STATE_MACHINE: 'arn:aws:states:eu-west-1:111122223333:stateMachine:sync',
  TOKENS_PREFIX: 'waybill/test/tokens/',
  CREDENTIALS_PREFIX: 'waybill/test/credentials/',
  TICKETS_PREFIX: 'waybill/test/tickets/',
  AUTHORIZATIONS_PREFIX: 'waybill/test/authorizations/',
  PUSH_SECRETS_PREFIX: 'waybill/test/push/',
  REFRESH_TOKEN_FUNCTION: 'refresh-token',
  OFFICIAL_ACCOUNT_URL: 'https://api.weixin.qq.com',
  WECOM_URL: 'https://qyapi.weixin.qq.com',
  TRACKING_STATE_MACHINE: 'arn:aws:states:eu-west-1:111122223333:stateMachine:tracking',
  EVENT_BUS: 'events',
  AWS_REGION: 'eu-west-1',
});
const { prodSchedule } = await import('./prod-schedule.ts');
process.env['TRACKING_SCHEDULE'] = JSON.stringify(prodSchedule);
const { prodSync } = await import('./prod-sync.ts');
process.env['SYNC_SCHEDULE'] = JSON.stringify(prodSync);
