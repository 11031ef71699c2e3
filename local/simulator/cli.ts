import { parseArgs } from 'node:util';
import { type CliOptions, optionNames, readOptions } from './cli-options.ts';
import { instructions, usage } from './cli-text.ts';
import { startSimulator } from './simulator.ts';

const fail = (line: string): never => {
  console.error(line);
  process.exit(1);
};

const parse = () => {
  try {
    return parseArgs({ options: optionNames }).values;
  } catch (error) {
    return fail(error instanceof Error ? (error.message.split(/\n|\. /)[0] ?? error.message) : String(error));
  }
};

const run = async ({ port, host, account, ...times }: CliOptions) => {
  const simulator = await startSimulator({ port, host, accounts: [account], ...times }).catch((error: NodeJS.ErrnoException) =>
    fail(
      error.code === 'EADDRINUSE'
        ? `Port ${port} is taken: choose another one with --port.`
        : `Cannot listen on ${host}, port ${port}: ${error.message}`,
    ),
  );
  const stop = () => void simulator.close();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  console.log(instructions(simulator.url, account));
};

const values = parse();
if (values.help) console.log(usage);
else {
  const options = readOptions(values);
  await (typeof options === 'string' ? fail(options) : run(options));
}
