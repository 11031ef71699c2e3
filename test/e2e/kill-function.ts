import { readFileSync } from 'node:fs';
import { processesOf } from './listening.ts';

/**
 * Ends the processes of a function in the middle of what they do, as the death of the machine below Lambda would; Linux only.
 * @param leader of the emulator's group
 * @returns how many there were
 */
export const killFunction = (leader: number, name: RegExp): number => {
  const running = processesOf(leader).filter((pid) => name.test(functionOf(pid)));
  for (const pid of running) process.kill(pid, 'SIGKILL');
  return running.length;
};

const functionOf = (pid: number): string => {
  try {
    return /(?:^|\0)AWS_LAMBDA_FUNCTION_NAME=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1] ?? '';
  } catch {
    return ''; // ended while we looked
  }
};
