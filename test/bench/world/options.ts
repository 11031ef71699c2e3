import { parseArgs } from 'node:util';

/** Options of the command line that are whole numbers, e.g. `--members 1000`, where they differ from these. @throws for anything else */
export const numbersWith = <N extends string>(usual: Readonly<Record<N, number>>): Readonly<Record<N, number>> => {
  const options = Object.fromEntries(Object.keys(usual).map((name) => [name, { type: 'string' as const }]));
  const given = Object.entries(parseArgs({ options }).values).map(([name, value]) => {
    if (!/^\d+$/.test(String(value))) throw new Error(`--${name} takes a whole number`);
    return [name, Number(value)];
  });
  return { ...usual, ...Object.fromEntries(given) };
};
