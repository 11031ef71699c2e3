import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call } from './platform.ts';

export interface Content {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** `cut` resets the connection, `silence` leaves it open without a word. */
export type Reply = Content | 'cut' | 'silence';

/** Far above any body these APIs take; keeps a mistaken upload out of memory. */
const longestBody = 4 * 1024 * 1024;

/**
 * Serves `handle` until closed. Closing does not wait for open connections.
 * @throws the system's error when the address cannot be had, `EADDRINUSE` for one.
 */
export const serve = async (host: string, port: number, handle: (call: Call) => Promise<Reply>) => {
  const server = createServer((request, response) => {
    respond(request, response, handle).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`The simulator failed: ${error instanceof Error ? error.message : String(error)}\n`);
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: bound, family, address } = server.address() as AddressInfo;
  return {
    port: bound,
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const respond = async (request: IncomingMessage, response: ServerResponse, handle: (call: Call) => Promise<Reply>) => {
  const body = await read(request);
  if (body === 'aborted') return;
  if (body === 'too long') {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const [path = '/', query] = (request.url ?? '/').split('?', 2); // not `new URL`, which throws at some of what can be sent
  const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const reply = await handle({ method: request.method ?? 'GET', path, query: new URLSearchParams(query), body: body.text, address });
  if (reply === 'cut') request.socket.resetAndDestroy();
  else if (reply !== 'silence') response.writeHead(reply.status, { 'content-type': reply.contentType }).end(reply.body);
};

const read = async (request: IncomingMessage) => {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      length += chunk.length;
      if (length > longestBody) return 'too long';
      chunks.push(chunk);
    }
  } catch {
    return 'aborted'; // the caller hung up: there is nobody to answer
  }
  return { text: Buffer.concat(chunks).toString('utf8') };
};
