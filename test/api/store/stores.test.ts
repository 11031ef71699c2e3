import { describe, expect, it } from 'vitest';
import { register } from '../../../shared/domain/follow.ts';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { DynamoAccountStore } from '../../../shared/store/account-store.ts';
import {
  AccountNotFoundError,
  LeaseLostError,
  MassMessageNotFoundError,
  StaleRowError,
  UnreadableRowError,
} from '../../../shared/store/errors.ts';
import { DynamoMassMessageStore } from '../../../shared/store/mass-message-store.ts';
import { prodSchedule } from '../../support/prod-schedule.ts';
import { useTables } from '../../support/tables.ts';

const tables = useTables();
const now = new Date('2026-03-02T08:00:00.000Z');
const fresh = (account_id: string, msg_id = '3147483999') => register({ account_id, msg_id }, now, prodSchedule);

describe('mass messages', () => {
  it('let one of fifty writers of the same revision win', async () => {
    const store = tables.messages();
    const mine = fresh(await tables.addAccount());
    await store.create(mine);
    const writers = Array.from({ length: 50 }, (_, n) => store.save({ ...mine, label: `writer ${n}`, rev: 1 }));
    const outcomes = await Promise.allSettled(writers);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.every((outcome) => outcome.status === 'fulfilled' || outcome.reason instanceof StaleRowError)).toBe(true);
  });

  it('keep a field that a later version wrote', async () => {
    const store = tables.messages();
    const mine = { ...fresh(await tables.addAccount()), campaign: { wave: 1 } };
    await store.create(mine);
    const read = await store.get(mine.account_id, mine.msg_id);
    await store.save({ ...read, label: 'touched', rev: 1 });
    await expect(store.get(mine.account_id, mine.msg_id)).resolves.toMatchObject({ label: 'touched', campaign: { wave: 1 } });
  });

  it('are due while something is expected of them, and only then', async () => {
    const store = tables.messages();
    const account_id = await tables.addAccount();
    const { next_step_at: _next, due: _due, ...finished } = fresh(account_id, '2');
    await store.create(fresh(account_id, '1'));
    await store.create(finished);
    const due = async (before: Date) =>
      (await Array.fromAsync(store.overdue(before))).flat().filter((message) => message.account_id === account_id);
    expect((await due(secondsAfter(now, 1))).map(({ msg_id }) => msg_id)).toEqual(['1']);
    expect(await due(now)).toEqual([]);
  });

  it('name the row and the field that cannot be read, and none of its values', async () => {
    const store = tables.messages();
    const account_id = await tables.addAccount();
    await store.create({ ...fresh(account_id), state: 'a private matter' } as never);
    const error = await store.get(account_id, '3147483999').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UnreadableRowError);
    expect(String(error)).toContain(`${account_id}/3147483999`);
    expect(String(error)).toContain('state');
    expect(String(error)).not.toContain('private');
  });

  it('of a state are found in one call, past many of another state and past pages that hold none', async () => {
    const store = tables.messages();
    const account_id = await tables.addAccount();
    // Three of these are more than the megabyte of a page.
    const label = 'x'.repeat(350_000);
    const add = (n: number, rest: object) =>
      store.create({ ...register({ account_id, msg_id: String(n) }, secondsAfter(now, n), prodSchedule), ...rest });
    await add(1, { state: 'sent' });
    await Promise.all(Array.from({ length: 16 }, (_, n) => add(n + 2, n < 4 ? { label } : {})));
    const { messages } = await store.list(account_id, { state: 'sent' }, 2);
    expect(messages.map(({ msg_id }) => msg_id)).toEqual(['1']);
  });

  it('are neither there already nor stale because the table cannot be asked', async () => {
    const store = new DynamoMassMessageStore(tables.client(), 'nowhere');
    const trouble = { name: 'ResourceNotFoundException' };
    await expect(store.create(fresh('oa'))).rejects.toMatchObject(trouble);
    await expect(store.save({ ...fresh('oa'), rev: 1 })).rejects.toMatchObject(trouble);
    await expect(new DynamoAccountStore(tables.client(), 'nowhere').takeTokenLease('oa', 'a', now, now)).rejects.toMatchObject(trouble);
  });

  it('say when there is none', async () => {
    await expect(tables.messages().get('oa', '1')).rejects.toThrow(MassMessageNotFoundError);
  });
});

describe('all accounts', () => {
  it('are found past the megabyte that one page of a table holds, and past a row that cannot be read', async () => {
    const note = 'x'.repeat(390_000);
    const ids = [await tables.addAccount({ token: 'gone' } as never)];
    const whole = await Promise.all([1, 2, 3, 4].map(() => tables.addAccount({ note })));
    ids.push(...whole);
    const found = (await tables.accounts().all()).map(({ account_id }) => account_id).filter((id) => ids.includes(id));
    expect(found.sort()).toEqual(whole.sort());
  });
});

describe('the lease on a token', () => {
  const until = secondsAfter(now, 15);

  it('goes to one of fifty', async () => {
    const store = tables.accounts();
    const account = await tables.addAccount();
    const takers = await Promise.all(Array.from({ length: 50 }, (_, n) => store.takeTokenLease(account, `p${n}`, now, until)));
    expect(takers.filter(Boolean)).toHaveLength(1);
  });

  it('can be taken again when it was given back, or at the moment it runs out', async () => {
    const store = tables.accounts();
    const account = await tables.addAccount();
    await store.takeTokenLease(account, 'a', now, until);
    await store.releaseTokenLease(account, 'b');
    expect(await store.takeTokenLease(account, 'b', secondsAfter(until, -0.001), until)).toBeUndefined();
    expect(await store.takeTokenLease(account, 'b', until, secondsAfter(until, 15))).toMatchObject({ token_lease: { owner: 'b' } });
    await store.releaseTokenLease(account, 'b');
    expect(await store.takeTokenLease(account, 'c', now, until)).toBeDefined();
  });

  it('lost, lets nothing of its former holder through', async () => {
    const store = tables.accounts();
    const account = await tables.addAccount();
    const token = { version: 'late', fetched_at: now.toISOString(), expires_at: until.toISOString() };
    await store.takeTokenLease(account, 'a', now, until);
    await store.takeTokenLease(account, 'b', until, secondsAfter(until, 15));
    await expect(store.endTokenLease(account, 'a', { token })).rejects.toThrow(LeaseLostError);
    expect(await store.get(account)).not.toHaveProperty('token');
  });

  it('cannot be taken of an account that does not exist, and creates none', async () => {
    const store = tables.accounts();
    expect(await store.takeTokenLease('oa-nowhere', 'a', now, until)).toBeUndefined();
    await expect(store.get('oa-nowhere')).rejects.toThrow(AccountNotFoundError);
  });
});

describe('attention', () => {
  const what = { code: 'X', hint: 'do this', since: now.toISOString(), published: false };

  it('of one subject is raised once by fifty at the same time', async () => {
    const store = tables.accounts();
    const account = await tables.addAccount();
    const raised = await Promise.all(Array.from({ length: 50 }, () => store.raiseAttention(account, 'api', what)));
    expect(raised.filter(Boolean)).toHaveLength(1);
    expect(await store.raiseAttention(account, 'tracking', what)).toBe(true);
  });

  it('that was raised anew in the meantime is not marked as published', async () => {
    const store = tables.accounts();
    const account = await tables.addAccount();
    await store.raiseAttention(account, 'api', what);
    await store.clearAttention(account, 'api');
    await store.clearAttention(account, 'api');
    await store.raiseAttention(account, 'api', { ...what, since: until(1) });
    expect(await store.markAttentionPublished(account, 'api', what.since)).toBe(false);
    expect(await store.markAttentionPublished(account, 'api', until(1))).toBe(true);
  });
  const until = (seconds: number) => secondsAfter(now, seconds).toISOString();

  it('gives way to another trouble of the same, and to none of another message', async () => {
    const store = tables.accounts();
    const account = await tables.addAccount();
    const codes = async () => Object.values((await store.get(account)).attention).map(({ code, errcode }) => [code, errcode]);
    await store.raiseAttention(account, 'token', { ...what, errcode: 40164 });
    expect(await store.raiseAttention(account, 'token', { ...what, errcode: 40164, since: until(1) })).toBe(false);
    expect(await store.raiseAttention(account, 'token', { ...what, errcode: 40243, since: until(2) })).toBe(true);
    expect(await store.raiseAttention(account, 'token', { ...what, since: until(3) })).toBe(true);
    expect(await store.raiseAttention(account, 'token', { ...what, code: 'Y', since: until(4) })).toBe(true);
    expect(await store.raiseAttention(account, 'token', { ...what, code: 'Z', msg_id: '7', since: until(5) })).toBe(false);
    expect(await codes()).toEqual([['Y', undefined]]);
  });

  it('of an account that does not exist is not raised', async () => {
    expect(await tables.accounts().raiseAttention('oa-nowhere', 'api', what)).toBe(false);
  });
});
