import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOf, killGroup } from './command.ts';
import { LocalFailure } from './failure.ts';
import { endsByItself } from './patient-end.ts';
import { commandLine, processOf } from './pid-file.ts';
import { assertPortIsFree } from './port.ts';

export interface Emulator {
  readonly url: string;
  /** Aborted with the reason when the emulator ends without having been told to. */
  readonly died: AbortSignal;
  readonly pid: number;
  /** Writes the state, then ends it and the functions' processes: in seconds, the more the more records there are. */
  readonly stop: () => Promise<void>;
}

export interface EmulatorOptions {
  readonly python: string;
  /** Everything it writes, 0700: the state holds secrets in plain text. */
  readonly folder: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

const readyWithinMs = 30_000;
const isEmulator = /\bministack\b/;

/**
 * Starts MiniStack on a loopback port, IAM enforced, its state in `folder`.
 * @throws {LocalFailure} when the port is taken, or it does not become ready.
 */
export const startEmulator = async ({ python, folder, port, signal }: EmulatorOptions): Promise<Emulator> => {
  await stopLeftover(folder);
  await assertPortIsFree(port, '--port');
  const temporary = join(folder, 'tmp');
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  // It writes CommonJS below this folder: without a package.json of its own, ours would make that ESM and every function would die silently.
  writeFileSync(join(folder, 'package.json'), '{}\n');

  const url = `http://127.0.0.1:${port}`;
  const log = join(folder, 'emulator.log');
  const output = openSync(log, 'w', 0o600);
  // In a group of its own: Ctrl-C reaches us alone, and what remains of it can be ended together.
  const child = spawn(python, ['-m', 'ministack'], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', output, output],
    env: environment(folder, port),
  });
  closeSync(output);
  child.on('error', () => undefined); // then there is no pid
  if (child.pid === undefined) throw new LocalFailure(`The emulator cannot be started: ${python} does not run.`);
  const pid = child.pid;
  const pidFile = join(folder, 'emulator.pid');
  writeFileSync(pidFile, `${pid}\n`, { mode: 0o600 });

  const died = new AbortController();
  let stopping = false;
  child.once('exit', (status, killedBy) => {
    killGroup(pid, 'SIGKILL'); // functions' processes outlive an emulator that was killed
    rmSync(pidFile, { force: true });
    if (!stopping) died.abort(new LocalFailure(`The emulator has ended (${status ?? killedBy}). ${endOf(log)}`));
  });
  const stop = async () => {
    stopping = true;
    await end(child, pid, folder);
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }); // a function's process may be writing its last
  };
  try {
    await becomeReady(url, AbortSignal.any([signal, died.signal]), log);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, died: died.signal, pid, stop };
};

/** Its own environment leaks into the functions, and a proxy or a profile of the person's would change where calls go: it gets no other. */
const environment = (folder: string, port: number): NodeJS.ProcessEnv => ({
  LANG: 'C.UTF-8',
  HOME: join(folder, 'tmp'),
  TMPDIR: join(folder, 'tmp'),
  PATH: [resolve('node_modules/.bin'), process.env['PATH']].join(delimiter), // the functions' Node
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_REGION: 'us-east-1',
  BIND_HOST: '127.0.0.1',
  MINISTACK_HOST: '127.0.0.1',
  GATEWAY_PORT: String(port),
  IOT_MTLS_ENABLED: '0', // would listen on all interfaces
  SFTP_ENABLED: '0',
  AUTH: 'true',
  PERSIST_STATE: '1',
  STATE_DIR: stateIn(folder),
  S3_PERSIST: '1',
  S3_DATA_DIR: join(folder, 's3'),
  LOG_LEVEL: 'WARNING',
});

/** What a killed run has left in `folder` is ended, if it is ours and still there. */
export const stopLeftover = async (folder: string): Promise<void> => {
  const file = join(folder, 'emulator.pid');
  const pid = processOf(file, isEmulator);
  if (pid !== undefined) {
    await tellToEnd(pid, folder, () => isEmulator.test(commandLine(pid)));
  }
  rmSync(file, { force: true });
};

const becomeReady = async (url: string, signal: AbortSignal, log: string) => {
  const limit = AbortSignal.timeout(readyWithinMs);
  for (;;) {
    signal.throwIfAborted();
    if (limit.aborted) throw new LocalFailure(`The emulator is not ready after ${readyWithinMs / 1000} s. ${endOf(log)}`);
    const answer = await fetch(`${url}/_ministack/ready`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await sleep(50);
  }
};

const end = async (child: ChildProcess, pid: number, folder: string) => {
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  if (!isAlive()) return;
  const exited = once(child, 'exit');
  await tellToEnd(pid, folder, isAlive);
  await exited;
};

const tellToEnd = async (pid: number, folder: string, isAlive: () => boolean) => {
  const told = Date.now();
  process.kill(pid, 'SIGTERM');
  // Each of its files takes its name once it is whole, which the folder shows.
  const wrote = () => (statSync(stateIn(folder), { throwIfNoEntry: false })?.mtimeMs ?? 0) >= told;
  await endsByItself({ isAlive, wrote }, { now: () => new Date(), sleep });
  killGroup(pid, 'SIGKILL'); // functions' processes, too
};

const stateIn = (folder: string) => join(folder, 'state');
