import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';

vi.stubEnv('ACCOUNTS_CLAIM', 'waybill_accounts');
vi.stubEnv('EGRESS_ADDRESSES', '192.0.2.1,192.0.2.2');
await import('../../support/environment.ts');
const { makeHandler: makeGet } = await import('../../../functions/accounts/get-account.ts');
const { makeHandler: makeList } = await import('../../../functions/accounts/list-accounts.ts');
const { egressEnv, loadEnv } = await import('../../../shared/env.ts');
const { asDescribed } = await import('../../support/described.ts');
const { useTables } = await import('../../support/tables.ts');
const { context, read, request } = await import('../../support/request.ts');
afterAll(() => vi.unstubAllEnvs());

const tables = useTables();
const egress = ['192.0.2.1', '192.0.2.2'];
const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 8, minute)).toISOString();
const signedFor = (accounts: string, parts: Parameters<typeof request>[0]) => {
  const event = request(parts);
  Object.assign(event.requestContext, { authorizer: { jwt: { claims: { waybill_accounts: accounts } } } });
  return event;
};
const get = (account_id: string, accounts = '*') =>
  asDescribed(
    'accounts/get-account',
    read(makeGet(tables.accounts(), egress)(signedFor(accounts, { pathParameters: { account_id } }), context)),
  );
const list = (query: Record<string, string> = {}, accounts = '*') =>
  asDescribed(
    'accounts/list-accounts',
    read(makeList(tables.accounts(), egress)(signedFor(accounts, { queryStringParameters: query }), context)),
  );
const ids = (body: { accounts: { account_id: string }[] }) => body.accounts.map(({ account_id }) => account_id);

const token = { version: 'v-S3CRET', fetched_at: at(0), expires_at: at(59), refused_at: at(1), forced_at: at(2) };
const token_failure = {
  code: 'WECHAT_NOT_PERMITTED',
  detail: 'getStableAccessToken: WeChat answered 40164',
  hint: 'Enter the addresses.',
  http_status: 502,
  blocked: true,
  errcode: 40164,
  errmsg: 'invalid ip',
  rid: '65a0-11-22',
  count: 2,
  retry_at: at(5),
};
const raised = (more: object = {}) => ({ code: 'X', hint: 'do this', since: at(3), published: true, ...more });

describe('GET /v1/accounts/{account_id}', () => {
  it('shows how an account fares, and no secret, no version and no lease', async () => {
    const account_id = await tables.addAccount({
      token,
      token_failure,
      token_lease: { owner: 'S3CRET', expires_at: at(9) },
      attention: { tracking: raised({ msg_id: '7' }), token: raised({ errcode: 40164 }) },
      from_a_later_version: 'S3CRET',
    });
    const { status, body } = await get(account_id);
    const { http_status: _, ...failure } = token_failure;
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        account_id,
        kind: 'official_account',
        upstream_id: 'wx0123456789abcdef',
        created_at: '2026-01-01T00:00:00.000Z',
        token: { fetched_at: at(0), expires_at: at(59) },
        token_failure: failure,
        attention: [
          { subject: 'token', code: 'X', hint: 'do this', errcode: 40164, since: at(3) },
          { subject: 'tracking', code: 'X', hint: 'do this', msg_id: '7', since: at(3) },
        ],
        addresses_to_allow: egress,
      },
    });
  });

  it.each([40164, 61004])('names the addresses to allow when WeChat refuses them with %i', async (errcode) => {
    const account_id = await tables.addAccount({ attention: { token: raised({ errcode }) } });
    expect((await get(account_id)).body).toMatchObject({ addresses_to_allow: egress });
    const { body } = await read(makeGet(tables.accounts())(signedFor('*', { pathParameters: { account_id } }), context));
    expect(body).not.toHaveProperty('addresses_to_allow');
  });

  it('names no addresses when something else is the matter', async () => {
    const account_id = await tables.addAccount({ attention: { token: raised({ errcode: 40125 }), api: raised() } });
    expect((await get(account_id)).body).not.toHaveProperty('addresses_to_allow');
  });

  it.each(['third_party_platform', 'wecom_suite'] as const)('shows a %s with its ticket, and null until one has come', async (kind) => {
    const waiting = await tables.addAccount({ kind });
    const ready = await tables.addAccount({ kind, ticket: { received_at: at(4) } });
    expect((await get(waiting)).body).toMatchObject({ ticket: null, token: null, token_failure: null, attention: [] });
    expect((await get(ready)).body).toMatchObject({ ticket: { received_at: at(4) } });
    expect((await get(ready)).body).not.toHaveProperty('authorization');
  });

  it('shows the addresses also when WeCom refuses them', async () => {
    const account_id = await tables.addAccount({ kind: 'wecom_app', attention: { token: raised({ errcode: 60020 }) } });
    const { body } = await get(account_id);
    expect(body).toMatchObject({ kind: 'wecom_app', addresses_to_allow: expect.any(Array) });
    expect(body).not.toHaveProperty('ticket');
  });

  it('shows how the last sync of a WeCom account ended, and nothing until one has', async () => {
    const last_sync = { sync_id: '20260302t080000z-0badcafe', finished_at: at(8), phase: 'failed' as const };
    const leased = { sync_lease: { owner: 'S3CRET', expires_at: at(9) }, synced_until: at(7) };
    const synced = await tables.addAccount({ kind: 'wecom_app', ...leased, last_sync });
    const unsynced = await tables.addAccount({ kind: 'wecom_app', ...leased });
    const { body } = await get(synced);
    expect(body.last_sync).toEqual(last_sync);
    for (const internal of Object.keys(leased)) expect(body).not.toHaveProperty(internal);
    expect((await get(unsynced)).body).not.toHaveProperty('last_sync');
  });

  it('shows an authorized account with its platform and what the owner allows', async () => {
    const kind = 'authorized_official_account';
    const unexplored = await tables.addAccount({ kind });
    const explored = await tables.addAccount({ kind, platform: 'platform', authorization: { func_ids: [1, 7], changed_at: at(6) } });
    const lapsed = await tables.addAccount({ kind, authorization: { changed_at: at(7), lapsed: true } });
    expect((await get(unexplored)).body).toMatchObject({ authorization: { func_ids: null, changed_at: null, lapsed: false } });
    expect((await get(unexplored)).body).not.toHaveProperty('ticket');
    expect((await get(explored)).body).toMatchObject({
      platform: 'platform',
      authorization: { func_ids: [1, 7], changed_at: at(6), lapsed: false },
    });
    expect((await get(lapsed)).body).toMatchObject({ authorization: { lapsed: true } });
  });

  it('is a 404 for an account that does not exist, and a 403 for one that the token does not name', async () => {
    await expect(get('oa-nowhere')).resolves.toMatchObject({ status: 404, body: { code: 'ACCOUNT_NOT_FOUND' } });
    const account_id = await tables.addAccount();
    await expect(get(account_id, 'oa-other')).resolves.toMatchObject({ status: 403, body: { code: 'ACCOUNT_NOT_ALLOWED' } });
  });
});

describe('GET /v1/accounts', () => {
  const named = Array.from({ length: 7 }, (_, n) => `list-${n}`);
  const mine = named.join(' ');
  beforeEach(async () => {
    const row = { kind: 'official_account', upstream_id: 'wx', created_at: at(0), attention: {} };
    for (const account_id of named) await tables.client().send(new PutCommand({ TableName: 'accounts', Item: { account_id, ...row } }));
  });

  it('gives every account by its id, page by page, each once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await list({ limit: '3', ...(cursor && { cursor }) }, mine);
      expect(body.accounts.length).toBeLessThanOrEqual(3);
      seen.push(...ids(body));
      cursor = body.next_cursor;
    } while (cursor);
    expect(seen).toEqual(named);
  });

  it('has no next page when the last one is full', async () => {
    expect((await list({ limit: '7' }, mine)).body).not.toHaveProperty('next_cursor');
    expect((await list({ limit: '6' }, mine)).body).toHaveProperty('next_cursor');
  });

  it("shows a caller the accounts that its token names, and does not let the others' number be told from the pages", async () => {
    const { body } = await list({ limit: '2' }, 'list-2,list-5');
    expect(body).toEqual({
      accounts: [expect.objectContaining({ account_id: 'list-2' }), expect.objectContaining({ account_id: 'list-5' })],
    });
    expect((await list({}, 'oa-nowhere')).body).toEqual({ accounts: [] });
    expect(ids((await list({ limit: '100' })).body)).toEqual(expect.arrayContaining(named));
  });

  it('shows each account as it is shown alone', async () => {
    const { body } = await list({}, 'list-3');
    expect(body.accounts).toEqual([(await get('list-3')).body]);
  });

  it.each([
    ['a limit of zero', { limit: '0' }, 'limit'],
    ['an unknown parameter', { kind: 'official_account' }, 'kind'],
    ['a forged cursor', { cursor: 'eyJhY2NvdW50X2lkIjoiYSJ9.AAAAAAAAAAAAAAAA' }, 'cursor'],
  ])('refuses %s and names the field', async (_what, query, field) => {
    await expect(list(query as Record<string, string>)).resolves.toMatchObject({ status: 400, body: { errors: [{ in: 'query', field }] } });
  });
});

it('reads the addresses of the stage from its environment, where it has them', () => {
  expect(loadEnv(egressEnv).EGRESS_ADDRESSES).toEqual(egress);
  vi.stubEnv('EGRESS_ADDRESSES', undefined);
  expect(loadEnv(egressEnv).EGRESS_ADDRESSES).toBeUndefined();
});
