import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { killGroup } from './command.ts';
import { runEntry } from './entry.ts';
import { LocalFailure } from './failure.ts';
import { createProgress } from './progress.ts';
import { preparePython } from './python.ts';
import { openRunFolder, removeRunFolder, stopLeftovers } from './run-folder.ts';
import { localFolder } from './stack.ts';

/** Runs the tests against a real deployment, in a folder that is cleaned up here, however the tests' own process ends. */
await runEntry(async (signal) => {
  await preparePython(resolve(localFolder), createProgress(), signal);
  const folder = await openRunFolder(localFolder, 'e2e');
  // One file after the other: each brings up a deployment of its own, and the windows of messages are seconds.
  const args = ['run', '--project', 'e2e', '--no-file-parallelism', ...process.argv.slice(2)];
  const vitest = [resolve('node_modules/vitest/vitest.mjs'), ...args];
  const env = { ...process.env, WAYBILL_E2E_FOLDER: resolve(folder) };
  // A group of its own, so that Ctrl-C comes to it once, from us.
  const child = spawn(process.execPath, vitest, { env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  const [status] = await once(child, 'exit');
  killGroup(child.pid, 'SIGKILL'); // what the tests had started, if they were cut off
  await stopLeftovers(folder);
  if (status === 0 || signal.aborted) await removeRunFolder(folder);
  signal.throwIfAborted();
  if (status !== 0) throw new LocalFailure(`The logs of the emulator and of the deployment are in ${folder}, until the next run.`);
});
