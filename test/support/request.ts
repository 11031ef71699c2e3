import type { APIGatewayProxyEventV2WithIAMAuthorizer, Context } from 'aws-lambda';

type Event = APIGatewayProxyEventV2WithIAMAuthorizer;

/** What API Gateway hands a function, cut down to what handlers read. */
export const request = (parts: Pick<Partial<Event>, 'pathParameters' | 'queryStringParameters' | 'body' | 'headers' | 'isBase64Encoded'>) =>
  ({
    headers: {},
    ...parts,
    requestContext: { authorizer: { iam: { userArn: 'arn:aws:iam::111122223333:user/tester' } } },
  }) as unknown as Event;

export const post = (pathParameters: Record<string, string>, body: unknown) =>
  request({
    pathParameters,
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

export const context = { getRemainingTimeInMillis: () => 29_000, awsRequestId: 'r', functionName: 'f' } as Context;

/** A handler's answer with its body parsed. */
export const read = async (
  answer: Promise<{ statusCode?: number | undefined; body?: string | undefined; headers?: object | undefined }>,
) => {
  const { statusCode, body = '{}', headers } = await answer;
  return { status: statusCode, headers, body: JSON.parse(body) };
};
