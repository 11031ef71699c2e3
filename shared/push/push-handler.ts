import type { Account } from '../domain/account.ts';
import type { XmlFields } from '../wechat/push/xml.ts';

/** What WeChat pushed, once the envelope is open and found to be WeChat's. */
export interface Push {
  /** Whose callback address it came to: the Official Account, or the third-party platform. */
  readonly account: Account;
  /** AppID of the account that a platform receives it for: the last segment of `/callbacks/{account_id}/{appid}`. */
  readonly appid?: string | undefined;
  /** The elements below `<xml>`. Texts are as WeChat wrote them: numbers and ids are texts too. */
  readonly fields: XmlFields;
  readonly receivedAt: Date;
}

/** Returns once what the push says is stored; WeChat sends it again if it throws. Must bear the same push twice. */
export type PushHandler = (push: Push) => Promise<void>;

/** By `InfoType` (pushes about a platform and its authorizations) or, without one, by `Event`. */
export type PushHandlers = Readonly<Record<string, PushHandler>>;
