import { Interrupted, LocalFailure } from './failure.ts';

/**
 * Runs an entry point to its end and sets the exit status: 0, 1 for a failure, 130 when it was interrupted before it was done.
 * SIGINT, SIGTERM and SIGHUP abort `signal`; a second one changes nothing, since all cleaning up is bounded.
 */
export const runEntry = async (main: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted('interrupted'));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);
  // A terminal that has gone away (SIGHUP) must not keep us from cleaning up.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    await main(controller.signal);
    process.exitCode = 0;
  } catch (error) {
    process.exitCode = controller.signal.aborted && (error instanceof Interrupted || isAbort(error)) ? 130 : 1;
    if (process.exitCode === 130) console.error('Interrupted; nothing is left running.');
    else console.error(error instanceof LocalFailure ? error.message : error);
  }
};

const isAbort = (error: unknown) => error instanceof Error && error.name === 'AbortError';
