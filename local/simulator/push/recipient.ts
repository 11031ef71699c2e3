import type { PlatformPushSettings, Push } from './push-settings.ts';

/** One server that WeChat pushes to, with what protects the way there. */
export interface Recipient {
  readonly url: string;
  readonly token: string;
  readonly key: string | undefined;
  readonly mode: Push['mode'];
  /** The AppID inside the encrypted text: the account's own, or the third-party platform's. */
  readonly receiveid: string;
  /** What stands in the clear beside the encrypted text, and who that is. */
  readonly addressee: readonly [element: 'ToUserName' | 'AppId', name: string];
  /** WeCom's envelope and rules instead of the Official Account's. */
  readonly isWecom?: boolean;
}

/** An account's own server. */
export const ownServer = (appid: string, userName: string, push: Push): Recipient => ({
  url: push.url,
  token: push.token,
  key: push.encoding_aes_key,
  mode: push.mode,
  receiveid: appid,
  addressee: ['ToUserName', userName],
});

/** A third-party platform's server: everything is encrypted with the platform's key and names the platform inside. */
export const platformServer = (
  componentAppid: string,
  push: PlatformPushSettings,
  url = push.url,
  addressee: Recipient['addressee'] = ['AppId', componentAppid],
): Recipient => ({ url, token: push.token, key: push.encoding_aes_key, mode: 'safe', receiveid: componentAppid, addressee });

/** A provider's server for the events of a suite: the suite is named outside and inside (https://developer.work.weixin.qq.com/document/path/90968). */
export const suiteServer = (suiteId: string, push: PlatformPushSettings): Recipient => ({
  url: push.url,
  token: push.token,
  key: push.encoding_aes_key,
  mode: 'safe',
  receiveid: suiteId,
  addressee: ['ToUserName', suiteId],
  isWecom: true,
});
