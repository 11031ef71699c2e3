import { setTimeout as pause } from 'node:timers/promises';
import type * as z from 'zod';
import { parseBaseUrl, resolveUrl } from './base-url.ts';
import { type ErrorTable, lookUp } from './error-lookup.ts';
import type { Platform } from './error-table.ts';
import { exchange, type Unavailable } from './exchange.ts';
import { readAnswer } from './read-answer.ts';
import { redact, redactText } from './redact.ts';
import { retryTransient } from './retry.ts';
import { WechatError, WechatUnavailableError } from './wechat-error.ts';

export interface Call<S extends z.ZodType> {
  /** WeChat's name of it, e.g. `massmsgget`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  /** Begins with a slash, e.g. `/cgi-bin/message/mass/get`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** What success looks like. Allow `errcode` and `errmsg` beside it: some answers carry them. */
  readonly answer: S;
  /** True for reads: what is transient is repeated. False where doing it twice is not the same as once. */
  readonly retry: boolean;
  readonly deadline: Date;
  /** The token or secret in use, so that it is found wherever WeChat echoes it. */
  readonly secrets: readonly string[];
  /** A few errcodes mean something else there. */
  readonly tokenEndpoint?: boolean;
}

export interface Transport {
  /**
   * @returns `data` as the schema reads it, with any token in it; `upstream` is the answer verbatim but for its secrets, fit to keep.
   * @throws WechatError when WeChat said no; WechatUnavailableError when it could not be asked or gave no answer.
   */
  call<S extends z.ZodType>(call: Call<S>): Promise<{ readonly data: z.infer<S>; readonly upstream: unknown }>;
}

export interface TransportOptions {
  readonly platform: Platform;
  readonly baseUrl: string;
  readonly errors: ErrorTable;
  /** Of one attempt. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly fetch?: typeof fetch;
  readonly now?: () => Date;
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

/** What WeChat itself allows a server for answering; leaves room for all four attempts before API Gateway cuts at 30 s. */
const TIMEOUT_MS = 5000;
/** The largest page there is: 100 group messages of 4 KB text and nine links of 4.7 KB make 4.6 MB. A page of 1000 results is 0.2 MB. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The one way to WeChat: time, size, encoding, errors, retries and redaction are decided here. @throws Error for a bad `baseUrl`. */
export const createTransport = (options: TransportOptions): Transport => {
  const { platform, errors, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = options;
  const { now = () => new Date(), random = Math.random, sleep = (ms) => pause(ms) } = options;
  const base = parseBaseUrl(options.baseUrl);

  const attempt = async <S extends z.ZodType>(call: Call<S>) => {
    const { operation, secrets, tokenEndpoint = false } = call;
    const unavailable: Unavailable = (code, detail, { sent = true, upstreamStatus } = {}) =>
      new WechatUnavailableError({
        code,
        platform,
        operation,
        detail: redactText(detail, secrets),
        outcomeUnknown: sent && !call.retry,
        upstreamStatus,
      });
    const left = call.deadline.getTime() - now().getTime();
    if (left <= 0) throw unavailable('WECHAT_TIMEOUT', 'no time was left to ask', { sent: false });
    const { status, text } = await exchange({
      fetch: options.fetch ?? fetch,
      url: resolveUrl(base, call.path, call.query),
      init: { method: call.method, ...contentOf(call) },
      timeoutMs: Math.min(timeoutMs, left),
      maxBytes,
      unavailable,
    });
    const reading = readAnswer(status, text, call.answer, unavailable);
    const { answer } = reading;
    if (reading.ok) {
      const { data } = reading;
      // When it is looked at: of a list it takes as long as all the rest, and nobody keeps that.
      return {
        data,
        get upstream() {
          return redact(answer, secrets);
        },
      };
    }
    const { errcode, errmsg } = reading;
    const upstream = redact(answer, secrets);
    throw new WechatError(
      { platform, operation, errcode, errmsg: redactText(errmsg, secrets), upstream },
      lookUp(errors, errcode, { tokenEndpoint }),
    );
  };

  return {
    call: (call) => (call.retry ? retryTransient(() => attempt(call), call.deadline, { now, random, sleep }) : attempt(call)),
  };
};

const contentOf = ({ method, body }: Call<z.ZodType>): RequestInit => {
  const headers = { accept: 'application/json', 'user-agent': 'waybill' };
  if (method === 'GET') return { headers };
  return { headers: { ...headers, 'content-type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }) };
};
