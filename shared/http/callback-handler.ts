import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { accountId } from '../domain/account.ts';
import { asLogged, logger } from '../logger.ts';
import { CallbackNotFoundError, type makeReceiveCallback } from '../push/receive-callback.ts';
import { PushRefusedError } from '../wechat/push/push-refused.ts';

/** The second segment, for a third-party platform: whose message it is. */
const path = z.object({
  account_id: accountId,
  appid: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional(),
});

// A push with eight articles has some 6 KB, three times that when encrypted beside what is in clear.
const mostBodyBytes = 64 * 1024;
// WeChat cuts the connection after 5 s and sends again, three times in all.
const answerWithinMs = 4_000;

class BodyTooLargeError extends Error {}
class TooSlowError extends Error {}

/**
 * The stack of WeChat's callback: bytes in, a text out. Whoever is refused learns nothing but that; the reason is in the log.
 * https://developers.weixin.qq.com/doc/oplatform/developers/dev/push
 */
export const callbackHandler = (callback: ReturnType<typeof makeReceiveCallback>, within: number = answerWithinMs) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .onError((request) => {
      request.response = refusal(request.error, request.event);
    })
    .handler((event) => inTime(run(callback, event), within));

const run = async ({ verify, receive }: ReturnType<typeof makeReceiveCallback>, event: APIGatewayProxyEventV2) => {
  const bytes = Buffer.byteLength(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes > mostBodyBytes) throw new BodyTooLargeError(`the body has ${bytes} bytes`);
  const address = path.safeParse(event.pathParameters);
  if (!address.success) throw new CallbackNotFoundError('no account has such an address');
  const query = event.queryStringParameters ?? {};
  if (event.requestContext.http.method === 'GET') return answer(200, await verify(address.data, query));
  await receive(address.data, query, Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'));
  return answer(200, 'success');
};

/** What is under way may still be stored: the next time it is found to be there already. */
const inTime = async <T>(work: Promise<T>, within: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TooSlowError(`not done within ${within} ms`)), within);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const refusal = (error: unknown, { pathParameters }: APIGatewayProxyEventV2) => {
  const where = { account_id: pathParameters?.['account_id']?.slice(0, 64), reason: asLogged(error).message };
  if (error instanceof BodyTooLargeError) return refused(413, 'too large', where);
  if (error instanceof CallbackNotFoundError) return refused(404, 'not found', where);
  if (error instanceof PushRefusedError) return refused(403, 'refused', where);
  logger.error('failed', asLogged(error));
  return answer(500, 'failed');
};

const refused = (status: number, text: string, where: { readonly account_id?: string | undefined; readonly reason: string }) => {
  logger.warn('push refused', { status, ...where });
  return answer(status, text);
};

// What WeChat sends to be read back could be made to look like a page.
const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
const answer = (statusCode: number, body: string) => ({ statusCode, headers, body });
