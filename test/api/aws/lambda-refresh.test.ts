import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refreshThroughLambda } from '../../../shared/tokens/lambda-refresh.ts';
import type { RefreshOutcome } from '../../../shared/tokens/refresh-contract.ts';
import { AwsFault, useAws } from '../../support/aws-stub.ts';

const renewed: RefreshOutcome = { renewed: true, version: 'v-2', expires_at: '2026-03-02T10:00:00.000Z' };
const aws = useAws({ 'Lambda.Invoke': () => ({ Payload: JSON.stringify(renewed) }) });
// The client under test is the one that it makes for itself.
beforeEach(() => {
  for (const [name, value] of Object.entries(aws.env())) vi.stubEnv(name, value);
  // The pauses between its attempts are random parts of a second: the shortest.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const now = () => new Date('2026-03-02T08:00:00.000Z');
const inSeconds = (seconds: number) => new Date(now().getTime() + seconds * 1000);
const request = { account_id: 'oa-main', refused_version: 'v-1' };
const refresh = (deadline = inSeconds(20)) => refreshThroughLambda('refresh-token', now)(request, deadline);
const failureOf = () => refresh().then(String, (thrown: unknown) => thrown);

it('asks the function which token is meant, and hands on where the next one is', async () => {
  await expect(refresh()).resolves.toEqual(renewed);
  expect(aws.requests).toEqual([{ action: 'Lambda.Invoke', input: { FunctionName: 'refresh-token', Payload: JSON.stringify(request) } }]);
});

it('asks anew each time', async () => {
  const ask = refreshThroughLambda('refresh-token', now);
  await ask(request, inSeconds(20));
  await ask({ account_id: 'oa-other' }, inSeconds(20));
  expect(aws.requests.map(({ input }) => input['Payload'])).toEqual([JSON.stringify(request), '{"account_id":"oa-other"}']);
});

it('hands on a renewal that failed with all that the function says of it', async () => {
  const failure = {
    code: 'CREDENTIALS_UNUSABLE',
    detail: 'd',
    hint: 'h',
    http_status: 502,
    blocked: true,
    errcode: 40125,
    errmsg: 'e',
    rid: 'r',
  };
  const outcome: RefreshOutcome = { renewed: false, failure, retry_after_s: 30 };
  aws.answers({ 'Lambda.Invoke': () => ({ Payload: JSON.stringify(outcome) }) });
  await expect(refresh()).resolves.toEqual(outcome);
});

describe('a caller is told that no token can be had now, and when to come back, if the function', () => {
  const fault = (type: string, status: number) => () => {
    throw new AwsFault(type, type, status);
  };
  it.each([
    // What a fault says goes no further: it is in the log of the function.
    ['throws', () => ({ FunctionError: 'Unhandled', Payload: '{"errorMessage":"x"}' }), /^refresh-token answered with a fault: Unhandled$/],
    ['answers nothing', () => ({}), /^refresh-token answered with a fault: nothing$/],
    ['answers what is not JSON', () => ({ Payload: 'x' }), /JSON/],
    ['answers null', () => ({ Payload: 'null' }), /expected object/],
    ['answers another shape', () => ({ Payload: '{"renewed":true,"token":"x"}' }), /version/],
    ['is throttled', fault('TooManyRequestsException', 429), /TooManyRequests/],
    ['does not exist', fault('ResourceNotFoundException', 404), /ResourceNotFound/],
    ['may not be invoked', fault('AccessDeniedException', 403), /AccessDenied/],
    ['is behind a Lambda that is down', fault('ServiceException', 500), /ServiceException/],
  ])('%s', async (_what, answer, why) => {
    aws.answers({ 'Lambda.Invoke': answer });
    await expect(failureOf()).resolves.toMatchObject({ ...unavailable, cause: { message: expect.stringMatching(why) } });
  });

  it('cannot be reached', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
    await expect(failureOf()).resolves.toMatchObject({ ...unavailable, cause: { code: 'ECONNREFUSED' } });
    expect(aws.requests).toEqual([]);
  });

  const unavailable = {
    name: 'TokenUnavailableError',
    code: 'TOKEN_REFRESH_FAILED',
    failure: { http_status: 503, blocked: false, hint: expect.stringContaining('refresh-token') },
    retryAfterSeconds: 5,
  };
});

it('answers by the deadline that another process is still at it, however long the function takes', async () => {
  aws.answers({ 'Lambda.Invoke': () => new Promise(() => {}) });
  await expect(refresh(now())).resolves.toMatchObject({ renewed: false, failure: { code: 'TOKEN_REFRESH_BUSY', http_status: 503 } });
});

it('is asked again after it could not be had: nothing of a failure stays', async () => {
  const ask = refreshThroughLambda('refresh-token', now);
  aws.answers({ 'Lambda.Invoke': () => ({ FunctionError: 'Unhandled', Payload: '{}' }) });
  await expect(ask(request, inSeconds(20))).rejects.toMatchObject({ code: 'TOKEN_REFRESH_FAILED' });
  aws.answers({ 'Lambda.Invoke': () => ({ Payload: JSON.stringify(renewed) }) });
  await expect(ask(request, inSeconds(20))).resolves.toEqual(renewed);
});
