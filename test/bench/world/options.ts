import { parseArgs } from 'node:util';

/** Options of the command line that are whole numbers, e.g. `--members 1000`, where they differ from these. Ends the process for anything else. */
export const numbersWith = <N extends string>(usual: Readonly<Record<N, number>>): Readonly<Record<N, number>> => {
  const options = Object.fromEntries(Object.keys(usual).map((name) => [name, { type: 'string' as const }]));
  try {
    const given = Object.entries(parseArgs({ options }).values).map(([name, value]) => {
      if (!/^[1-9]\d*$/.test(String(value))) throw new Error(`--${name} takes a whole number from 1`);
      return [name, Number(value)];
    });
    return { ...usual, ...Object.fromEntries(given) };
  } catch (error) {
    const known = Object.entries(usual).map(([name, value]) => `--${name} N (${value})`);
    console.error(`${error instanceof Error ? error.message : error}\nThere is ${known.join(', ')}.`);
    process.exit(2);
  }
};
