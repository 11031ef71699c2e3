import '../test/support/environment.ts';
import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { defaultScopePrefix } from '../infra/scope-prefix.ts';
import { massMessageId } from '../shared/domain/mass-message.ts';
import { liveMessagesView, liveResultsView, liveTasksView } from '../shared/http/live-views.ts';
import { accountView } from '../shared/http/present-account.ts';
import { deletionReply, pageDeletionReply } from '../shared/http/present-deletion.ts';
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

/** The body of what no function saw. */
const refusal = z.object({ message: z.string() }).meta({ id: 'Refusal', description: "API Gateway's own" });

const next_cursor = z.string().optional().meta({ description: 'absent on the last page' });
const page = z.object({ mass_messages: z.array(massMessageView), next_cursor });
const accounts = z.object({ accounts: z.array(accountView), next_cursor });
const liveStatus = z.object({
  msg_id: massMessageId,
  msg_status: z.string().nullable().meta({ description: 'SEND_SUCCESS, SENDING, SEND_FAIL, DELETE; null while somebody has to confirm' }),
  confirmation: z.literal('awaiting').optional(),
  errcode: z.int().optional().meta({ description: '89501 to 89505, while somebody has to confirm' }),
});

const livePage = "One page of WeChat's, and the cursor of the next";

// As in shared/store/sending-account.ts: a record can be looked for without a token, everything else is of an account that sends.
const noSuchMessages = ({ path, permission }: (typeof routes)[number]): string | undefined => {
  if (!/-messages/.test(path)) return undefined;
  const otherChannel = '`ACCOUNT_OF_OTHER_CHANNEL`: mass messages are of Official Accounts, group messages of WeCom';
  const sendsNothing = '`ACCOUNT_SENDS_NOTHING`: a third-party platform or a suite has no messages of its own';
  return permission === 'read' && !path.includes('/live/') ? otherChannel : `${sendsNothing}. ${otherChannel}`;
};

const underWay = "Somebody else's request for the same is under way and may do it; asking again tells what came of it";

/** What a route answers when all is well. A route without an entry does not compile. */
const answers: Record<(typeof routes)[number]['handler'], Record<`2${string}`, { description: string; schema: z.ZodType }>> = {
  'official-account/get-live-status': { 200: { description: 'What WeChat says now', schema: liveStatus } },
  'official-account/track': {
    202: { description: 'Registered, and followed from now on', schema: massMessageView },
    200: { description: 'Registered before: the record as it stands', schema: massMessageView },
  },
  'official-account/list': { 200: { description: 'One page, possibly a short one', schema: page } },
  'official-account/get': { 200: { description: 'The record', schema: massMessageView } },
  'official-account/delete-mass-message': {
    200: { description: 'Deleted, now or before', schema: deletionReply },
    202: { description: underWay, schema: deletionReply },
  },
  'official-account/delete-by-url': {
    200: { description: 'Deleted, now or before', schema: pageDeletionReply },
    202: { description: underWay, schema: pageDeletionReply },
  },
  'wecom/list-live-messages': { 200: { description: livePage, schema: liveMessagesView } },
  'wecom/list-live-tasks': { 200: { description: livePage, schema: liveTasksView } },
  'wecom/list-live-results': { 200: { description: livePage, schema: liveResultsView } },
  'accounts/list-accounts': { 200: { description: 'One page; with a token, of the accounts that it is for', schema: accounts } },
  'accounts/get-account': { 200: { description: 'The account', schema: accountView } },
};

const json = (schema: z.ZodType) => ({ 'application/json': { schema } });
const refused = (description: string) => ({ description, content: json(refusal) });
const error = (description: string) => ({ description, content: { 'application/problem+json': { schema: problem } } });

const operation = async (route: (typeof routes)[number]): Promise<ZodOpenApiOperationObject> => {
  const { input } = await import(/* @vite-ignore */ `../functions/${route.handler}.ts`);
  const takesBody = !(input.body instanceof z.ZodUndefined);
  const deletes = route.permission === 'delete';
  const ofTheState = deletes ? '. Else WeChat says that the state of the message does not allow it: only what was sent can be deleted' : '';
  const forAccount = noSuchMessages(route);
  const conflict = forAccount && `${forAccount}${ofTheState}`;
  const unknown = deletes ? '. With `DELETION_OUTCOME_UNKNOWN` it may have been deleted or not, and the record tells later' : '';
  return {
    operationId: route.handler.replace('/', '-'),
    summary: route.summary,
    // A stage has one of the two.
    security: [{ signature: [] }, { token: [`${defaultScopePrefix}${route.permission}`] }],
    requestParams: { path: input.path, query: input.query },
    ...(takesBody && { requestBody: { required: true, content: json(input.body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers[route.handler]).map(([status, { description, schema }]) => [status, { description, content: json(schema) }]),
      ),
      400: error('Something in the request is wrong; `errors` names each field and the reason'),
      401: refused('With tokens: there is none, or none that is believed'),
      403: {
        description:
          'The signature, the policy or the scopes of the caller do not allow this (answered by API Gateway), the token is not for this account, or WeChat says so of the account',
        content: { 'application/problem+json': { schema: problem }, ...json(refusal) },
      },
      ...(route.path.includes('{') && { 404: error('No such account or message') }),
      ...(conflict !== undefined && { 409: error(conflict) }),
      ...(deletes && {
        422: error('WeChat says that the message has no such article, or that this one cannot be deleted by API'),
      }),
      ...(takesBody && { 413: error('The body is too large'), 415: error('The body is not JSON') }),
      429: error('A limit of WeChat or of the API is reached; `Retry-After` says when to come again'),
      500: error('The failure is ours'),
      502: error(`WeChat refuses or answers nonsense; \`hint\` says what to do${unknown}`),
      503: error('WeChat or a renewal of the token is busy; come again after `Retry-After`'),
      504: error(`WeChat did not answer in time${unknown}`),
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
        "Tells what became of the messages a company sent through WeChat. A stage lets callers in by one of two ways: requests are signed by an AWS identity (IAM, the default), or they carry a token of an identity provider (JWT). Ids are strings; times are RFC 3339, in UTC where Waybill writes them. `/callbacks/{account_id}`, which WeChat calls, is not described here: what is said there is WeChat's own protocol.",
    },
    components: {
      securitySchemes: {
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'In a stage with `auth: iam`: AWS Signature Version 4, service execute-api',
        },
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: `In a stage with \`auth: jwt\`: an access token of the stage's issuer with the scope that the operation names (the stage may have set another prefix than \`${defaultScopePrefix}\`), and the accounts of the caller in a claim`,
        },
      },
    },
    paths,
  });
};
