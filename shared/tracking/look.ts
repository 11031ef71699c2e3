import type { Attention } from '../domain/account.ts';
import type { Observation } from '../domain/observation.ts';
import { TokenUnavailableError } from '../tokens/errors.ts';
import type { TokenSource } from '../tokens/token-source.ts';
import type { OfficialAccountClient } from '../wechat/official-account.ts';
import { WechatError, WechatUnavailableError } from '../wechat/wechat-error.ts';

export interface Look {
  readonly observation: Observation;
  /** What a person has to mend before WeChat answers this call, where nobody else has said so. */
  readonly attention?: Pick<Attention, 'code' | 'hint' | 'errcode'>;
}

// https://developers.weixin.qq.com/doc/service/api/notify/message/api_massmsgget names 89504 and 89505; 89501 and 89502 say the same of an earlier stage.
const awaitingCodes: ReadonlySet<number> = new Set([89501, 89502, 89504, 89505]);
const invalidMsgId = 40059;

/** Asks WeChat for the status of a mass message. Whatever WeChat does comes back as data; only a fault of ours is thrown. */
export const makeLook =
  (tokens: Pick<TokenSource, 'withToken'>, officialAccount: Pick<OfficialAccountClient, 'getMassMessageStatus'>) =>
  async (accountId: string, msgId: string, deadline: Date): Promise<Look> => {
    try {
      const { msgStatus, upstream } = await tokens.withToken(accountId, deadline, (accessToken) =>
        officialAccount.getMassMessageStatus({ accessToken, msgId, deadline }),
      );
      return { observation: { seen: 'status', status: msgStatus, upstream } };
    } catch (error) {
      return whatItMeans(error);
    }
  };

const whatItMeans = (error: unknown): Look => {
  if (error instanceof WechatError) return fromWechat(error);
  if (error instanceof WechatUnavailableError) return noAnswer(error);
  // The token functions have raised the alarm.
  if (error instanceof TokenUnavailableError) return noAnswer(error, error.failure.blocked ? error.code : undefined);
  throw error;
};

const fromWechat = (error: WechatError): Look => {
  if (awaitingCodes.has(error.errcode)) return { observation: { seen: 'awaiting', upstream: error.upstream } };
  if (error.errcode === invalidMsgId) return { observation: { seen: 'nothing_yet', upstream: error.upstream } };
  const passesByItself = error.class === 'transient' || error.class === 'rate_limited' || error.class === 'token';
  if (passesByItself) return noAnswer(error);
  // 89503 among them: it is this call that waits for an administrator, and says nothing of the message.
  const { code, hint, errcode } = error;
  return { ...noAnswer(error, `${code} ${errcode}`), attention: { code, hint, errcode } };
};

const noAnswer = (error: WechatError | WechatUnavailableError | TokenUnavailableError, blockedBy?: string): Look => ({
  observation: {
    seen: 'no_answer',
    blocked_by: blockedBy,
    retry_after_s: error.retryAfterSeconds,
    upstream: error instanceof WechatError ? error.upstream : { code: error.code, detail: error.message },
  },
});
