import { freePort } from '../../local/port.ts';
import type { Progress } from '../../local/progress.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';

/** What local/e2e.ts made for this run and cleans up after it. */
export const folder = (() => {
  const given = process.env['WAYBILL_E2E_FOLDER'];
  if (given === undefined) throw new Error('these tests are run by: npm run e2e');
  return given;
})();

const quiet: Progress = { step: (_, work) => work(), line: () => undefined, status: () => undefined };

export const deployment = async (): Promise<LocalStack> =>
  startLocalStack({
    folder,
    simulatorPort: 0,
    emulator: { port: await freePort() },
    progress: quiet,
    signal: new AbortController().signal,
  });
