import '../test/support/environment.ts';
import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { massMessageId } from '../shared/domain/mass-message.ts';
import { massMessageView } from '../shared/http/present-mass-message.ts';
import { routes } from '../shared/http/routes.ts';

const problem = z
  .object({
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'stable; what a program should look at' }),
    detail: z.string(),
    hint: z.string().optional().meta({ description: 'what to do about it' }),
    errcode: z.int().optional().meta({ description: "WeChat's own code" }),
    errmsg: z.string().optional(),
    rid: z.string().optional().meta({ description: "WeChat's id of the request" }),
    errors: z.array(z.object({ in: z.enum(['path', 'query', 'body']), field: z.string(), reason: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

const page = z.object({
  mass_messages: z.array(massMessageView),
  next_cursor: z.string().optional().meta({ description: 'absent on the last page' }),
});
const liveStatus = z.object({
  msg_id: massMessageId,
  msg_status: z.string().nullable().meta({ description: 'SEND_SUCCESS, SENDING, SEND_FAIL, DELETE; null while somebody has to confirm' }),
  confirmation: z.literal('awaiting').optional(),
  errcode: z.int().optional().meta({ description: '89501 to 89505, while somebody has to confirm' }),
});

/** What a route answers when all is well. A route without an entry does not compile. */
const answers: Record<(typeof routes)[number]['handler'], Record<`2${string}`, { description: string; schema: z.ZodType }>> = {
  'official-account/get-live-status': { 200: { description: 'What WeChat says now', schema: liveStatus } },
  'official-account/track': {
    202: { description: 'Registered, and followed from now on', schema: massMessageView },
    200: { description: 'Registered before: the record as it stands', schema: massMessageView },
  },
  'official-account/list': { 200: { description: 'One page, possibly a short one', schema: page } },
  'official-account/get': { 200: { description: 'The record', schema: massMessageView } },
};

const json = (schema: z.ZodType) => ({ 'application/json': { schema } });
const error = (description: string) => ({ description, content: { 'application/problem+json': { schema: problem } } });

const operation = async (route: (typeof routes)[number]): Promise<ZodOpenApiOperationObject> => {
  const { input } = await import(/* @vite-ignore */ `../functions/${route.handler}.ts`);
  const takesBody = !(input.body instanceof z.ZodUndefined);
  return {
    operationId: route.handler.replace('official-account/', 'official-account-'),
    summary: route.summary,
    requestParams: { path: input.path, query: input.query },
    ...(takesBody && { requestBody: { required: true, content: json(input.body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers[route.handler]).map(([status, { description, schema }]) => [status, { description, content: json(schema) }]),
      ),
      400: error('Something in the request is wrong; `errors` names each field and the reason'),
      403: error('The caller may not do this (answered by API Gateway), or WeChat says so of the account'),
      404: error('No such account or message'),
      ...(takesBody && { 413: error('The body is too large'), 415: error('The body is not JSON') }),
      429: error('A limit of WeChat or of the API is reached; `Retry-After` says when to come again'),
      500: error('The failure is ours'),
      502: error('WeChat refuses or answers nonsense; `hint` says what to do'),
      503: error('WeChat or a renewal of the token is busy; come again after `Retry-After`'),
      504: error('WeChat did not answer in time'),
    },
  };
};

/** The API as its routes, inputs and views describe it: nothing is said twice. */
export const openApiDocument = async () => {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: await operation(route) };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Waybill',
      version: '1',
      description:
        'Tells what became of the messages a company sent through WeChat. Requests are signed (AWS Signature Version 4, service execute-api). Ids are strings; times are RFC 3339, in UTC where Waybill writes them.',
    },
    security: [{ signature: [] }],
    components: {
      securitySchemes: { signature: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'AWS Signature Version 4' } },
    },
    paths,
  });
};
