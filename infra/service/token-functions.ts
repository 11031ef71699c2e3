import { Duration } from 'aws-cdk-lib';
import { FunctionSchedule } from '../constructs/function-schedule.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { type Parts, scheduled, writeSecret } from './parts.ts';

/** The two functions that may read credentials, and what they give to those that may not. */
export const addTokenFunctions = ({ stack, code, config, egress, env, accounts, bus, ...secrets }: Parts) => {
  const writer = {
    code,
    config,
    egress,
    environment: {
      ...{ ...env.accountsEnv, ...env.tokenWriterEnv, ...env.platformsEnv },
      ...{ ...env.officialAccountEnv, ...env.wecomEnv, ...env.eventsEnv },
    },
  };
  const refreshToken = new ServiceFunction(stack, 'RefreshToken', {
    ...writer,
    entry: 'accounts/refresh-token',
    description: 'Renews the token of one account, one caller at a time',
    timeout: Duration.seconds(25), // inside the 29 s of an operation that waits for it
  });
  const refreshDueTokens = new ServiceFunction(stack, 'RefreshDueTokens', {
    ...writer,
    entry: 'accounts/refresh-due-tokens',
    description: 'Renews every token that is about to expire',
    ...scheduled,
  });
  for (const fn of [refreshToken, refreshDueTokens]) {
    fn.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], accounts.tableArn);
    fn.allowSecrets(['secretsmanager:GetSecretValue'], secrets.credentials);
    fn.allowSecrets(['secretsmanager:GetSecretValue'], secrets.tickets);
    fn.allowSecrets(['secretsmanager:GetSecretValue', ...writeSecret], secrets.tokens);
    fn.allowSecrets(['secretsmanager:GetSecretValue', ...writeSecret], secrets.authorizations);
    fn.allow(['events:PutEvents'], bus.eventBusArn);
  }
  refreshDueTokens.allow(['dynamodb:Scan'], accounts.tableArn);
  new FunctionSchedule(stack, 'RefreshDueTokensRate', {
    fn: refreshDueTokens.fn,
    everyMinutes: config.schedules.refreshDueTokensEveryMinutes,
    description: 'Renews tokens before they expire',
  });

  /** What a function needs that calls WeChat with a token. */
  const tokenReaderEnv = { TOKENS_PREFIX: secrets.tokens.prefix, REFRESH_TOKEN_FUNCTION: refreshToken.fn.functionName };
  const allowTokens = (reader: ServiceFunction<Readonly<Record<string, string | undefined>>>) => {
    reader.allowSecrets(['secretsmanager:GetSecretValue'], secrets.tokens);
    reader.allowInvoking(refreshToken);
  };
  return { refreshToken, tokenReaderEnv, allowTokens };
};
export type Tokens = ReturnType<typeof addTokenFunctions>;
