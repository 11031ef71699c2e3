import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { LocalFailure } from './failure.ts';

/**
 * Takes a pid file for this process.
 * @returns what gives it back.
 * @throws {LocalFailure} when a process whose command line matches `mine` holds it.
 */
export const claimPidFile = (file: string, mine: RegExp, what: string): (() => void) => {
  for (;;) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = processOf(file, mine);
    if (holder !== undefined) throw new LocalFailure(`${what} is already running (process ${holder}).`);
    rmSync(file, { force: true });
  }
};

/** The process that a pid file names, if it lives and its command line matches: numbers are given out again after a restart. */
export const processOf = (file: string, mine: RegExp): number | undefined => {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  } catch {
    return undefined;
  }
  return pid > 0 && mine.test(commandLine(pid)) ? pid : undefined;
};

/** Empty when there is no such process. */
export const commandLine = (pid: number): string => {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
};
