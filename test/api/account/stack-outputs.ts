import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';

/** CloudFormation's DescribeStacks, for the tests of one file: the outputs of stacks by their names. A text is the code of an error. */
export const useStackOutputs = (stacks: () => Readonly<Record<string, Readonly<Record<string, string>>>> | string) => {
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const name = form.get('StackName') ?? '';
    const present = stacks();
    const refuse = (code: string, message: string) =>
      response.writeHead(400).end(xml('ErrorResponse', xml('Error', xml('Code', code) + xml('Message', message))));
    if (typeof present === 'string') return refuse(present, `refused: ${form.get('Action')}`);
    const outputs = present[name];
    if (!outputs) return refuse('ValidationError', `Stack with id ${name} does not exist`);
    const members = Object.entries(outputs).map(([key, value]) => xml('member', xml('OutputKey', key) + xml('OutputValue', value)));
    const stack = xml('StackName', name) + xml('StackStatus', 'CREATE_COMPLETE') + xml('Outputs', members.join(''));
    response.end(xml('DescribeStacksResponse', xml('DescribeStacksResult', xml('Stacks', xml('member', stack)))));
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

const xml = (name: string, content: string) => `<${name}>${content}</${name}>`;
