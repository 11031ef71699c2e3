import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { type AccountSettings, type SimulatorOptions, startSimulator } from '../../../local/simulator/simulator.ts';

export const account = { appid: 'wx-one', secret: 'secret-one', protection: true } satisfies AccountSettings;

const record = z.record(z.string(), z.unknown());
const tokenAnswer = z.object({ access_token: z.string(), expires_in: z.number() });

/** A simulator for one test with a clock that only the test moves, and WeChat's calls over HTTP. */
export const runSimulator = async (options: SimulatorOptions = {}) => {
  let time = Date.parse('2026-03-02T02:00:00Z');
  const simulator = await startSimulator({ accounts: [account], now: () => new Date(time), ...options });
  onTestFinished(simulator.close);

  const request = async (method: string, path: string, body?: object | string) => {
    const response = await fetch(simulator.url + path, {
      method,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, type: response.headers.get('content-type'), text };
  };
  const json = async (method: string, path: string, body?: object | string) =>
    record.parse(JSON.parse((await request(method, path, body)).text));
  const credentials = { appid: account.appid, secret: account.secret };
  const plain = (parameters: Record<string, string> = {}) =>
    json('GET', `/cgi-bin/token?${new URLSearchParams({ grant_type: 'client_credential', ...credentials, ...parameters })}`);
  const stable = (fields: object = {}) =>
    json('POST', '/cgi-bin/stable_token', { grant_type: 'client_credential', ...credentials, ...fields });
  const newToken = async () => tokenAnswer.parse(await plain()).access_token;

  return {
    ...simulator,
    /** Moves the clock on. */
    pass: (seconds: number) => {
      time += seconds * 1000;
    },
    request,
    json,
    plain,
    stable,
    plainToken: newToken,
    stableToken: async (fields: object = {}) => tokenAnswer.parse(await stable(fields)),
    /** Calls with a token of its own, unless one is given. */
    mass: async (operation: 'get' | 'delete' | 'sendall', body: object | string, token?: string) =>
      json('POST', `/cgi-bin/message/mass/${operation}?access_token=${token ?? (await newToken())}`, body),
    /** What an API call says to a token: undefined is that it is accepted. */
    refusalOf: async (token: string) => {
      const { errcode } = await json('POST', `/cgi-bin/message/mass/get?access_token=${token}`, { msg_id: '1' });
      return errcode === 40059 ? undefined : errcode; // a message that does not exist is looked for only after the token was accepted
    },
  };
};
