import type { Stack } from 'aws-cdk-lib';
import { Duration } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type * as z from 'zod';
import type * as env from '../../shared/env.ts';
import { customerKey } from '../constructs/customer-key.ts';
import { createEgress } from '../constructs/egress.ts';
import { SecretPrefix } from '../constructs/secret-prefix.ts';
import type { StageConfig } from '../stage-config.ts';
import { tagsOf } from '../stage-tags.ts';
import type { Tables } from '../stateful-stack.ts';

/** What the service is given from outside. */
export interface ServiceInputs extends Tables {
  readonly config: StageConfig;
  /** The folder that build.ts wrote. */
  readonly code: Code;
  /** With egress `fixed-ip`: where the addresses are. */
  readonly vpc?: IVpc | undefined;
  /** With egress `fixed-ip`: the addresses. */
  readonly addresses?: readonly string[] | undefined;
}

/** What a function is given for each capability, under the names that its fragment in shared/env.ts parses. */
type Env<Fragment extends keyof typeof env> = (typeof env)[Fragment] extends z.ZodType ? z.input<(typeof env)[Fragment]> : never;

/** What functions share, made once; the constructs are children of the stack, whose logical ids stay as they are. */
export const createParts = (stack: Stack, inputs: ServiceInputs) => {
  const { config, accounts, massMessages, articles, groupMessages, groupTasks, deliveries, syncs } = inputs;
  const bus = new EventBus(stack, 'Events', {
    description: 'What became of messages, and what needs attention',
    kmsKey: customerKey(stack, 'EventsKey', config),
  });
  const secrets = (kind: string, whose: string) =>
    new SecretPrefix(stack, `waybill/${config.stage}/${kind}/`, `${whose}; accounts come and go without a deployment.`);
  const prefixes = {
    tokens: secrets('tokens', 'One token for each account, written by Waybill'),
    credentials: secrets('credentials', 'One credential for each account, written by an operator'),
    push: secrets('push', 'What the pushes of each account are signed with, written by an operator'),
    tickets: secrets('tickets', 'The newest ticket of each third-party platform, written by Waybill'),
    authorizations: secrets('authorizations', 'The authorization of each account of a third-party platform, written by Waybill'),
  };
  const newSecret = {
    KMS_KEY_ID: config.kmsKeyArn === 'service-owned' ? undefined : config.kmsKeyArn,
    SECRET_TAGS: JSON.stringify(tagsOf(config)),
  };
  const accountsEnv: Env<'accountsEnv'> = { ACCOUNTS_TABLE: accounts.tableName };
  const massMessagesEnv: Env<'massMessagesEnv'> = { MASS_MESSAGES_TABLE: massMessages.tableName };
  const articlesEnv: Env<'articlesEnv'> = { ARTICLES_TABLE: articles.tableName };
  const groupMessagesEnv: Env<'groupMessagesEnv'> = { GROUP_MESSAGES_TABLE: groupMessages.tableName };
  const groupTasksEnv: Env<'groupTasksEnv'> = { GROUP_TASKS_TABLE: groupTasks.tableName };
  const deliveriesEnv: Env<'deliveriesEnv'> = { DELIVERIES_TABLE: deliveries.tableName };
  const syncsEnv: Env<'syncsEnv'> = { SYNCS_TABLE: syncs.tableName };
  const officialAccountEnv: Env<'officialAccountEnv'> = { OFFICIAL_ACCOUNT_URL: config.upstream.officialAccountUrl };
  const wecomEnv: Env<'wecomEnv'> = { WECOM_URL: config.upstream.wecomUrl };
  const tokenWriterEnv: Env<'tokenWriterEnv'> = {
    TOKENS_PREFIX: prefixes.tokens.prefix,
    CREDENTIALS_PREFIX: prefixes.credentials.prefix,
    ...newSecret,
  };
  const platformsEnv: Env<'platformsEnv'> = {
    TICKETS_PREFIX: prefixes.tickets.prefix,
    AUTHORIZATIONS_PREFIX: prefixes.authorizations.prefix,
  };
  const ticketWriterEnv: Env<'ticketWriterEnv'> = { TICKETS_PREFIX: prefixes.tickets.prefix, ...newSecret };
  const pushEnv: Env<'pushEnv'> = { PUSH_SECRETS_PREFIX: prefixes.push.prefix };
  const trackingEnv: Env<'trackingEnv'> = { TRACKING_SCHEDULE: JSON.stringify(config.tracking) };
  const syncEnv: Env<'syncEnv'> = { SYNC_SCHEDULE: JSON.stringify(config.sync) };
  const eventsEnv: Env<'eventsEnv'> = { EVENT_BUS: bus.eventBusName };
  const egressEnv: Env<'egressEnv'> = { EGRESS_ADDRESSES: inputs.addresses?.join(',') };
  const callerEnv: Env<'callerEnv'> = { ACCOUNTS_CLAIM: config.auth.kind === 'jwt' ? config.auth.accountsClaim : undefined };
  return {
    ...inputs,
    stack,
    bus,
    egress: createEgress(stack, 'Egress', config.egress, inputs.vpc),
    ...prefixes,
    env: {
      ...{ accountsEnv, massMessagesEnv, articlesEnv, groupMessagesEnv, groupTasksEnv, deliveriesEnv, syncsEnv },
      ...{ officialAccountEnv, wecomEnv, tokenWriterEnv, platformsEnv, ticketWriterEnv },
      ...{ pushEnv, trackingEnv, syncEnv, eventsEnv, egressEnv, callerEnv },
    },
  };
};
export type Parts = ReturnType<typeof createParts>;

/** Making a secret where there is none yet, and writing it from then on. */
export const writeSecret = ['secretsmanager:PutSecretValue', 'secretsmanager:CreateSecret', 'secretsmanager:TagResource'];

/** A few single-item calls to DynamoDB; the rest is room for a cold start and the SDK's own retries. */
export const recordsTimeout = Duration.seconds(10);

/** API Gateway hangs up after 30 s; better that we answer than that it does. */
export const liveTimeout = Duration.seconds(29);

/**
 * A run that takes longer than its interval would meet the next one: leases and conditions allow that, a minute keeps it
 * rare. The next run does what this one could not, so Lambda repeats none.
 */
export const scheduled = { timeout: Duration.seconds(60), async: { retryAttempts: 0, maxEventAge: Duration.seconds(60) } };
