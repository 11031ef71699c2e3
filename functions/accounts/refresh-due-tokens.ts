import * as z from 'zod';
import { eventHandler } from '../../shared/event-handler.ts';
import { makeRefreshDueTokens } from '../../shared/tokens/refresh-due-tokens.ts';
import type { RefreshDependencies } from '../../shared/tokens/refresh-token.ts';
import { tokenFunctionDependencies } from '../../shared/tokens/token-functions.ts';

/** Runs every minute, so that operations seldom have to wait for a token. */
export const makeHandler = (dependencies: RefreshDependencies) => {
  const refreshDueTokens = makeRefreshDueTokens(dependencies);
  return eventHandler(z.unknown(), (_event, deadline) => refreshDueTokens(deadline));
};

export const handler = makeHandler(tokenFunctionDependencies());
