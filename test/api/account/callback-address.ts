import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';
import type { makeReceiveCallback } from '../../../shared/push/receive-callback.ts';

/** API Gateway's part before what WeChat's pushes come to, for the tests of one file. 404 for whatever goes wrong. */
export const useCallbackAddress = (callback: () => ReturnType<typeof makeReceiveCallback>) => {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const [, account_id = '', appid] = /^\/callbacks\/([^/]+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
    const query = Object.fromEntries(searchParams);
    const body = await buffer(request);
    const { verify, receive } = callback();
    const answer =
      request.method === 'GET' ? verify({ account_id }, query) : receive({ account_id, appid }, query, body).then(() => 'success');
    await answer.then(
      (text) => response.end(text),
      () => response.writeHead(404).end('not found'),
    );
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};
