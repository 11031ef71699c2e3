import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { LocalFailure } from './failure.ts';

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Takes all output; its last lines are part of the failure. */
  readonly log: string;
  readonly signal: AbortSignal;
}

/**
 * Runs a command to its end.
 * @throws {LocalFailure} `what` failed, with the last lines of its output; the signal's reason when that was aborted.
 */
export const runCommand = async (what: string, file: string, args: readonly string[], options: CommandOptions): Promise<void> => {
  const { cwd, env, log, signal } = options;
  signal.throwIfAborted();
  const output = openSync(log, 'w', 0o600);
  try {
    const status = await new Promise<number | string>((resolve, reject) => {
      // In a group of its own: Ctrl-C reaches us alone, and we end it with all that it started.
      const child = spawn(file, args, { cwd, env, stdio: ['ignore', output, output], detached: true });
      const end = () => killGroup(child.pid, 'SIGTERM');
      signal.addEventListener('abort', end, { once: true });
      child.once('error', reject);
      child.once('close', (code, killedBy) => {
        signal.removeEventListener('abort', end);
        resolve(code ?? killedBy ?? 'unknown');
      });
    });
    signal.throwIfAborted();
    if (status !== 0) throw new LocalFailure(`${what} failed (${status}). ${endOf(log)}`);
  } finally {
    closeSync(output);
  }
};

/** The last lines of a log, for the message of a failure. */
export const endOf = (log: string): string => {
  const text = readFileSync(log, 'utf8').trimEnd();
  if (text === '') return `${relative('.', log)} is empty.`;
  const lines = text.split('\n').slice(-25);
  return `The end of ${relative('.', log)}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
};

/** Signals a process that was started `detached`, and its children. */
export const killGroup = (pid: number | undefined, name: NodeJS.Signals): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended already.
  }
};
