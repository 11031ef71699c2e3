import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { XMLParser } from 'fast-xml-parser';
import { onTestFinished } from 'vitest';
import * as z from 'zod';

/** Not the package that the simulator encrypts with: each tells whether the other is right. */
const WXBizMsgCrypt: new (
  token: string,
  key: string,
  id: string,
) => {
  getSignature(timestamp: string, nonce: string, encrypt: string): string;
  decrypt(text: string): { message: string; id: string };
} = createRequire(import.meta.url)('wechat-crypto');

export const pushToken = 'tokenOfTheTest';
export const pushKey = 'k'.repeat(43);

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}
type Answer = (response: ServerResponse, received: Received) => void;

export const say =
  (body: string, status = 200): Answer =>
  (response) =>
    response.writeHead(status).end(body);

/** A developer's server for one test. It answers with the first of `answers`, until the last of them is left. */
export const receive = async (...answers: [Answer, ...Answer[]] | []) => {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const url = new URL(request.url ?? '/', 'http://receiver');
    const each = { method: request.method ?? '', path: url.pathname, query: Object.fromEntries(url.searchParams), body };
    received.push(each);
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? say('success');
    answer(response, each);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
};

const elements = z.object({ xml: z.record(z.string(), z.unknown()) });

/** The elements of a message; numbers stay text, for ids are wider than numbers. */
export const elementsOf = (xml: string) => elements.parse(new XMLParser({ parseTagValue: false }).parse(xml)).xml;

const sha1 = (...parts: string[]) => createHash('sha1').update(parts.sort().join('')).digest('hex');

/** Whether the clear signature is right. */
export const isSigned = ({ query }: Received, token = pushToken) =>
  query['signature'] === sha1(token, query['timestamp'] ?? '', query['nonce'] ?? '');

/** What is inside, and for whom; throws when the signature over it is wrong. */
export const open = ({ query, body }: Received) => {
  const { Encrypt } = z.object({ Encrypt: z.string() }).parse(elementsOf(body));
  const crypt = new WXBizMsgCrypt(pushToken, pushKey, 'any');
  if (crypt.getSignature(query['timestamp'] ?? '', query['nonce'] ?? '', Encrypt) !== query['msg_signature'])
    throw new Error('msg_signature');
  const { message, id } = crypt.decrypt(Encrypt);
  return {
    message,
    id,
    /** Throws when the message is not XML. */
    get elements() {
      return elementsOf(message);
    },
  };
};
