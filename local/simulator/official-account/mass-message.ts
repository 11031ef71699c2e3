import { seconds } from '../clock.ts';
import type { AdministratorAction } from './account.ts';

export interface MassMessage {
  /** Decimal digits: a 64-bit number. */
  readonly msgId: string;
  readonly appid: string;
  readonly msgtype: string;
  readonly toAll: boolean;
  readonly submittedAt: number;
  /** Before this time WeChat does not know its own id yet. */
  readonly visibleAt: number;
  /** When waiting for the administrator ends; null: nobody is asked. */
  readonly deadline: number | null;
  /** What the administrator does, and when. */
  administrator: { readonly action: AdministratorAction; readonly at: number };
  readonly result: 'sent' | 'failed';
  readonly sendingSeconds: number;
  readonly articles: { readonly url: string; deleted: boolean }[];
}

export type Truth = 'awaiting_confirmation' | 'sending' | 'sent' | 'failed' | 'confirmation_refused' | 'confirmation_expired' | 'deleted';

/**
 * What has become of a message at this time, which is more than mass/get tells. The deadline itself is too late: "does not confirm within 30 minutes"
 * (https://developers.weixin.qq.com/doc/service/api/notify/message/api_massmsgget).
 */
export const truthOf = (message: MassMessage, time: number): Truth => {
  let start = message.submittedAt;
  if (message.deadline !== null) {
    const { action, at } = message.administrator;
    const answered = action !== 'sleep' && at < message.deadline;
    if (time < (answered ? at : message.deadline)) return 'awaiting_confirmation';
    if (!answered) return 'confirmation_expired';
    if (action === 'refuse') return 'confirmation_refused';
    start = at;
  }
  if (time < start + seconds(message.sendingSeconds)) return 'sending';
  if (message.articles.length > 0 && message.articles.every(({ deleted }) => deleted)) return 'deleted';
  return message.result;
};
