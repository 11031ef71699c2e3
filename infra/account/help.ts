export const commandNames = ['add', 'check', 'list', 'remove'] as const;
export type CommandName = (typeof commandNames)[number];

const place = `  --stage STAGE         the deployed stage: waybill-STAGE-stateful and waybill-STAGE-service
  --region REGION       where it is deployed; without it AWS_REGION, then what the AWS profile says`;
const accountId = '  --account-id ID       what the API and the events call it: 1 to 32 of a-z, 0-9 and -';

export const overview = `The accounts of WeChat that a deployed stage of Waybill works for.

  npm run account -- add    --stage STAGE --account-id ID --appid APPID
  npm run account -- check  --stage STAGE --account-id ID
  npm run account -- list   --stage STAGE
  npm run account -- remove --stage STAGE --account-id ID

${place}

add --help and so on tell the rest. AWS credentials are found as the AWS CLI finds them; AWS_ENDPOINT_URL leads to an emulator.`;

export const helpOf: Readonly<Record<CommandName, string>> = {
  add: `Stores an account's AppID and AppSecret, and has the service fetch a token with them. Again, to replace the AppSecret.

  npm run account -- add --stage prod --account-id oa-main --appid wx0123456789abcdef
  npm run -s account -- add ... < file-with-the-appsecret

${place}
${accountId}
  --appid APPID         the Official Account's AppID
  --kind KIND           official_account, which is the only one and the default

The AppSecret is asked for without echo, or read from standard input. It is no option: it would stay in the shell's history.`,
  check: `Has the service itself ask WeChat for a token, from its own address, and says what came of it. Status 0: a token can be had.

  npm run account -- check --stage prod --account-id oa-main

${place}
${accountId}

It does not wait for the end of the pause that follows a failed attempt: what has just been mended is tried at once.`,
  list: `The accounts of a stage, their tokens, and what needs attention.

  npm run account -- list --stage prod
  npm run -s account -- list --stage prod --json

${place}
  --json                for machines: an array`,
  remove: `Removes an account and its secrets. The records of its messages stay.

  npm run account -- remove --stage prod --account-id oa-main

${place}
${accountId}
  --yes                 does not ask
  --now                 deletes the secrets at once; without it they can be restored for 7 days, which add does`,
};

/** What to type next, in messages. */
export const commandLine = (name: CommandName, stage: string, accountId?: string): string =>
  `npm run account -- ${name} --stage ${stage}${accountId === undefined ? '' : ` --account-id ${accountId}`}`;
