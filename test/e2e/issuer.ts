import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const keyPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const kid = 'key-1';

/** An identity provider on loopback: what API Gateway asks one for, and tokens. */
export const startIssuer = async () => {
  const { publicKey, privateKey } = keyPair();
  const server = createServer((request, response) => {
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/keys` },
      '/keys': { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] },
    };
    const document = documents[request.url ?? ''];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(document ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    /** RS256, by the issuer's own key unless another one is given, which then pretends to be it. */
    token: (claims: object, key: KeyObject = privateKey) => {
      const signed = `${part({ alg: 'RS256', typ: 'at+jwt', kid })}.${part(claims)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
export type Issuer = Awaited<ReturnType<typeof startIssuer>>;

/** Of somebody else. */
export const otherKey = (): KeyObject => keyPair().privateKey;
