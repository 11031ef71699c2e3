import type { DeletionEnd } from '../domain/deletion.ts';
import { keepable } from '../domain/observation.ts';
import { lookUp } from '../wechat/error-lookup.ts';
import { officialAccountErrors } from '../wechat/official-account-errors.ts';
import { WechatError, WechatUnavailableError } from '../wechat/wechat-error.ts';
import { DeletionOutcomeUnknownError } from './errors.ts';

/** How a call ended, and what its caller is told where that was no success. */
export interface Called {
  readonly end: DeletionEnd;
  readonly error?: unknown;
}

/**
 * Calls WeChat, once. Refused is also what never reached WeChat: without a token, or without the time.
 * @param told what the caller should do when nobody can tell, and whether the same was asked before and nobody could
 */
export const callWechat = async (
  call: () => Promise<{ readonly upstream: unknown }>,
  { hint, isDoubtful }: { readonly hint: string; readonly isDoubtful: boolean },
): Promise<Called> => {
  try {
    const { upstream } = await call();
    return { end: { outcome: 'deleted', upstream: keepable(upstream) } };
  } catch (error) {
    if (error instanceof WechatError)
      return { end: { outcome: 'refused', upstream: keepable(error.upstream) }, error: isDoubtful ? maybeGone(error) : error };
    if (!(error instanceof WechatUnavailableError && error.outcomeUnknown)) return { end: { outcome: 'refused' }, error };
    const { code, message: detail } = error;
    return { end: { outcome: 'unknown', upstream: { code, detail } }, error: new DeletionOutcomeUnknownError(error, hint) };
  }
};

// "Deleted already" has no code of its own.
const notInThatStatus = 40065;

/** What an earlier deletion without an answer may have done cannot be done again. */
const maybeGone = (error: WechatError): WechatError =>
  error.errcode === notInThatStatus
    ? new WechatError(error, {
        ...lookUp(officialAccountErrors, error.errcode),
        hint: 'It may be gone already: an earlier deletion of the same got no answer. Open the page to see. Otherwise, only what was sent successfully can be deleted.',
      })
    : error;
