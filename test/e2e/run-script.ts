import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { endOf } from '../../local/command.ts';

interface ScriptOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What is typed, or piped in. */
  readonly input: string;
  /** Takes all output; its last lines are part of the failure. */
  readonly log: string;
}
export interface Part {
  readonly title: string;
  readonly commands: string;
}

/**
 * Runs the parts one after the other in one bash, as somebody would who stops at the first thing that fails.
 * @returns how long each took, in milliseconds
 * @throws an Error that names the part that failed, with the end of the log
 */
export const runScript = async (parts: readonly Part[], { cwd, env, input, log }: ScriptOptions): Promise<number[]> => {
  const script = ['set -euo pipefail', ...parts.flatMap(({ commands }) => [commands, 'echo >&3'])].join('\n');
  const output = openSync(log, 'w', 0o600);
  // In the group of the tests, which local/e2e.ts ends as a whole if they are cut off.
  const child = spawn('bash', ['-c', script], { cwd, env, stdio: ['pipe', output, output, 'pipe'] });
  closeSync(output);
  const times: number[] = [];
  let last = performance.now();
  child.stdio[3]?.on('data', (marks: Buffer) => {
    for (const _ of marks) {
      times.push(performance.now() - last);
      last = performance.now();
    }
  });
  child.stdin?.on('error', () => undefined); // it ended without asking for all of it
  child.stdin?.end(input);
  const [status, killedBy] = await once(child, 'close');
  if (status !== 0) throw new Error(`'${parts[times.length]?.title}' failed (${status ?? killedBy}). ${endOf(log)}`);
  return times;
};
