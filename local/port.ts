import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { LocalFailure } from './failure.ts';

/** A loopback port that is free at the moment. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** @throws {LocalFailure} naming the option that chooses another port. */
export const assertPortIsFree = async (port: number, option: string): Promise<void> => {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    throw new LocalFailure(`Port ${port} is taken by another program: end that, or choose another port with ${option}.`);
  }
  server.close();
  await once(server, 'close');
};
