declare module 'co-wechat-api' {
  /** JSON as WeChat sent it; an integer of more than 15 digits is a bignumber.js object. */
  type Answer = Readonly<Record<string, unknown>>;

  interface StoredToken {
    readonly accessToken: string;
    /** Unix time in milliseconds. */
    readonly expireTime: number;
  }

  /** Every call throws an error of the name `WeChatAPIError`, with WeChat's errcode as `code`. */
  export default class API {
    /** The hooks are for a store that several processes share; `tokenFromCustom` means that somebody else fetches the tokens. */
    constructor(
      appid: string,
      secret: string,
      getToken?: () => Promise<StoredToken | null | undefined>,
      saveToken?: (token: StoredToken | null) => Promise<void>,
      tokenFromCustom?: boolean,
    );
    /** https://api.weixin.qq.com/cgi-bin/ unless it is set. */
    prefix: string;
    massSendNews(mediaId: string, receivers: boolean | string | readonly string[], clientMsgId?: string): Promise<Answer>;
    /** An id is whatever JSON.stringify makes one of. */
    getMassMessageStatus(messageId: unknown): Promise<Answer>;
    deleteMass(messageId: unknown): Promise<Answer>;
  }
}
