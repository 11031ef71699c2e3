import { DomainError } from '../../shared/errors.ts';
import { describeAwsTrouble } from './aws-trouble.ts';
import { CommandFailure, Interrupted } from './command-failure.ts';
import { type Command, readCommand } from './command-line.ts';
import { helpOf, overview } from './help.ts';
import type { Surroundings } from './run-command.ts';

/** The whole command. @returns its exit status: 0, 1 when something is to be mended, 130 at Ctrl-C */
export const runCli = async (args: readonly string[], around: Omit<Surroundings, 'clients'>): Promise<number> => {
  try {
    await run(readCommand(args), around);
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) {
      around.remark('Interrupted: nothing was changed.');
      return 130;
    }
    around.remark(describe(error));
    return 1;
  }
};

const run = async (command: Command, around: Omit<Surroundings, 'clients'>): Promise<void> => {
  if (command.name === 'help') return around.print(command.of ? helpOf[command.of] : overview);
  // Half a second of the SDK, which help and a wrong option need not wait for.
  const [{ openClients }, { runCommand }] = await Promise.all([import('./clients.ts'), import('./run-command.ts')]);
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL = '' } = process.env; // the second is the AWS CLI's name for it
  if (AWS_ENDPOINT_URL !== '' && !/^https?:$/.test(URL.parse(AWS_ENDPOINT_URL)?.protocol ?? ''))
    throw new CommandFailure(
      `AWS_ENDPOINT_URL is ${AWS_ENDPOINT_URL}, which is no address such as http://127.0.0.1:4590: mend it, or unset it.`,
    );
  const region = command.region ?? around.stages[command.stage]?.region ?? (AWS_REGION || AWS_DEFAULT_REGION);
  using clients = openClients({ ...(region && { region }) });
  await runCommand(command, { ...around, clients });
};

/** In words; of a fault of ours, which nobody at the terminal can mend, all there is to report. */
const describe = (error: unknown): string => {
  if (error instanceof CommandFailure || error instanceof DomainError) return error.message;
  return describeAwsTrouble(error) ?? `This should not happen: ${error instanceof Error ? error.stack : String(error)}`;
};
