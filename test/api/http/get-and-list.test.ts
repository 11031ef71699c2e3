import '../../support/environment.ts';
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeHandler as makeGet } from '../../../functions/official-account/get.ts';
import { makeHandler as makeList } from '../../../functions/official-account/list.ts';
import { register } from '../../../shared/domain/follow.ts';
import { prodSchedule } from '../../support/prod-schedule.ts';
import { context, read, request } from '../../support/request.ts';
import { useTables } from '../../support/tables.ts';

const tables = useTables();
let account: string;
let other: string;

const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 8, minute));
const get = (account_id: string, msg_id: string) =>
  read(makeGet({ accounts: tables.accounts(), messages: tables.messages() })(request({ pathParameters: { account_id, msg_id } }), context));
const list = (query: Record<string, string> = {}, account_id = account) =>
  read(
    makeList({ accounts: tables.accounts(), messages: tables.messages() })(
      request({ pathParameters: { account_id }, queryStringParameters: query }),
      context,
    ),
  );
const ids = (body: { mass_messages: { msg_id: string }[] }) => body.mass_messages.map(({ msg_id }) => msg_id);

beforeAll(async () => {
  account = await tables.addAccount();
  other = await tables.addAccount();
  for (let n = 1; n <= 25; n++) {
    const message = register({ account_id: account, msg_id: String(n) }, at(n), prodSchedule);
    await tables.messages().create(n % 5 === 0 ? { ...message, state: 'sent', basis: 'observed' } : message);
  }
  await tables.messages().create(register({ account_id: other, msg_id: '1' }, at(1), prodSchedule));
});

describe('GET /mass-messages/{msg_id}', () => {
  it('returns the record with its history, and none of what is ours alone', async () => {
    const { status, body } = await get(account, '5');
    expect(status).toBe(200);
    expect(body).toMatchObject({ msg_id: '5', state: 'sent', settled: true, history: [{ n: 0, state: 'submitted' }] });
    for (const internal of ['rev', 'attempt', 'due', 'resumes', 'looks', 'next_step_at', 'confirmation_deadline'])
      expect(body).not.toHaveProperty(internal);
  });

  it('shows since when it is in its state, what WeChat said last, and when it is looked at next', async () => {
    const message = register({ account_id: account, msg_id: '98', submitted_at: '2020-01-01T00:00:00Z' }, at(0), prodSchedule);
    const last_observation = { at: at(1).toISOString(), upstream: { errcode: 40059, errmsg: 'invalid msg id' } };
    await tables.messages().create({ ...message, last_observation });
    expect((await get(account, '98')).body).toMatchObject({
      last_observation,
      state_since: at(0).toISOString(),
      registered_at: at(0).toISOString(),
      next_step_at: at(0).toISOString(),
      history_dropped: 0,
    });
  });

  it('shows the deadline while an administrator has to confirm, and only then', async () => {
    const waiting = { ...register({ account_id: account, msg_id: '99' }, at(0), prodSchedule), state: 'awaiting_confirmation' as const };
    await tables.messages().create({ ...waiting, submitted_at: '2020-01-01T00:00:00.000Z' });
    expect((await get(account, '99')).body).toMatchObject({ confirmation_deadline: at(30).toISOString() });
    expect((await get(account, '1')).body).not.toHaveProperty('confirmation_deadline');
  });

  it.each([
    ['a message that was never registered', () => get(account, '404'), 404, 'MASS_MESSAGE_NOT_FOUND'],
    ['a message of another account', () => get(other, '5'), 404, 'MASS_MESSAGE_NOT_FOUND'],
    ['an account that does not exist', () => get('oa-nowhere', '5'), 404, 'ACCOUNT_NOT_FOUND'],
    ['an id that is none', () => get(account, '1e3'), 400, 'INVALID_REQUEST'],
  ])('answers %s with a problem', async (_what, call, status, code) => {
    await expect(call()).resolves.toMatchObject({ status, body: { code } });
  });
});

describe('GET /mass-messages', () => {
  it('gives the newest first, page by page, each message once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const { body } = await list({ limit: '7', from: '2026-03-02T00:00:00Z', ...(cursor && { cursor }) });
      seen.push(...ids(body));
      cursor = body.next_cursor;
      pages++;
    } while (cursor && pages < 10);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => String(25 - n)));
    expect(pages).toBe(4);
  });

  it('gives twenty unless asked otherwise, and up to a hundred', async () => {
    expect((await list()).body.mass_messages).toHaveLength(20);
    await expect(list({ limit: '100' })).resolves.toMatchObject({ status: 200 });
  });

  it('finds the few of a state among the many, over page ends', async () => {
    const first = await list({ state: 'sent', limit: '3' });
    expect(ids(first.body)).toEqual(['25', '20', '15']);
    const second = await list({ state: 'sent', limit: '3', cursor: first.body.next_cursor });
    expect(ids(second.body)).toEqual(['10', '5']);
  });

  it('takes a period: the beginning belongs to it, the end does not', async () => {
    const { body } = await list({ from: at(3).toISOString(), to: at(6).toISOString() });
    expect(ids(body)).toEqual(['5', '4', '3']);
  });

  it('is empty and has no next page when there is nothing', async () => {
    const { status, body } = await list({ state: 'deleted' });
    expect({ status, body }).toEqual({ status: 200, body: { mass_messages: [] } });
  });

  it('does not hide the other rows behind one that does not parse', async () => {
    const lonely = await tables.addAccount();
    await tables.messages().create(register({ account_id: lonely, msg_id: '1' }, at(1), prodSchedule));
    await tables.messages().create({ ...register({ account_id: lonely, msg_id: '2' }, at(2), prodSchedule), history: 'gone' } as never);
    expect(ids((await list({}, lonely)).body)).toEqual(['1']);
    await expect(get(lonely, '2')).resolves.toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
  });

  it.each([
    ['a state that is none', { state: 'lost' }, 'state'],
    ['a limit of zero', { limit: '0' }, 'limit'],
    ['a limit over the maximum', { limit: '101' }, 'limit'],
    ['a limit in another notation', { limit: '1e1' }, 'limit'],
    ['two limits', { limit: '1,2' }, 'limit'],
    ['a time that is none', { from: '2026-03-02' }, 'from'],
    ['a period that ends before it begins', { from: '2026-03-02T08:00:00Z', to: '2026-03-02T07:00:00Z' }, 'to'],
    ['a period of no length', { from: '2026-03-02T08:00:00Z', to: '2026-03-02T08:00:00Z' }, 'to'],
    ['a time that sorts before all others', { to: '0000-01-01T00:00:00Z' }, 'to'],
    ['a time that sorts nowhere', { from: '9999-12-31T23:59:59-08:00' }, 'from'],
    ['an unknown parameter', { page: '2' }, 'page'],
    ['a forged cursor', { cursor: 'eyJtc2dfaWQiOiIxIn0.AAAAAAAAAAAAAAAA' }, 'cursor'],
    ['a cursor that is nothing at all', { cursor: '%%%' }, 'cursor'],
    ['an empty cursor', { cursor: '' }, 'cursor'],
  ])('refuses %s and names the field', async (_what, query, field) => {
    const { status, body } = await list(query);
    expect(status).toBe(400);
    expect(body.errors).toContainEqual({ in: 'query', field, reason: expect.any(String) });
  });

  it.each([
    ['another account', { limit: '2' }, {}],
    ['another filter', { limit: '2' }, { state: 'sent' }],
    ['another beginning', { limit: '2' }, { from: '2026-03-02T00:00:00Z' }],
    ['another end', { limit: '2' }, { to: '2026-03-03T00:00:00Z' }],
  ])('refuses a cursor of %s', async (what, query, extra) => {
    const { body } = await list(query);
    const answer = await list({ ...query, ...extra, cursor: body.next_cursor }, what === 'another account' ? other : account);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'cursor' }] } });
  });

  it('refuses a cursor that was tampered with', async () => {
    const { body } = await list({ limit: '2' });
    const [position = '', digest] = String(body.next_cursor).split('.');
    const moved = Buffer.from(Buffer.from(position, 'base64url').toString().replace('24', '12')).toString('base64url');
    await expect(list({ cursor: `${moved}.${digest}` })).resolves.toMatchObject({ status: 400 });
  });

  it.each([
    ['something that is no position', 'x'],
    ['a position outside the period', JSON.stringify({ msg_id: '1', submitted_at: '2020-01-01T00:00:00.000Z' })],
  ])('refuses a cursor that somebody computed for %s', async (_what, text) => {
    const from = at(3).toISOString();
    const named = JSON.stringify(['mass-messages', account, undefined, from, undefined]);
    const digest = createHash('sha256').update(`${named}\n${text}`).digest('base64url').slice(0, 16);
    const answer = await list({ from, cursor: `${Buffer.from(text).toString('base64url')}.${digest}` });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'cursor' }] } });
  });

  it('answers for an account that does not exist', async () => {
    await expect(list({}, 'oa-nowhere')).resolves.toMatchObject({ status: 404, body: { code: 'ACCOUNT_NOT_FOUND' } });
  });
});
