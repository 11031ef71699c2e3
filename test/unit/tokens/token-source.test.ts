import { describe, expect, it } from 'vitest';
import type { AccountKind } from '../../../shared/domain/account.ts';
import { secondsAfter } from '../../../shared/domain/time.ts';
import type { RefreshRequest } from '../../../shared/tokens/refresh-contract.ts';
import { TokenSource, type TokenSourceDependencies } from '../../../shared/tokens/token-source.ts';
import { explainErrcode } from '../../../shared/wechat/error-table.ts';
import { WechatError } from '../../../shared/wechat/wechat-error.ts';

const start = new Date('2026-03-02T08:00:00.000Z');
const deadline = secondsAfter(start, 25);
const expires_at = secondsAfter(start, 7200).toISOString();

/** One process; the row names v1 until a renewal makes it v2. */
const newProcess = (others: Partial<TokenSourceDependencies> = {}, kind: AccountKind = 'official_account') => {
  const requests: RefreshRequest[] = [];
  const state = { now: start, current: 'v1', rowRead: async () => {} };
  const source = new TokenSource({
    accounts: {
      async get(account_id) {
        const token = { version: state.current, fetched_at: start.toISOString(), expires_at };
        await state.rowRead();
        return { account_id, kind, upstream_id: 'wx', created_at: start.toISOString(), attention: {}, token };
      },
    },
    tokens: { read: async (_account, version) => `token ${version}` },
    async refresh(request) {
      requests.push(request);
      state.current = 'v2';
      return { renewed: true, version: 'v2', expires_at };
    },
    now: () => state.now,
    ...others,
  });
  const call = <T>(run: (accessToken: string) => Promise<T>) => source.withToken('oa', deadline, run);
  return { call, state, requests };
};

const refused = new WechatError(
  { platform: 'official_account', operation: 'massmsgget', errcode: 40001, errmsg: '', upstream: {} },
  explainErrcode('official_account', 40001),
);
/** WeChat, which takes this token only. */
const takes = (accessToken: string) => async (token: string) => {
  if (token !== accessToken) throw refused;
  return token;
};

it.each([
  ['official_account', 50, true],
  ['wecom_app', 50, false],
  ['wecom_app', 0, true],
] as const)('%s: %i s before its end, a token that was read or renewed a moment ago is replaced: %s', async (kind, before, replaced) => {
  const { call, state, requests } = newProcess({}, kind);
  let reads = 0;
  state.rowRead = async () => void reads++;
  state.now = secondsAfter(expires_at, -before);
  await call(takes(replaced ? 'token v2' : 'token v1'));
  expect(requests).toHaveLength(replaced ? 1 : 0);
  await call(async () => {});
  if (!replaced) expect(reads).toBe(1);
});

describe('calls of one process that meet', () => {
  it('a late refusal of a token that was replaced since asks for no other: the newer one is there', async () => {
    const { call, requests } = newProcess();
    let first = true;
    const slow = call(async (token) => {
      if (!first) return token;
      first = false;
      await call(takes('token v2'));
      throw refused;
    });
    await expect(slow).resolves.toBe('token v2');
    expect(requests).toEqual([{ account_id: 'oa', refused_version: 'v1' }]);
  });

  it('refusals of one token ask for one renewal', async () => {
    const { call, requests } = newProcess();
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(takes('token v2'))));
    expect(new Set(answers)).toEqual(new Set(['token v2']));
    expect(requests).toHaveLength(1);
  });

  it('a refusal does not settle for what another call is just reading: that may be the very token that was refused', async () => {
    const { call, state } = newProcess();
    let first = true;
    let reading: Promise<string> | undefined;
    const refusal = call(async (token) => {
      if (!first) return takes('token v2')(token);
      first = false;
      // The copy in memory has had its minute: the other call reads the row, which takes until the refusal is dealt with.
      state.now = secondsAfter(start, 61);
      state.rowRead = () => new Promise((resolve) => setImmediate(resolve));
      reading = call(async (other) => other);
      throw refused;
    });
    await expect(refusal).resolves.toBe('token v2');
    await reading;
  });
});

it('renews nothing because the token cannot be read for want of a permission', async () => {
  const { call, requests } = newProcess({ tokens: { read: () => Promise.reject(new Error('AccessDeniedException')) } });
  await expect(call(async () => 'called')).rejects.toThrow('AccessDeniedException');
  expect(requests).toEqual([]);
});

it('hands the deadline of the call on to the renewal that it waits for', async () => {
  const given: Date[] = [];
  const refresh: TokenSourceDependencies['refresh'] = async (_request, until) => {
    given.push(until);
    return { renewed: true, version: 'v2', expires_at };
  };
  await newProcess({ refresh }).call(takes('token v2'));
  expect(given).toEqual([deadline]);
});
