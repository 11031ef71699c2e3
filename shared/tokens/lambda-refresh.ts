import { asLogged, logger } from '../logger.ts';
import { TokenUnavailableError } from './errors.ts';
import { stillBusy } from './failure.ts';
import { type RequestRefresh, refreshOutcome } from './refresh-contract.ts';

/** Asks the refresh-token function. Its client is loaded only by a process that needs a renewal: most never do. */
export const refreshThroughLambda = (functionName: string, now: () => Date = () => new Date()): RequestRefresh => {
  let invoke: Promise<(payload: string, signal: AbortSignal) => Promise<string>> | undefined;
  return async (request, deadline) => {
    invoke ??= import('./lambda-invoker.ts').then(({ invoker }) => invoker(functionName));
    const signal = AbortSignal.timeout(Math.max(0, deadline.getTime() - now().getTime()));
    try {
      return refreshOutcome.parse(JSON.parse(await (await invoke)(JSON.stringify(request), signal)));
    } catch (cause) {
      if (signal.aborted) return stillBusy;
      logger.error('refresh-token failed', asLogged(cause));
      throw new TokenUnavailableError(failed, 5, { cause });
    }
  };
};

const failed = {
  code: 'TOKEN_REFRESH_FAILED',
  detail: 'The function that renews tokens failed.',
  hint: 'Repeat; if it lasts, look at the log of refresh-token.',
  http_status: 503,
  blocked: false,
};
