import { readFileSync } from 'node:fs';
import * as z from 'zod';

const page = readFileSync('docs/deploy.md', 'utf8');

const section = (heading: string) => {
  const text = page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`));
  if (text === undefined) throw new Error(`docs/deploy.md has no section '${heading}'`);
  return text;
};

const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block);

/** The shell's part of the five steps: what is chosen before the first, then the commands of each, as they stand. */
export const readSteps = () => {
  const [before = '', ...steps] = section('Five steps to the first tracked message').split(/^\*\*(?=\d+\. )/m);
  const only = (text: string, where: string) => {
    const [block, ...more] = blocks(text, 'sh');
    if (block === undefined || more.length > 0) throw new Error(`${where} of docs/deploy.md should have one block of commands`);
    return block;
  };
  return {
    choice: only(before, 'what comes before the steps'),
    steps: steps.map((text, index) => {
      const title = /^(\d+)\. (.*?)\*\*/.exec(text)?.[2]?.replace(/\.$/, '');
      if (title === undefined || !text.startsWith(`${index + 1}. `)) throw new Error(`step ${index + 1} of docs/deploy.md has no title`);
      return { title, commands: only(text, `step ${index + 1}`) };
    }),
  };
};

/** The commands of the nth `text` block of a section, with its capitals filled in. */
export const readCommands = (heading: string, filled: Readonly<Record<string, string>>, nth = 0): string => {
  const block = blocks(section(heading), 'text')[nth];
  if (block === undefined) throw new Error(`'${heading}' of docs/deploy.md should have ${nth + 1} blocks of commands`);
  return fill(block, filled);
};

const fill = (text: string, values: Readonly<Record<string, string>>) =>
  Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(name, value), text);

const policy = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.tuple([z.strictObject({ Effect: z.literal('Allow'), Action: z.string(), Resource: z.array(z.string()) })]),
});
export type Policy = z.infer<typeof policy>;

type Place = Readonly<Record<'REGION' | 'ACCOUNT' | 'API_ID', string>>;

/** The policy for a caller of one account, `oa-main`, with its capitals filled in. */
export const readPolicy = (place: Place): Policy => {
  const [text = '', ...more] = blocks(section('Who may call'), 'json');
  if (more.length > 0) throw new Error("'Who may call' of docs/deploy.md should have one policy");
  return policy.parse(JSON.parse(fill(text, place)));
};

/** The policy of somebody who may do what a row of the table says, and nothing else. @param to how the row begins */
export const readPolicyOfRow = (to: string, place: Place): Policy => {
  const { Statement, ...others } = readPolicy(place);
  const [statement] = Statement;
  const row = section('Who may call')
    .split('\n')
    .find((line) => line.startsWith(`| ${to}`));
  const paths = [...(row ?? '').matchAll(/`([A-Z]+\/v1[^`]*)`/g)].map(([, path = '']) => path);
  if (paths.length === 0) throw new Error(`'Who may call' of docs/deploy.md should have a row '${to}' with paths`);
  const prefix = statement.Resource[0]?.replace(/(?<=\/\$default\/).*/, '');
  return { ...others, Statement: [{ ...statement, Resource: paths.map((path) => `${prefix}${path}`) }] };
};
