import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type * as z from 'zod';
import type * as env from '../shared/env.ts';
import { customerKey } from './constructs/customer-key.ts';
import { createEgress, whereAddressesGo } from './constructs/egress.ts';
import { FunctionSchedule } from './constructs/function-schedule.ts';
import { HttpApi } from './constructs/http-api.ts';
import { MassMessageTracking } from './constructs/mass-message-tracking.ts';
import { SecretPrefix } from './constructs/secret-prefix.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import type { StageConfig } from './stage-config.ts';
import { observeTimeoutSeconds } from './workflows/mass-message-tracking.ts';

export interface ServiceStackProps extends StackProps {
  readonly config: StageConfig;
  /** The folder that build.ts wrote. */
  readonly code: Code;
  readonly accounts: ITableV2;
  readonly massMessages: ITableV2;
  /** With egress `fixed-ip`: where the addresses are. */
  readonly vpc?: IVpc | undefined;
}

/** What a function is given for each capability, under the names that its fragment in shared/env.ts parses. */
type Env<Fragment extends keyof typeof env> = (typeof env)[Fragment] extends z.ZodType ? z.input<(typeof env)[Fragment]> : never;

/** Everything that can be deployed anew at any time. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, { ...props, description: `Waybill ${props.config.stage}: its API, functions, workflow and schedules` });
    const { config, code, accounts, massMessages } = props;

    const bus = new EventBus(this, 'Events', {
      description: 'What became of messages, and what needs attention',
      kmsKey: customerKey(this, 'EventsKey', config),
    });
    const egress = createEgress(this, 'Egress', config.egress, props.vpc);
    const tokens = new SecretPrefix(
      this,
      `waybill/${config.stage}/tokens/`,
      'One token for each account, written by Waybill; accounts come and go without a deployment.',
    );
    const credentials = new SecretPrefix(
      this,
      `waybill/${config.stage}/credentials/`,
      'One credential for each account, written by an operator; accounts come and go without a deployment.',
    );

    const accountsEnv: Env<'accountsEnv'> = { ACCOUNTS_TABLE: accounts.tableName };
    const massMessagesEnv: Env<'massMessagesEnv'> = { MASS_MESSAGES_TABLE: massMessages.tableName };
    const officialAccountEnv: Env<'officialAccountEnv'> = { OFFICIAL_ACCOUNT_URL: config.upstream.officialAccountUrl };
    const tokenWriterEnv: Env<'tokenWriterEnv'> = {
      TOKENS_PREFIX: tokens.prefix,
      CREDENTIALS_PREFIX: credentials.prefix,
      KMS_KEY_ID: config.kmsKeyArn === 'service-owned' ? undefined : config.kmsKeyArn,
    };
    const trackingEnv: Env<'trackingEnv'> = { TRACKING_SCHEDULE: JSON.stringify(config.tracking) };
    const eventsEnv: Env<'eventsEnv'> = { EVENT_BUS: bus.eventBusName };
    const callerEnv: Env<'callerEnv'> = { ACCOUNTS_CLAIM: config.auth.kind === 'jwt' ? config.auth.accountsClaim : undefined };

    // Tokens
    const tokenWriter = {
      code,
      config,
      egress,
      environment: { ...accountsEnv, ...tokenWriterEnv, ...officialAccountEnv, ...eventsEnv },
    };
    const refreshToken = new ServiceFunction(this, 'RefreshToken', {
      ...tokenWriter,
      entry: 'accounts/refresh-token',
      description: 'Renews the token of one account, one caller at a time',
      timeout: Duration.seconds(25), // inside the 29 s of an operation that waits for it
    });
    const refreshDueTokens = new ServiceFunction(this, 'RefreshDueTokens', {
      ...tokenWriter,
      entry: 'accounts/refresh-due-tokens',
      description: 'Renews every token that is about to expire',
      ...scheduled,
    });
    for (const writer of [refreshToken, refreshDueTokens]) {
      writer.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], accounts.tableArn);
      writer.allowSecrets(['secretsmanager:GetSecretValue'], credentials);
      writer.allowSecrets(['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:CreateSecret'], tokens);
      writer.allow(['events:PutEvents'], bus.eventBusArn);
    }
    refreshDueTokens.allow(['dynamodb:Scan'], accounts.tableArn);
    const tokenReaderEnv: Env<'tokenReaderEnv'> = {
      TOKENS_PREFIX: tokens.prefix,
      REFRESH_TOKEN_FUNCTION: refreshToken.fn.functionName,
    };

    // Tracking
    const observe = new ServiceFunction(this, 'Observe', {
      code,
      config,
      egress,
      entry: 'official-account/observe',
      description: 'Step of mass-message-tracking: asks WeChat about one mass message and says when to look again',
      environment: { ...accountsEnv, ...massMessagesEnv, ...tokenReaderEnv, ...officialAccountEnv, ...trackingEnv, ...eventsEnv },
      timeout: Duration.seconds(observeTimeoutSeconds),
    });
    observe.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], accounts.tableArn);
    observe.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], massMessages.tableArn);
    observe.allowSecrets(['secretsmanager:GetSecretValue'], tokens);
    observe.allowInvoking(refreshToken);
    observe.allow(['events:PutEvents'], bus.eventBusArn);

    const { machineArn } = new MassMessageTracking(this, 'MassMessageTracking', { observe: observe.fn, config });
    const workflowEnv: Env<'workflowEnv'> = { TRACKING_STATE_MACHINE: machineArn };

    const resumeStalled = new ServiceFunction(this, 'ResumeStalled', {
      code,
      config,
      entry: 'official-account/resume-stalled',
      description: 'Starts trackings again that are well past their next step',
      environment: { ...accountsEnv, ...massMessagesEnv, ...trackingEnv, ...workflowEnv, ...eventsEnv },
      ...scheduled,
    });
    resumeStalled.allow(['dynamodb:UpdateItem'], accounts.tableArn);
    resumeStalled.allow(['dynamodb:PutItem'], massMessages.tableArn);
    resumeStalled.allow(['dynamodb:Query'], `${massMessages.tableArn}/index/due`);
    resumeStalled.allow(['states:StartExecution'], machineArn);
    resumeStalled.allow(['events:PutEvents'], bus.eventBusArn);

    // API
    const track = new ServiceFunction(this, 'Track', {
      code,
      config,
      entry: 'official-account/track',
      description: 'Registers a mass message to be followed to its end',
      environment: { ...callerEnv, ...accountsEnv, ...massMessagesEnv, ...trackingEnv, ...workflowEnv },
      timeout: recordsTimeout,
    });
    track.allow(['dynamodb:GetItem'], accounts.tableArn);
    track.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], massMessages.tableArn);
    track.allow(['states:StartExecution'], machineArn);

    const records = { code, config, environment: { ...callerEnv, ...accountsEnv, ...massMessagesEnv }, timeout: recordsTimeout };
    const get = new ServiceFunction(this, 'Get', {
      ...records,
      entry: 'official-account/get',
      description: 'Returns one mass message with its history',
    });
    get.allow(['dynamodb:GetItem'], accounts.tableArn, massMessages.tableArn);

    const list = new ServiceFunction(this, 'List', {
      ...records,
      entry: 'official-account/list',
      description: 'Lists the mass messages of an account',
    });
    list.allow(['dynamodb:GetItem'], accounts.tableArn);
    list.allow(['dynamodb:Query'], `${massMessages.tableArn}/index/by_submitted_at`);

    const getLiveStatus = new ServiceFunction(this, 'GetLiveStatus', {
      code,
      config,
      egress,
      entry: 'official-account/get-live-status',
      description: 'Asks WeChat for the status of a mass message now',
      environment: { ...callerEnv, ...accountsEnv, ...tokenReaderEnv, ...officialAccountEnv },
      timeout: Duration.seconds(29), // API Gateway hangs up after 30 s; better that we answer than that it does
    });
    getLiveStatus.allow(['dynamodb:GetItem'], accounts.tableArn);
    getLiveStatus.allowSecrets(['secretsmanager:GetSecretValue'], tokens);
    getLiveStatus.allowInvoking(refreshToken);

    const { apiId, apiUrl } = new HttpApi(this, 'HttpApi', {
      config,
      handlers: {
        'official-account/track': track.fn,
        'official-account/get': get.fn,
        'official-account/list': list.fn,
        'official-account/get-live-status': getLiveStatus.fn,
      },
    });

    new FunctionSchedule(this, 'RefreshDueTokensRate', {
      fn: refreshDueTokens.fn,
      everyMinutes: config.schedules.refreshDueTokensEveryMinutes,
      description: 'Renews tokens before they expire',
    });
    new FunctionSchedule(this, 'ResumeStalledRate', {
      fn: resumeStalled.fn,
      everyMinutes: config.schedules.resumeStalledEveryMinutes,
      description: 'Brings stalled trackings back',
    });

    new CfnOutput(this, 'ApiId', { value: apiId });
    new CfnOutput(this, 'ApiUrl', { value: apiUrl });
    new CfnOutput(this, 'EventBusName', { value: bus.eventBusName });
    new CfnOutput(this, 'TrackingStateMachineArn', { value: machineArn });
    if (config.kmsKeyArn !== 'service-owned') new CfnOutput(this, 'KmsKeyArn', { value: config.kmsKeyArn });
    new CfnOutput(this, 'RefreshTokenFunctionName', { value: refreshToken.fn.functionName });
    // A network stack stays when a stage leaves it: that it is there does not say that it is used.
    new CfnOutput(this, 'EgressKind', { value: config.egress.kind });
    if (config.egress.kind === 'existing-vpc')
      new CfnOutput(this, 'EgressSubnets', {
        value: config.egress.privateSubnetIds.join(','),
        description: `The addresses behind which these subnets leave are yours. ${whereAddressesGo}`,
      });
  }
}

/** A few single-item calls to DynamoDB; the rest is room for a cold start and the SDK's own retries. */
const recordsTimeout = Duration.seconds(10);

/**
 * A run that takes longer than its interval would meet the next one: leases and conditions allow that, a minute keeps it
 * rare. The next run does what this one could not, so Lambda repeats none.
 */
const scheduled = { timeout: Duration.seconds(60), async: { retryAttempts: 0, maxEventAge: Duration.seconds(60) } };
