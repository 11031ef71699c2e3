import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2WithIAMAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { deadlineOf } from '../deadline.ts';
import { callerEnv, loadEnv } from '../env.ts';
import { logger } from '../logger.ts';
import { assertAllowed, callerOf, isAllowed } from './caller.ts';
import { InvalidRequestError, parsePart } from './invalid-request.ts';
import { problems } from './problems.ts';

const { ACCOUNTS_CLAIM } = loadEnv(callerEnv);

/** Nearly every operation is about one account, and its path names it. One that is not sees to it with `mayUse`. */
type AccountPath = z.ZodType<{ account_id?: string }>;

/** What an operation takes, part by part. Parts stay apart, so that nothing in a body or a query can pass for what the path names. */
export interface Input<Path extends AccountPath, Query extends z.ZodType, Body extends z.ZodType> {
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
}
/** For a path that names nothing, and for a query that an operation does not take: whatever comes there is a 400. */
export const noPath = z.strictObject({});
export const noQuery = z.strictObject({});
export const noBody = z.undefined();

interface Request<Path, Query, Body> {
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  /** Who asked, for the record. */
  readonly caller: string;
  /** Whether the caller's token is for that account. */
  readonly mayUse: (accountId: string) => boolean;
  /** When the answer must be on its way. */
  readonly deadline: Date;
}
interface Reply {
  readonly status: number;
  readonly body: unknown;
}

// The largest body of any operation is a label of 200 characters and three ids: 16 KiB is far more than any of them needs.
const mostBodyBytes = 16 * 1024;

/** The one stack that every operation uses. An operation sees parsed input and returns data, never an HTTP event. */
export const apiHandler = <Path extends AccountPath, Query extends z.ZodType, Body extends z.ZodType>(
  input: Input<Path, Query, Body>,
  run: (request: Request<z.infer<Path>, z.infer<Query>, z.infer<Body>>) => Promise<Reply>,
) => {
  const takesBody = !(input.body instanceof z.ZodUndefined);
  const stack = middy<APIGatewayProxyEventV2WithIAMAuthorizer, APIGatewayProxyStructuredResultV2>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(httpHeaderNormalizer())
    .use(problems(logger))
    .use({ before: ({ event }) => limitBody(event) });
  // Only where a body is expected: the parser answers 415 to a GET that says it carries JSON.
  if (takesBody) stack.use(httpJsonBodyParser());
  return stack.handler(async (event, context) => {
    const path = parsePart('path', input.path, event.pathParameters ?? {});
    const { authorizer } = event.requestContext;
    if (path.account_id !== undefined) assertAllowed(ACCOUNTS_CLAIM, authorizer, path.account_id);
    const { status, body } = await run({
      path,
      query: parsePart('query', input.query, event.queryStringParameters ?? {}),
      body: parsePart('body', input.body, takesBody ? event.body : undefined),
      caller: callerOf(authorizer),
      mayUse: (accountId) => isAllowed(ACCOUNTS_CLAIM, authorizer, accountId),
      deadline: deadlineOf(context),
    });
    return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  });
};

const limitBody = ({ body, isBase64Encoded }: APIGatewayProxyEventV2WithIAMAuthorizer): void => {
  const bytes = Buffer.byteLength(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (bytes > mostBodyBytes)
    throw new InvalidRequestError([{ in: 'body', field: '', reason: `has ${bytes} bytes, at most ${mostBodyBytes} are taken` }], {
      tooLarge: true,
    });
};
