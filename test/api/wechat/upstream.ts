import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { officialAccountErrors } from '../../../shared/wechat/official-account-errors.ts';
import { createTransport, type TransportOptions } from '../../../shared/wechat/transport.ts';

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export type Reply = (...[request, response]: Parameters<RequestListener>) => void;

/** A reply with a body: JSON unless it is a text already. */
export const reply =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Reply =>
  (_request, response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

/** An HTTP server in WeChat's place, for the tests of one file. Gives the replies in order, the last one for ever. */
export const useUpstream = () => {
  const received: Received[] = [];
  let replies: readonly Reply[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ method: request.method, url: request.url, headers: request.headers, body });
    replies[Math.min(received.length, replies.length) - 1]?.(request, response);
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => {
    received.length = 0;
    replies = [];
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    received,
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    replies: (...next: readonly Reply[]) => {
      replies = next;
    },
  };
};

/** A clock that only sleeping moves. */
export const fakeClock = (start = '2026-11-01T00:00:00Z') => {
  let at = new Date(start).getTime();
  const pauses: number[] = [];
  return {
    pauses,
    in: (ms: number) => new Date(at + ms),
    now: () => new Date(at),
    random: () => 1,
    sleep: async (ms: number) => {
      pauses.push(ms);
      at += ms;
    },
  };
};

/** What was thrown, for looking at it from several sides. */
export const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => {
      throw new Error('the call succeeded');
    },
    (error: unknown) => error,
  );

/** A transport to that server as Official Accounts have it, on a clock that only the test moves. */
export const transportTo = (baseUrl: string, options: Partial<TransportOptions> = {}) => {
  const clock = fakeClock();
  return {
    clock,
    transport: createTransport({ platform: 'official_account', baseUrl, errors: officialAccountErrors, ...clock, ...options }),
  };
};
