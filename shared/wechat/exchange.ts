import { WechatUnavailableError } from './wechat-error.ts';

/** Makes the error of one call. `sent: false` when WeChat cannot have seen the request. */
export type Unavailable = (
  code: WechatUnavailableError['code'],
  detail: string,
  at?: { readonly sent?: boolean; readonly upstreamStatus?: number },
) => WechatUnavailableError;

export interface Exchange {
  readonly fetch: typeof fetch;
  readonly url: URL;
  readonly init: RequestInit;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly unavailable: Unavailable;
}

/** One request and the whole text of its answer, within a time and a size. Redirects are not followed: they would carry the token along. */
export const exchange = async ({ fetch, url, init, timeoutMs, maxBytes, unavailable }: Exchange) => {
  const signal = AbortSignal.timeout(Math.ceil(timeoutMs));
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    const { status } = response;
    if (status >= 300 && status < 400) {
      await response.body?.cancel();
      throw unavailable('WECHAT_BAD_ANSWER', `HTTP ${status}, a redirect`, { upstreamStatus: status });
    }
    const bytes = await readAtMost(response, maxBytes);
    if (!bytes) throw unavailable('WECHAT_ANSWER_TOO_LARGE', `the answer is over ${maxBytes} bytes`, { upstreamStatus: status });
    return { status, text: new TextDecoder().decode(bytes) };
  } catch (error) {
    if (error instanceof WechatUnavailableError) throw error;
    if (signal.aborted) throw unavailable('WECHAT_TIMEOUT', `no whole answer within ${Math.ceil(timeoutMs)} ms`);
    const reason = networkCode(error);
    throw unavailable('WECHAT_UNREACHABLE', `the connection failed (${reason})`, { sent: !beforeSending.has(reason) });
  }
};

/** @returns nothing when there is more; the rest is then left unread. */
const readAtMost = async (response: Response, maxBytes: number): Promise<Uint8Array | undefined> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the stream, and with it the connection.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** The code alone: fetch's own errors may quote the URL, and with it the token. */
const networkCode = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'no code';
};

/** No connection, or no trust in it, so no request. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
