import * as z from 'zod';
import type { routes } from '../shared/http/routes.ts';

export const problem = z
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

const byFunction = { 'application/problem+json': { schema: problem } };
const byGateway = { 'application/json': { schema: refusal } };
const error = (description: string) => ({ description, content: byFunction });
const refused = (description: string) => ({ description, content: byGateway });
const either = (description: string) => ({ description, content: { ...byFunction, ...byGateway } });

type Route = (typeof routes)[number];
const deletes = ({ permission }: Route): boolean => permission === 'delete';
const asksWechat = (route: Route): boolean => deletes(route) || route.path.includes('/live/');
const asksWecom = (route: Route): boolean => asksWechat(route) && route.handler.startsWith('wecom/');

/** What the path, or the address in the body, names and may not be there. */
const missing = (route: Route): string => {
  const { path } = route;
  if (asksWecom(route)) return 'No such account or, as WeChat says, no such message or member';
  if (path.includes('{sync_id}')) return 'No such account or sync: a sync is forgotten after some weeks';
  if (/\{msg_?id\}/.test(path) || deletes(route)) return 'No such account or message';
  return 'No such account';
};

const stale = 'Others keep changing the same record; come again after `Retry-After`';

/** What the account, or the state of what is asked for, does not allow. */
const conflict = (route: Route): string => {
  // As in shared/store/sending-account.ts: a record can be looked for without a token, everything else is of an account that sends.
  const readsRecords = route.permission === 'read' && !asksWechat(route);
  return [
    ...(readsRecords ? [] : ['`ACCOUNT_SENDS_NOTHING`: a third-party platform or a suite has no messages of its own']),
    '`ACCOUNT_OF_OTHER_CHANNEL`: mass messages are of Official Accounts, group messages of WeCom',
    ...(deletes(route) ? ['Else WeChat says that the state of the message does not allow it: only what was sent can be deleted'] : []),
    ...(asksWecom(route) ? ['Else WeChat no longer takes the cursor: begin with the first page'] : []),
  ].join('. ');
};

const refusedByWechat = (route: Route) => ({
  ...(deletes(route) && { 422: error('WeChat says that the message has no such article, or that this one cannot be deleted by API') }),
  ...(asksWecom(route) && {
    ...(route.path.includes('{msgid}') && { 410: error('The group message was cancelled') }),
    422: error('WeChat says that an id is none of its own, or not what it is given for'),
  }),
});

const failuresOfWechat = (route: Route) => {
  const unknown = deletes(route) ? '. With `DELETION_OUTCOME_UNKNOWN` it may have been deleted or not, and the record tells later' : '';
  return {
    502: error(`WeChat refuses or answers nonsense; \`hint\` says what to do${unknown}`),
    503: error('WeChat or a renewal of the token is busy; come again after `Retry-After`'),
    504: error(`WeChat did not answer in time${unknown}`),
  };
};

/** What a route answers when something is wrong. */
export const errorsOf = (route: Route, { takesBody }: { readonly takesBody: boolean }) => ({
  400: error(
    `Something in the request is wrong; \`errors\` names each field and the reason${asksWechat(route) ? ', unless it is WeChat that says so' : ''}`,
  ),
  401: refused('With tokens: there is none, or none that is believed'),
  403: either(
    `The signature, the policy or the scopes of the caller do not allow this (answered by API Gateway), ${
      asksWechat(route) ? 'the token is not for this account, or WeChat says so of the account' : 'or the token is not for this account'
    }`,
  ),
  ...(route.path.includes('{') && { 404: error(missing(route)) }),
  ...(route.path.includes('{account_id}/') && { 409: error(conflict(route)) }),
  ...(takesBody && { 413: error('The body is too large'), 415: error('The body is not JSON') }),
  ...refusedByWechat(route),
  429: asksWechat(route)
    ? either('A limit of WeChat is reached, and `Retry-After` says when to come again; or one of the API (answered by API Gateway)')
    : refused('A limit of the API is reached'),
  500: error('The failure is ours'),
  ...(asksWechat(route) ? failuresOfWechat(route) : takesBody && { 503: error(stale) }),
});
