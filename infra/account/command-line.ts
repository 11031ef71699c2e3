import { parseArgs } from 'node:util';
import * as z from 'zod';
import { accountId } from '../../shared/domain/account.ts';
import { CommandFailure } from './command-failure.ts';
import { type CommandName, commandNames } from './help.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const everywhere = { help: { ...flag, short: 'h' }, stage: text, region: text } as const;
const optionsOf = {
  add: { ...everywhere, 'account-id': text, appid: text, kind: text, platform: text },
  push: { ...everywhere, 'account-id': text, remove: flag },
  check: { ...everywhere, 'account-id': text },
  list: { ...everywhere, json: flag },
  remove: { ...everywhere, 'account-id': text, yes: flag, now: flag },
} as const satisfies Record<CommandName, object>;

const required = (what: string) => ({
  error: (issue: { input?: unknown }) => (issue.input === undefined ? `is needed: ${what}` : undefined),
});
const place = {
  stage: z
    .string(required('the deployed stage, such as prod'))
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be the name of a stage, such as prod'),
  region: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'must be a region such as eu-west-1 or cn-north-1')
    .optional(),
};
const account_id = z.string(required('what the API calls the account, such as oa-main')).pipe(accountId);

const kinds = ['official_account', 'third_party_platform', 'authorized_official_account', 'official_account_external_token'] as const;

const schemas = {
  add: z
    .object({
      ...place,
      'account-id': account_id,
      // WeChat gives out wx and 16 hexadecimal digits; a simulated one has what it was told.
      appid: z.string(required('the AppID that WeChat shows')).regex(/^[\w-]+$/, 'must be letters and digits, as WeChat shows it'),
      kind: z.enum(kinds, `must be one of ${kinds.join(', ')}`).default('official_account'),
      platform: accountId.optional(),
    })
    .superRefine(({ kind, platform }, { addIssue }) => {
      const path = ['platform'];
      const isAuthorized = kind === 'authorized_official_account';
      if (isAuthorized && platform === undefined)
        addIssue({
          code: 'custom',
          path,
          message: 'is needed: what this stage calls the third-party platform that the account authorized',
        });
      if (!isAuthorized && platform !== undefined)
        addIssue({ code: 'custom', path, message: 'is for --kind authorized_official_account alone' });
    }),
  push: z.object({ ...place, 'account-id': account_id, remove: z.boolean().default(false) }),
  check: z.object({ ...place, 'account-id': account_id }),
  list: z.object({ ...place, json: z.boolean().default(false) }),
  remove: z.object({ ...place, 'account-id': account_id, yes: z.boolean().default(false), now: z.boolean().default(false) }),
};

export type Named<Name extends CommandName> = { readonly name: Name } & z.infer<(typeof schemas)[Name]>;
export type Command = { readonly name: 'help'; readonly of?: CommandName } | { [Name in CommandName]: Named<Name> }[CommandName];

/** --secret, --app-secret, --token, --encoding-aes-key and the like. */
const secretOption = /^--?((app|component)-?)*(secret|token|(encoding-?)?(aes-?)?key)(=|$)/i;
const generalHelp = 'npm run account -- --help tells more.';
const isCommand = (word: string): word is CommandName => (commandNames as readonly string[]).includes(word);

/** @throws CommandFailure with one line, which quotes nothing that could be a secret */
export const readCommand = ([word, ...args]: readonly string[]): Command => {
  if (word === undefined || word === '--help' || word === '-h' || word === 'help') return { name: 'help' };
  if (!isCommand(word)) throw new CommandFailure(`The commands are ${commandNames.join(', ')}. ${generalHelp}`);
  if (args.some((arg) => secretOption.test(arg)))
    throw new CommandFailure(
      "A secret is no option: it would stay in the shell's history, and the process list would show it. It is asked for, or read from standard input.",
    );
  const values = readOptions(word, args);
  if (values['help']) return { name: 'help', of: word };
  switch (word) {
    case 'add':
      return { name: word, ...check(word, schemas.add.safeParse(values)) };
    case 'push':
      return { name: word, ...check(word, schemas.push.safeParse(values)) };
    case 'check':
      return { name: word, ...check(word, schemas.check.safeParse(values)) };
    case 'list':
      return { name: word, ...check(word, schemas.list.safeParse(values)) };
    case 'remove':
      return { name: word, ...check(word, schemas.remove.safeParse(values)) };
  }
};

const moreAbout = (word: CommandName) => `npm run account -- ${word} --help tells more.`;

const readOptions = (word: CommandName, args: readonly string[]): Readonly<Record<string, unknown>> => {
  try {
    return parseArgs({ args: [...args], options: optionsOf[word] }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CommandFailure(`${whyUnreadable(word, error)}. ${moreAbout(word)}`);
  }
};

const whyUnreadable = (word: CommandName, { code, message }: TypeError & { readonly code?: string }): string | undefined => {
  // An argument that is no option may be a secret that somebody tried to hand over.
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return `${word} takes options only, and there is a word that is none`;
  const withoutValue = /^Option '(?:-\w, )?(--[\w-]+)(?: <value>' argument missing|' argument is ambiguous)/.exec(message)?.[1];
  return withoutValue === undefined ? message.split(/\. |\n/)[0] : `${withoutValue} needs a value, and there is none behind it`;
};

const check = <T>(word: CommandName, parsed: z.ZodSafeParseResult<T>): T => {
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`);
  throw new CommandFailure(`${reasons.join('; ')}. ${moreAbout(word)}`);
};
