import { describe, expect, it } from 'vitest';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { TokenUnavailableError, TokenVersionMissingError } from '../../../shared/tokens/errors.ts';
import { TokenSource } from '../../../shared/tokens/token-source.ts';
import { WechatError } from '../../../shared/wechat/wechat-error.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
type OpenAccount = Awaited<ReturnType<typeof world.openAccount>>;

/** A message that exists, asked for with whatever token the source has. */
const ask = ({ account_id, officialAccount }: OpenAccount, source: ReturnType<OpenAccount['newProcess']>, msgId: string) =>
  source.withToken(account_id, secondsAfter(world.now(), 25), (accessToken) =>
    officialAccount.getMassMessageStatus({ accessToken, msgId, deadline: secondsAfter(world.now(), 25) }),
  );
const message = (appid: string) => world.simulator().control.createMassMessage({ appid, to_all: false, sending_seconds: 0 }).msg_id;

describe('fifty cold processes at once', () => {
  it('ask WeChat for one token between them', async () => {
    const account = await world.openAccount();
    const id = message(account.appid);
    const before = account.fetches();
    const statuses = await Promise.all(Array.from({ length: 50 }, () => ask(account, account.newProcess(), id)));
    expect(statuses.every(({ msgStatus }) => msgStatus === 'SEND_SUCCESS')).toBe(true);
    expect(account.fetches() - before).toBe(1);
  });

  it('do so too when Secrets Manager answers some of them from a copy that lags', async () => {
    const account = await world.openAccount({ lag: 3 });
    const id = message(account.appid);
    const before = account.fetches();
    await Promise.all(Array.from({ length: 50 }, () => ask(account, account.newProcess(), id)));
    expect(account.fetches() - before).toBe(1);
  });

  it('replace a token that was revoked under them once', async () => {
    const account = await world.openAccount();
    const id = message(account.appid);
    const processes = Array.from({ length: 50 }, () => account.newProcess());
    await Promise.all(processes.map((source) => ask(account, source, id)));
    world.simulator().control.revokeTokens(account.appid);
    const before = account.fetches();
    const statuses = await Promise.all(processes.map((source) => ask(account, source, id)));
    expect(statuses.every(({ msgStatus }) => msgStatus === 'SEND_SUCCESS')).toBe(true);
    expect(account.fetches() - before).toBe(1);
  });
});

it('one process of many calls reads the token once', async () => {
  const account = await world.openAccount();
  const id = message(account.appid);
  const source = account.newProcess();
  const before = account.fetches();
  let reads = 0;
  const read = account.vault.read;
  account.vault.read = async (...of) => {
    reads++;
    return read(...of);
  };
  await Promise.all(Array.from({ length: 20 }, () => ask(account, source, id)));
  expect({ fetches: account.fetches() - before, reads }).toEqual({ fetches: 1, reads: 1 });
});

describe('a token that WeChat always refuses', () => {
  const refusing = async (times: number | null) => {
    const account = await world.openAccount();
    const id = message(account.appid);
    world.simulator().control.orderFault({ path: '/cgi-bin/message/mass/get', times, fault: { kind: 'wrong_token' } });
    return { account, id, before: account.fetches() };
  };

  it('costs two fetches and ends in an error', async () => {
    const { account, id, before } = await refusing(null);
    const error = await ask(account, account.newProcess(), id).catch((e: unknown) => e);
    world.simulator().control.clearFaults();
    expect(error).toBeInstanceOf(TokenUnavailableError);
    expect(error).toMatchObject({ code: 'WECHAT_TOKEN_REFUSED' });
    expect(account.fetches() - before).toBe(2);
  });

  it('costs nothing more for whoever comes in the next 30 seconds, and is replaced by force after that', async () => {
    const { account, id, before } = await refusing(3);
    const source = account.newProcess();
    for (let call = 0; call < 3; call++) await ask(account, source, id).catch(() => {});
    expect(account.fetches() - before).toBe(2);
    world.pass(31);
    world.simulator().control.orderFault({ path: '/cgi-bin/message/mass/get', times: 1, fault: { kind: 'wrong_token' } });
    await expect(ask(account, source, id)).resolves.toMatchObject({ msgStatus: 'SEND_SUCCESS' });
    expect(account.fetches() - before).toBe(3);
    await expect(account.accounts.get(account.account_id)).resolves.toMatchObject({ token: { forced_at: expect.any(String) } });
  });
});

it('tries a call once more with a newer token, and not a third time', async () => {
  const account = await world.openAccount();
  const id = message(account.appid);
  const source = account.newProcess();
  await ask(account, source, id);
  world.simulator().control.revokeTokens(account.appid);
  world.simulator().control.orderFault({ path: '/cgi-bin/message/mass/get', times: 2, fault: { kind: 'wrong_token' } });
  const error = await ask(account, source, id).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(WechatError);
  expect(error).toMatchObject({ errcode: 40001 });
});

it('notices within a minute that another process renewed the token', async () => {
  const account = await world.openAccount();
  const id = message(account.appid);
  const [mine, other] = [account.newProcess(), account.newProcess()];
  await ask(account, mine, id);
  world.simulator().control.revokeTokens(account.appid);
  await ask(account, other, id);
  const before = account.fetches();
  const asked = () => world.simulator().control.calls().counts['/cgi-bin/message/mass/get'] ?? 0;
  const askedBefore = asked();
  world.pass(61);
  await ask(account, mine, id);
  expect(account.fetches() - before).toBe(0);
  // Not once in vain with the old one.
  expect(asked() - askedBefore).toBe(1);
});

it('does not start a call with a token that may end during it', async () => {
  const account = await world.openAccount();
  const id = message(account.appid);
  const source = account.newProcess();
  await ask(account, source, id);
  const before = account.fetches();
  world.pass(7200 - 59);
  await ask(account, source, id);
  expect(account.fetches() - before).toBe(1);
});

it('does not start such a call either when it read the token a moment ago', async () => {
  const account = await world.openAccount();
  const id = message(account.appid);
  const source = account.newProcess();
  await ask(account, source, id);
  world.pass(7200 - 70);
  const before = account.fetches();
  await ask(account, source, id);
  expect(account.fetches() - before).toBe(0);
  world.pass(11);
  await ask(account, source, id);
  expect(account.fetches() - before).toBe(1);
});

it('renews a token whose secret is gone', async () => {
  const account = await world.openAccount();
  const id = message(account.appid);
  await ask(account, account.newProcess(), id);
  account.vault.versions.clear();
  await expect(ask(account, account.newProcess(), id)).resolves.toMatchObject({ msgStatus: 'SEND_SUCCESS' });
});

describe('a token that was renewed and is not readable everywhere yet', () => {
  it('is no refusal: nothing is noted that would let the token be replaced by force', async () => {
    const account = await world.openAccount();
    const id = message(account.appid);
    await ask(account, account.newProcess(), id);
    const reader = { read: async () => Promise.reject(new TokenVersionMissingError('lagging')) };
    const lagging = new TokenSource({
      accounts: account.accounts,
      tokens: reader,
      refresh: account.refresh,
      now: world.now,
      sleep: async () => {},
    });
    await expect(ask(account, lagging, id)).rejects.toMatchObject({
      code: 'TOKEN_NOT_YET_READABLE',
      retryAfterSeconds: 1,
      failure: { http_status: 503 },
    });
    const row = await account.accounts.get(account.account_id);
    expect(row.token).not.toHaveProperty('refused_at');
    expect(row).not.toHaveProperty('token_failure');
  });
});
