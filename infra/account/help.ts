import type { Account } from '../../shared/domain/account.ts';
import { termsOf } from './terms.ts';

export const commandNames = ['add', 'push', 'check', 'list', 'remove'] as const;
export type CommandName = (typeof commandNames)[number];

const place = `  --stage STAGE         the deployed stage: waybill-STAGE-stateful and waybill-STAGE-service
  --region REGION       where it is deployed; without it what infra/stages.ts says, then AWS_REGION, then the AWS profile`;
const accountId = '  --account-id ID       what the API and the events call it: 1 to 32 of a-z, 0-9 and -';

export const overview = `The accounts of WeChat and WeCom that a deployed stage of Waybill works for.

  npm run account -- add    --stage STAGE --account-id ID [--kind KIND] --appid APPID | --corpid CORPID | --suite-id SUITE_ID
  npm run account -- push   --stage STAGE --account-id ID
  npm run account -- check  --stage STAGE --account-id ID
  npm run account -- list   --stage STAGE
  npm run account -- remove --stage STAGE --account-id ID

${place}

add --help and so on tell the rest. AWS credentials are found as the AWS CLI finds them; AWS_ENDPOINT_URL leads to an emulator.`;

export const helpOf: Readonly<Record<CommandName, string>> = {
  add: `Stores what an account's token is asked for with, and has the service fetch one. Again, to replace it.

  npm run account -- add --stage prod --account-id oa-main --appid wx0123456789abcdef
  npm run account -- add --stage prod --account-id wecom-main --kind wecom_app --corpid ww0123456789abcdef
  npm run -s account -- add ... < file-with-the-secret

${place}
${accountId}
  --kind KIND           one of these; the first is the default:
      official_account                 has an AppSecret of its own, which is asked for
      third_party_platform             a "component", to which Official Accounts give their authorization: its AppSecret is asked for,
                                       and Token and EncodingAESKey of its pushes, without which its tickets are not understood
      authorized_official_account      an Official Account that authorized such a platform; nothing is asked for
      official_account_external_token  another system keeps its token and writes it into a secret, which this makes and names
      wecom_app                        an app of a corp's own on WeCom: its Secret is asked for; also one that a provider develops for
                                       the corp (代开发), whose permanent code is its Secret
      wecom_suite                      a provider's suite (第三方应用), which corps install: its suite_secret is asked for, and Token and
                                       EncodingAESKey of its pushes, without which its tickets are not understood
      wecom_suite_app                  what a corp installed of such a suite: the permanent code is asked for
      wecom_external_token             another system keeps the token of an app on WeCom, as above
  --appid APPID         of the first four: the AppID of the Official Account, or of the third-party platform
  --platform ID         of an authorized_official_account: what this stage calls the platform that it authorized
  --corpid CORPID       of the others but wecom_suite: the corp's id (企业ID); of a provider's app as WeCom tells it to the provider
  --agentid AGENTID     of a wecom_app, if you like: which one it is
  --suite-id SUITE_ID   of a wecom_suite: its SuiteID
  --suite ID            of a wecom_suite_app: what this stage calls the suite that the corp installed

Secrets are asked for without echo, or read from standard input, each on a line of its own, in this order. They are no options: they would
stay in the shell's history. When the secret of a platform or suite is replaced, an empty Token leaves that and the key as they are; after
remove, or push --remove, both are asked for again. Each app of a corp is an account of its own, with a token of its own.
Status 0 also where the first ticket of a platform or suite, or the other system's first token, has yet to come; an account of a platform or
suite that has no ticket yet ends with 1.`,
  push: `Stores what WeChat, or WeCom, signs and encrypts its pushes to an account with, and tells what to enter in its console. Again, to replace it.

  npm run account -- push --stage prod --account-id oa-main
  npm run -s account -- push ... < file-with-token-and-key-on-two-lines

${place}
${accountId}
  --remove              deletes it at once: the service takes no pushes to this account any more, until it is stored anew

Token: 3 to 32 letters and digits, thought up by yourself. EncodingAESKey: 43 letters and digits; without one, pushes come in plain mode,
which neither a third-party platform nor WeCom has. Both are entered in the console as well. They are asked for without echo, or read from
standard input. How many a mass message reached, and why one failed, WeChat tells by pushes alone; states are followed without them too.
WeCom pushes nothing about group messages: a wecom_suite needs its pushes for the tickets, a wecom_app only where WeCom wants such a URL
before it takes trusted IPs.`,
  check: `Has the service itself ask WeChat for a token, from its own address, and says what came of it.

  npm run account -- check --stage prod --account-id oa-main

${place}
${accountId}

It does not wait for the end of the pause that follows a failed attempt: what has just been mended is tried at once. Of an account that
authorized a third-party platform or a suite, that is tried too if it has no token; nothing is asked where another system keeps the token.
Status 0: there is a token, and nothing that the service knows of is lacking for mass messages or group messages. What only their lists
show of WeCom, an address that is not trusted or a permission that is missing, is known once a sync has met it.`,
  list: `The accounts of a stage, their tokens, and what needs attention.

  npm run account -- list --stage prod
  npm run -s account -- list --stage prod --json

${place}
  --json                for machines: an array

PLATFORM is the third-party platform that an account authorized, SUITE the suite that it is of; TICKET, when the one that is kept for a
platform or suite arrived. Tickets come every ten minutes; of a platform's one an hour is kept: older than two hours, or half an hour of a
suite, they do not arrive any more. LAST SYNC is how the last one of a WeCom account ended, and when.`,
  remove: `Removes an account and its secrets. The records of its messages stay, and belong to the id.

  npm run account -- remove --stage prod --account-id oa-main

${place}
${accountId}
  --yes                 does not ask; also removes a platform or suite that accounts of the stage depend on
  --now                 deletes every secret at once, also those that are kept for 7 days otherwise

Token and key of its pushes, its ticket and its authorization are deleted at once. What its token is asked for with, and the token, are kept
for 7 days, in which Secrets Manager can restore them. add asks for everything anew; only what another system wrote is there again, if it is
added with the same AppID; not so of WeCom, where a corp may have several apps. An id that is used again inherits nothing else, whichever
account of WeChat's it is for.`,
};

/** What to type next, in messages. */
export const commandLine = (name: CommandName, stage: string, accountId?: string): string =>
  `npm run account -- ${name} --stage ${stage}${accountId === undefined ? '' : ` --account-id ${accountId}`}`;

/** The command that added it, or would have. */
export const addLine = (
  stage: string,
  { account_id, kind, upstream_id, platform }: Pick<Account, 'account_id' | 'kind' | 'upstream_id' | 'platform'>,
) =>
  [
    commandLine('add', stage, account_id),
    ...(kind === 'official_account' ? [] : [`--kind ${kind}`]),
    `--${termsOf(kind).option} ${upstream_id}`,
    ...(platform === undefined ? [] : [`--${termsOf(kind).through?.option ?? 'platform'} ${platform}`]),
  ].join(' ');

/** What to type for an id that is not known here. */
export const placeholder = { third_party_platform: 'ITS_APPID', wecom_suite: 'ITS_SUITE_ID' } as const;
