import { parseArgs } from 'node:util';
import * as z from 'zod';
import { CommandFailure } from './command-failure.ts';
import { type CommandName, commandNames } from './help.ts';
import { account_id, addOptions, kindsWith, place } from './options.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const everywhere = { help: { ...flag, short: 'h' }, stage: text, region: text } as const;
const optionsOf = {
  add: {
    ...everywhere,
    'account-id': text,
    kind: { ...text, default: 'official_account' },
    ...{ appid: text, platform: text, corpid: text, agentid: text, 'suite-id': text, suite: text },
  },
  push: { ...everywhere, 'account-id': text, remove: flag },
  check: { ...everywhere, 'account-id': text },
  list: { ...everywhere, json: flag },
  remove: { ...everywhere, 'account-id': text, yes: flag, now: flag },
} as const satisfies Record<CommandName, object>;

const schemas = {
  add: addOptions,
  push: z.object({ ...place, 'account-id': account_id, remove: z.boolean().default(false) }),
  check: z.object({ ...place, 'account-id': account_id }),
  list: z.object({ ...place, json: z.boolean().default(false) }),
  remove: z.object({ ...place, 'account-id': account_id, yes: z.boolean().default(false), now: z.boolean().default(false) }),
};

export type Named<Name extends CommandName> = { readonly name: Name } & z.infer<(typeof schemas)[Name]>;
export type Command = { readonly name: 'help'; readonly of?: CommandName } | { [Name in CommandName]: Named<Name> }[CommandName];

/** --secret, --app-secret, --token, --encoding-aes-key, --permanent-code and the like. */
const secretOption =
  /^--?((app|component|corp|suite|access)[-_]?)*(secret|token|ticket|(permanent|auth)[-_]?code|(encoding[-_]?)?(aes[-_]?)?key)(=|$)/i;
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
  const reasons = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `--${key} is for --kind ${kindsWith(key)} alone`)
      : [`--${issue.path.join('.')} ${issue.message}`],
  );
  throw new CommandFailure(`${reasons.join('; ')}. ${moreAbout(word)}`);
};
