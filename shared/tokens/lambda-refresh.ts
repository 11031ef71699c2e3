import { logger } from '../logger.ts';
import { TokenUnavailableError } from './errors.ts';
import { type RequestRefresh, refreshOutcome } from './refresh-contract.ts';

/** Asks the refresh-token function. Its client is loaded only by a process that needs a renewal: most never do. */
export const refreshThroughLambda = (functionName: string): RequestRefresh => {
  let client: Promise<(payload: string) => Promise<string>> | undefined;
  return async (request) => {
    client ??= import('./lambda-invoker.ts').then(({ invoker }) => invoker(functionName));
    const answer = await (await client)(JSON.stringify(request)).catch((cause: unknown) => {
      logger.error('refresh-token failed', cause instanceof Error ? cause : String(cause));
      throw new TokenUnavailableError(refreshFailed, 5, { cause });
    });
    return refreshOutcome.parse(JSON.parse(answer));
  };
};

const refreshFailed = {
  code: 'TOKEN_REFRESH_FAILED',
  detail: 'The function that renews tokens failed.',
  hint: 'Repeat; if it lasts, look at the log of refresh-token.',
  http_status: 503,
  blocked: false,
};
