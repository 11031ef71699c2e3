/** One HTTP request to the simulator. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** The caller's IP address, an IPv4 one without the `::ffff:` of a dual-stack socket. */
  readonly address: string;
}

/** A JSON object as WeChat answers it, `errcode` only where WeChat has one. */
export type WechatAnswer = Readonly<Record<string, unknown>> & { readonly errcode?: number };

/** One of WeChat's two API families. Their paths do not overlap; their error numbers do, with other meanings. */
export interface Platform {
  owns(path: string): boolean;
  /** Does what the call asks for. Failures are answers. Called for owned paths only. */
  answer(call: Call): WechatAnswer | Promise<WechatAnswer>;
  /** The answer with this error number, in the platform's own words unless others are given. */
  failure(errcode: number, errmsg?: string): WechatAnswer;
  /** The error number for a token that is not, or no longer, the right one. */
  readonly invalidToken: number;
}
