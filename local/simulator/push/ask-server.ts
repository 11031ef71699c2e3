/** What a server said to one request of WeChat's. */
export interface ServerAnswer {
  /** null: there was no HTTP answer. */
  readonly status: number | null;
  readonly body: string;
  /** Why there was none. */
  readonly error: string | null;
}

/**
 * One request to the developer's server. WeChat hangs up after 5 seconds (https://developers.weixin.qq.com/doc/oplatform/developers/dev/push) and
 * does not follow redirects; it keeps no connection, so that a server under test can be closed.
 */
export const askServer = async (
  { url, body }: { readonly url: string; readonly body?: string },
  { timeoutSeconds, closing }: { readonly timeoutSeconds: number; readonly closing: AbortSignal },
): Promise<ServerAnswer> => {
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { connection: 'close', ...(body !== undefined && { 'content-type': 'text/xml' }) },
      signal: AbortSignal.any([AbortSignal.timeout(timeoutSeconds * 1000), closing]),
      ...(body !== undefined && { method: 'POST', body }),
    });
    return { status: response.status, body: await response.text(), error: null };
  } catch (error) {
    return { status: null, body: '', error: describe(error) };
  }
};

/** fetch says "fetch failed", and why only in the cause. */
const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  if (error.cause instanceof Error) return 'code' in error.cause ? String(error.cause.code) : error.cause.message;
  return error.message;
};
