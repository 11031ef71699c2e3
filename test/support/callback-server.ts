import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';

type Send = (
  parts: object,
  pathParameters: object,
  through: undefined,
  method: string,
) => Promise<{ status?: number | undefined; body?: string | undefined }>;

/** API Gateway's part before the callback function, for the tests of one file: `/callbacks/{account_id}` and `/callbacks/{account_id}/{appid}`. */
export const useCallbackServer = () => {
  const accounts = new Map<string, Send>();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const [, , account_id = '', appid] = pathname.split('/');
    const send = accounts.get(account_id);
    const parts = { queryStringParameters: Object.fromEntries(searchParams), body: await text(request) };
    const answer = await send?.(parts, { account_id, ...(appid && { appid }) }, undefined, request.method ?? '');
    response.writeHead(answer?.status ?? 404).end(answer?.body);
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    /** The address that WeChat's console is given. */
    addressOf(accountId: string, send: Send): string {
      accounts.set(accountId, send);
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks/${accountId}`;
    },
  };
};
