import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, type MassMessageRecord, type Send } from '../../local/api-client.ts';
import { demoAccount, type LocalStack } from '../../local/stack.ts';
import { openCorp, startSync, withoutPeriod } from './campaigns.ts';
import { prepareSecondDeployment } from './change.ts';
import { deployment } from './deployment.ts';
import { type Issuer, otherKey, startIssuer } from './issuer.ts';
import { awaiting, isOpen, send, statesOf, until } from './messages.ts';

/**
 * What API Gateway does beyond the emulator: it takes RS256 alone, and no token without `exp`; it asks the issuer already when the
 * authorizer is deployed; it needs leave to call the functions (test/infra/permissions.test.ts). That every route asks for its scope,
 * of one issuer and one audience, is held for every stage by test/infra/auth.test.ts.
 */
const { account_id } = demoAccount;
const audience = 'waybill';
const accountsClaim = 'waybill_accounts';
const messages = `/v1/accounts/${account_id}/mass-messages`;

let issuer: Issuer;
let stack: LocalStack;
/** Written while IAM decided who may call. */
let settled: MassMessageRecord;
let open: MassMessageRecord;
let wasOpen: boolean;

beforeAll(async () => {
  issuer = await startIssuer();
  stack = await deployment('jwt');
  settled = await until(stack.api, await send(stack, { awaiting_confirmation: false, sending_seconds: 0 }), 30);
  const { apply } = await prepareSecondDeployment({
    ...stack.cdk,
    context: {
      ...stack.cdk.context,
      auth: 'jwt',
      'jwt-issuer': issuer.url,
      'jwt-audience': `somebody-else,${audience}`,
      'jwt-accounts-claim': accountsClaim,
    },
  });
  open = await until(stack.api, await send(stack), 30, awaiting);
  await apply();
  wasOpen = isOpen(open, new Date());
  if (wasOpen) stack.simulator.control.tellAdministrator(open.msg_id, { action: 'confirm' });
}, 240_000);
afterAll(async () => {
  await stack?.stop();
  await issuer?.close();
}, 30_000);

const now = () => Math.floor(Date.now() / 1000);
/** Of a token that may ask for the messages of the account. */
const reading = () => ({
  iss: issuer.url,
  aud: audience,
  sub: 'a-service',
  client_id: 'a-service',
  iat: now(),
  exp: now() + 300,
  scope: 'waybill/read',
  [accountsClaim]: account_id,
});
const bearing =
  (token: string): Send =>
  (url, init) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${token}`);
    return fetch(url, { ...init, headers });
  };
const callerWith = (claims: object = {}) => new ApiClient(stack.api.url, bearing(issuer.token({ ...reading(), ...claims })));
const registration = (msg_id: string) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ msg_id }),
});

describe('a deployment that asks for tokens where signatures did', { timeout: 60_000 }, () => {
  it('keeps the records that were there', async () => {
    expect(settled.state).toBe('sent');
    expect(await callerWith().get(account_id, settled.msg_id)).toEqual(settled);
  });

  it('follows on a message whose administrator still had time', async () => {
    expect(wasOpen, 'the deployment fell into the window').toBe(true);
    const record = await until(callerWith(), open.msg_id, 60);
    expect(record.state).toBe('sent');
    expect(statesOf(record).slice(0, 2)).toEqual(['submitted', 'awaiting_confirmation']);
  });

  it('lets in no signature any more', async () => {
    expect((await stack.api.fetch(messages)).status).toBe(401);
  });
});

describe('a token with waybill/read', { timeout: 60_000 }, () => {
  it('lists, gets and asks WeChat', async () => {
    const caller = callerWith();
    for (const path of [messages, `${messages}/${settled.msg_id}`, `/v1/accounts/${account_id}/live/mass-messages/${settled.msg_id}`])
      expect((await caller.fetch(path)).status, path).toBe(200);
  });

  it('registers nothing, which takes waybill/track', async () => {
    const { msg_id } = stack.simulator.control.createMassMessage({});
    expect((await callerWith().fetch(messages, registration(msg_id))).status).toBe(403);
    const tracker = callerWith({ scope: 'waybill/track' });
    expect((await tracker.fetch(messages, registration(msg_id))).status).toBe(202);
    expect((await tracker.fetch(messages)).status, 'tracking is not reading').toBe(403);
  });
});

describe('a token with waybill/delete', { timeout: 60_000 }, () => {
  it('deletes, which neither reading nor tracking does, and the record says whose it was', async () => {
    const path = `${messages}/${settled.msg_id}`;
    const deletion = { method: 'DELETE' };
    const others = callerWith({ scope: 'waybill/read waybill/track' });
    expect((await others.fetch(`${path}?all=true`, deletion)).status).toBe(403);
    const answer = await callerWith({ scope: 'waybill/delete', sub: 'campaigns' }).fetch(`${path}?all=true`, deletion);
    expect(answer.status).toBe(200);
    expect(await (await callerWith().fetch(path)).json()).toMatchObject({
      state: 'deleted',
      deletions: [{ target: 'all', outcome: 'deleted', asked_by: 'campaigns' }],
    });
  });
});

describe('a token with waybill/operate', { timeout: 60_000 }, () => {
  it('starts a sync, which neither reading nor tracking nor deleting does, and it says whose it was', async () => {
    const corp = await openCorp(stack, 'corp');
    const path = `/v1/accounts/${corp.account_id}/group-messages`;
    const callerOf = (scope: string) => callerWith({ [accountsClaim]: corp.account_id, sub: 'campaigns', scope });
    const others = callerOf('waybill/read waybill/track waybill/delete');
    expect((await others.fetch(`${path}/sync`, withoutPeriod)).status).toBe(403);
    const operator = callerOf('waybill/operate');
    const { sync_id } = await startSync(operator, corp.account_id);
    expect((await operator.fetch(path)).status, 'operating is not reading').toBe(403);
    const answer = await others.fetch(`/v1/accounts/${corp.account_id}/syncs/${sync_id}`);
    expect(await answer.json()).toMatchObject({ trigger: 'request', requested_by: 'campaigns' });
  });
});

describe('who may ask for an account', { timeout: 60_000 }, () => {
  it.each<[string, unknown]>([
    ['names it', account_id],
    ['names it among others', `oa-other ${account_id}`],
    ['names it in a list', ['oa-other', account_id]],
    ['names all', '*'],
  ])('is somebody whose token %s', async (_, accounts) => {
    expect((await callerWith({ [accountsClaim]: accounts }).fetch(messages)).status).toBe(200);
  });

  it.each<[string, unknown]>([
    ['another one', 'oa-other'],
    ['one whose id begins like it', `${account_id}-2`],
    ['none', undefined],
  ])('is not somebody whose token names %s', async (_, accounts) => {
    const caller = callerWith({ [accountsClaim]: accounts, scope: 'waybill/read waybill/track waybill/delete waybill/operate' });
    const live = `/v1/accounts/${account_id}/live/mass-messages/${settled.msg_id}`;
    const answers = await Promise.all([
      caller.fetch(messages),
      caller.fetch(`${messages}/${settled.msg_id}`),
      caller.fetch(live),
      caller.fetch(messages, registration('1')),
      caller.fetch(`${messages}/${settled.msg_id}?all=true`, { method: 'DELETE' }),
      caller.fetch(`${messages}/delete-by-url`, { ...registration('1'), body: '{"url":"https://mp.weixin.qq.com/s/abc"}' }),
      caller.fetch(`/v1/accounts/${account_id}/group-messages/sync`, withoutPeriod),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(403);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await answer.json()).toMatchObject({ code: 'ACCOUNT_NOT_ALLOWED' });
    }
  });

  it.each<[string, unknown, readonly object[]]>([
    ['it', `oa-other ${account_id}`, [expect.objectContaining({ account_id })]],
    ['another one', 'oa-other', []],
    ['none', undefined, []],
  ])('is shown of all accounts what the token names: %s', async (_, accounts, shown) => {
    const answer = await callerWith({ [accountsClaim]: accounts }).fetch('/v1/accounts');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ accounts: shown });
  });
});

describe('a caller is not let in', { timeout: 60_000 }, () => {
  it.each<[string, number, () => string | undefined]>([
    ['without a token', 401, () => undefined],
    ['with something that is no token', 401, () => 'waybill/read'],
    ['with one that has expired', 401, () => issuer.token({ ...reading(), exp: now() - 1 })],
    ['with one that is not valid yet', 401, () => issuer.token({ ...reading(), nbf: now() + 300 })],
    ['with one for another audience', 401, () => issuer.token({ ...reading(), aud: 'waybill-test' })],
    ['with one for no audience', 401, () => issuer.token({ ...reading(), aud: undefined })],
    ['with one of another issuer', 401, () => issuer.token({ ...reading(), iss: 'https://id.example.com' })],
    ["with one that is not signed with the issuer's key", 401, () => issuer.token(reading(), otherKey())],
    ['with one without any scope, as an ID token is', 403, () => issuer.token({ ...reading(), scope: undefined, nonce: 'n-0S6' })],
    ['with one whose scopes are for something else', 403, () => issuer.token({ ...reading(), scope: 'openid waybill waybill/reader' })],
  ])('%s: %i', async (_, status, token) => {
    const shown = token();
    const caller = shown === undefined ? new ApiClient(stack.api.url, fetch) : new ApiClient(stack.api.url, bearing(shown));
    const answer = await caller.fetch(messages);
    expect(answer.status).toBe(status);
    expect(await answer.json(), 'no function was asked').toEqual({ message: status === 401 ? 'Unauthorized' : 'Forbidden' });
  });
});
