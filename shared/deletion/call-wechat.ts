import type { DeletionEnd } from '../domain/deletion.ts';
import { keepable } from '../domain/observation.ts';
import { WechatError, WechatUnavailableError } from '../wechat/wechat-error.ts';
import { DeletionOutcomeUnknownError } from './errors.ts';

/** How a call ended, and what its caller is told where that was no success. */
export interface Called {
  readonly end: DeletionEnd;
  readonly error?: unknown;
}

/**
 * Calls WeChat, once. Refused is also what never reached WeChat: without a token, or without the time.
 * @param hint what the caller should do when nobody can tell
 */
export const callWechat = async (call: () => Promise<{ readonly upstream: unknown }>, hint: string): Promise<Called> => {
  try {
    const { upstream } = await call();
    return { end: { outcome: 'deleted', upstream: keepable(upstream) } };
  } catch (error) {
    if (error instanceof WechatError) return { end: { outcome: 'refused', upstream: keepable(error.upstream) }, error };
    if (!(error instanceof WechatUnavailableError && error.outcomeUnknown)) return { end: { outcome: 'refused' }, error };
    const { code, message: detail } = error;
    return { end: { outcome: 'unknown', upstream: { code, detail } }, error: new DeletionOutcomeUnknownError(error, hint) };
  }
};
