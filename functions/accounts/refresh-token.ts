import { eventHandler } from '../../shared/event-handler.ts';
import { refreshRequest } from '../../shared/tokens/refresh-contract.ts';
import { makeRefreshToken, type RefreshDependencies } from '../../shared/tokens/refresh-token.ts';
import { tokenFunctionDependencies } from '../../shared/tokens/token-functions.ts';

/** Invoked by operations that met a token WeChat does not take. */
export const makeHandler = (dependencies: RefreshDependencies) => eventHandler(refreshRequest, makeRefreshToken(dependencies));

export const handler = makeHandler(tokenFunctionDependencies());
