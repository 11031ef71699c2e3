import { seconds } from '../clock.ts';
import type { AdministratorAction } from './account.ts';

export type Result = 'sent' | 'failed' | 'rejected';

/** A page of its own, which every message of the same material shares. */
export interface Article {
  readonly url: string;
  deleted: boolean;
}

/** What the push tells beside the status. Names are the push's own, in the script's spelling. */
export interface Counts {
  readonly total_count: number;
  readonly filter_count: number;
  readonly sent_count: number;
  readonly error_count: number;
}
export interface Copyright {
  /** 1: no reprint; 2: a reprint that may be sent; 3: one that may not; 0 is seen where there was nothing to check. */
  readonly check_state: number;
  readonly items: readonly CopyrightItem[];
}
export interface CopyrightItem {
  readonly article_idx: number;
  readonly user_declare_state: number;
  readonly audit_state: number;
  readonly original_article_url: string;
  readonly original_article_type: number;
  readonly can_reprint: number;
  readonly need_replace_content: number;
  readonly need_show_reprint_source: number;
}

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
  readonly result: Result;
  /** The push's word for the result, where it is another than usual. */
  readonly status: string | undefined;
  readonly sendingSeconds: number;
  readonly articles: readonly Article[];
  readonly counts: Partial<Counts>;
  readonly copyright: Copyright | undefined;
  /** Sent with the API; otherwise by hand, in the console. */
  readonly byApi: boolean;
  /** What a deletion is answered, whatever else speaks for it. */
  readonly deletionErrcode: number | undefined;
}

/** How a send ended. */
export type Outcome = Result | 'confirmation_refused' | 'confirmation_expired';
export type Truth = Outcome | 'awaiting_confirmation' | 'sending' | 'deleted';

/**
 * How the send ends, and when; orders to the administrator change it. The deadline itself is too late: "does not confirm within 30 minutes"
 * (https://developers.weixin.qq.com/doc/service/api/notify/message/api_massmsgget).
 */
export const endOf = (message: MassMessage): { readonly at: number; readonly outcome: Outcome; readonly confirmedAt: number | null } => {
  const { deadline, administrator, submittedAt, sendingSeconds, result } = message;
  if (deadline === null) return { at: submittedAt + seconds(sendingSeconds), outcome: result, confirmedAt: submittedAt };
  if (administrator.action === 'sleep' || administrator.at >= deadline)
    return { at: deadline, outcome: 'confirmation_expired', confirmedAt: null };
  if (administrator.action === 'refuse') return { at: administrator.at, outcome: 'confirmation_refused', confirmedAt: null };
  return { at: administrator.at + seconds(sendingSeconds), outcome: result, confirmedAt: administrator.at };
};

/** What has become of a message at this time, which is more than mass/get tells. */
export const truthOf = (message: MassMessage, time: number): Truth => {
  const { at, outcome, confirmedAt } = endOf(message);
  if (time < at) return confirmedAt === null || time < confirmedAt ? 'awaiting_confirmation' : 'sending';
  if (outcome === 'sent' && message.articles.length > 0 && message.articles.every(({ deleted }) => deleted)) return 'deleted';
  return outcome;
};
