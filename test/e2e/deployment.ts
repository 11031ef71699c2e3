import { join } from 'node:path';
import { freePort } from '../../local/port.ts';
import type { Progress } from '../../local/progress.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';

/** What local/e2e.ts made for this run and cleans up after it. */
const runFolder = (() => {
  const given = process.env['WAYBILL_E2E_FOLDER'];
  if (given === undefined) throw new Error('these tests are run by: npm run e2e');
  return given;
})();

type Deployment = 'iam' | 'jwt' | 'failure' | 'push' | 'sync';
/** One for each file, with an emulator of its own: none depends on what another has left behind. */
export const folderOf = (name: Deployment | 'deploy-page'): string => join(runFolder, name);

export const quiet: Progress = { step: (_, work) => work(), line: () => undefined, status: () => undefined };

/**
 * Stage `local` as it comes, or as it was left when it was stopped.
 * @param script synthesizes it in place of local/synthesize.ts
 */
export const deployment = async (name: Deployment, script?: string): Promise<LocalStack> =>
  startLocalStack({
    folder: folderOf(name),
    simulatorPort: 0,
    emulator: { port: await freePort() },
    progress: quiet,
    signal: new AbortController().signal,
    script,
  });
