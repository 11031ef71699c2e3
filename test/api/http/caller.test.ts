import { expect, it, vi } from 'vitest';

vi.stubEnv('ACCOUNTS_CLAIM', 'waybill_accounts');
await import('../../support/environment.ts');
const { makeHandler } = await import('../../../functions/official-account/list.ts');
const { useTables } = await import('../../support/tables.ts');
const { context, read, request } = await import('../../support/request.ts');

const tables = useTables();
const list = async (claims: Record<string, unknown> | undefined) => {
  const account_id = await tables.addAccount();
  const event = request({ pathParameters: { account_id } });
  const named = claims && JSON.parse(JSON.stringify(claims).replaceAll('MINE', account_id));
  Object.assign(event.requestContext, { authorizer: named && { jwt: { claims: named, scopes: ['waybill/read'] } } });
  return read(makeHandler({ accounts: tables.accounts(), messages: tables.messages() })(event, context));
};

it.each([
  ['names the account', { waybill_accounts: 'MINE' }],
  ['names it among others', { waybill_accounts: 'oa-one MINE,oa-two' }],
  ['is a list, as API Gateway writes it', { waybill_accounts: '[oa-one MINE]' }],
  ['is for all accounts', { waybill_accounts: '*' }],
])('lets a caller in whose claim %s', async (_how, claims) => {
  await expect(list(claims)).resolves.toMatchObject({ status: 200 });
});

it.each([
  ['names another account', { waybill_accounts: 'oa-other' }],
  ['names one that only begins like it', { waybill_accounts: 'MINEx xMINE' }],
  ['is empty', { waybill_accounts: '' }],
  ['is missing', { sub: 'somebody', scope: 'MINE' }],
  ['cannot be there, without a token', undefined],
])('keeps a caller out whose claim %s', async (_how, claims) => {
  await expect(list(claims)).resolves.toMatchObject({ status: 403, body: { code: 'ACCOUNT_NOT_ALLOWED' } });
});
