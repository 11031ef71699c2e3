import { clockSchema, lastSchema, type makeControl } from './control.ts';
import { ControlError, check } from './control-error.ts';
import { faultOrderSchema } from './faults.ts';
import type { Content } from './http.ts';
import { parseLossless } from './lossless-json.ts';
import type { Call } from './platform.ts';

type Parameters = Readonly<Record<'appid' | 'msg_id' | 'corpid' | 'msgid' | 'suite_id', string>> & {
  readonly body: unknown;
  readonly query: URLSearchParams;
};

/** Method, path below `/_simulator` with `:names` for its parameters, and what to do. */
export type ControlRoute = readonly [
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  run: (parameters: Parameters) => object | null | Promise<object | null>,
];

export const controlPrefix = '/_simulator';

/** Routes of the verbs that belong to no platform. */
export const generalRoutes = (control: ReturnType<typeof makeControl>): ControlRoute[] => [
  ['GET', '/faults', () => ({ faults: control.listFaults() })],
  ['POST', '/faults', ({ body }) => control.orderFault(check(faultOrderSchema, body))],
  ['DELETE', '/faults', () => control.clearFaults()],
  ['GET', '/calls', ({ query }) => control.calls(check(lastSchema, query.get('last') ?? undefined))],
  ['POST', '/clock', ({ body }) => control.advanceClock(check(clockSchema, body).advance_seconds)],
  ['POST', '/reset', () => control.reset()],
];

/** Answers the control API: JSON, and `{ "error": ... }` with status 400, 404, 405 or 409. */
export const answerControl = async (routes: readonly ControlRoute[], call: Call): Promise<Content> => {
  try {
    return json(200, await run(routes, call));
  } catch (error) {
    if (error instanceof ControlError) return json(error.status, { error: error.message });
    throw error;
  }
};

const run = (routes: readonly ControlRoute[], call: Call) => {
  const path = call.path.slice(controlPrefix.length);
  const here = routes.flatMap(([method, pattern, handle]) => {
    const parameters = match(pattern, path);
    return parameters ? [{ method, handle, parameters }] : [];
  });
  if (here.length === 0) throw new ControlError(404, `there is no ${call.path}; docs/simulator.md lists the control API`);
  const route = here.find(({ method }) => method === call.method);
  if (!route) throw new ControlError(405, `${call.path} takes ${here.map(({ method }) => method).join(', ')}, not ${call.method}`);
  return route.handle({
    appid: '',
    msg_id: '',
    corpid: '',
    msgid: '',
    suite_id: '',
    ...route.parameters,
    body: parse(call.body),
    query: call.query,
  });
};

const match = (pattern: string, path: string) => {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const text = given[index] ?? '';
    if (segment.startsWith(':') && text !== '') parameters[segment.slice(1)] = decode(text);
    else if (segment !== text) return undefined;
  }
  return parameters;
};

const decode = (text: string) => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ControlError(400, `"${text}" in the path is not percent-encoded text`);
  }
};

const parse = (body: string): unknown => {
  try {
    return body.trim() === '' ? {} : parseLossless(body);
  } catch (error) {
    throw new ControlError(400, `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const json = (status: number, value: object | null): Content => ({
  status,
  contentType: 'application/json',
  body: `${JSON.stringify(value, null, 2)}\n`,
});
