import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServerRequest } from 'node-easywechat';
import { onTestFinished } from 'vitest';

/** What the SDK's `serve` answers. */
interface Answer {
  getStatusCode(): number;
  getHeaders(): Record<string, string>;
  getBody(): Buffer | null;
}

/** A developer's server for one test, in which node-easywechat reads the requests and makes the answers. What it throws is answered with 500. */
export const serveEasyWechat = async (serve: (request: ServerRequest, path: string) => Promise<Answer>) => {
  const server = createServer(async (request, response) => {
    try {
      const { pathname } = new URL(request.url ?? '/', 'http://server');
      const answer = await serve(await ServerRequest.createFromIncomingMessage(request), pathname);
      response.writeHead(answer.getStatusCode(), answer.getHeaders()).end(answer.getBody());
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
