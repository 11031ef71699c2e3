import { describe, expect, it } from 'vitest';
import { account, runSimulator } from './running-simulator.ts';

describe('cgi-bin/token', () => {
  it('answers a token for 7200 seconds, without errcode', async () => {
    const { plain } = await runSimulator();
    const answer = await plain();
    expect(Object.keys(answer)).toEqual(['access_token', 'expires_in']);
    expect(answer).toMatchObject({ access_token: expect.stringMatching(/^[\w-]{136}$/), expires_in: 7200 });
  });

  it('hands out another token each time and honours the one before for five minutes more', async () => {
    const { plainToken, refusalOf, pass } = await runSimulator();
    const old = await plainToken();
    const current = await plainToken();
    expect(current).not.toBe(old);
    pass(299.999);
    expect(await refusalOf(old)).toBeUndefined();
    pass(0.001);
    expect(await refusalOf(old)).toBe(40001);
    expect(await refusalOf(current)).toBeUndefined();
  });

  it('does not lengthen the life of an old token by replacing it', async () => {
    const { plainToken, refusalOf, pass } = await runSimulator();
    const old = await plainToken();
    pass(7199);
    await plainToken();
    pass(1);
    expect(await refusalOf(old)).toBe(42001);
  });

  it('has 2000 calls a day, and new ones after midnight in Beijing', async () => {
    const { plain, pass } = await runSimulator({ accounts: [{ ...account, limits: { tokenPerDay: 2 } }] });
    await plain();
    expect(await plain()).not.toHaveProperty('errcode');
    expect(await plain()).toMatchObject({ errcode: 45009 });
    pass(14 * 3600 - 1); // the clock starts at ten in the morning there
    expect(await plain()).toMatchObject({ errcode: 45009 });
    pass(1);
    expect(await plain()).not.toHaveProperty('errcode');
  });

  it('is not to be posted to', async () => {
    const { json } = await runSimulator();
    expect(await json('POST', '/cgi-bin/token', {})).toMatchObject({ errcode: 43001 });
  });
});

const refusals = [
  ['another grant type', { grant_type: 'password' }, 40002],
  ['no appid', { appid: '' }, 41002],
  ['no secret', { secret: '' }, 41004],
  ['an unknown appid', { appid: 'wx-none' }, 40013],
  ['a wrong secret', { secret: 'wrong' }, 40125],
] as const;

it.each(refusals)('both token endpoints refuse %s', async (_what, fields, errcode) => {
  const { plain, stable } = await runSimulator();
  expect(await plain(fields)).toMatchObject({ errcode, errmsg: expect.stringMatching(/, rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/) });
  expect(await stable(fields)).toMatchObject({ errcode });
});

it('refuses an address that is not on the allow-list only where a token is fetched', async () => {
  const { plain, stable, stableToken, refusalOf, control } = await runSimulator();
  const { access_token } = await stableToken();
  control.setIpAllowList(account.appid, ['203.0.113.7']);
  expect(await plain()).toMatchObject({
    errcode: 40164,
    errmsg: expect.stringContaining('invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist'),
  });
  expect(await stable()).toMatchObject({ errcode: 40164 });
  expect(await refusalOf(access_token)).toBeUndefined();
  control.setIpAllowList(account.appid, ['127.0.0.1']);
  expect(await plain()).not.toHaveProperty('errcode');
});

it('fetches no token with a frozen secret, while the token in use goes on working', async () => {
  const { plain, stable, plainToken, refusalOf, control } = await runSimulator();
  const token = await plainToken();
  control.freezeSecret(account.appid);
  expect(await plain()).toMatchObject({ errcode: 40243 });
  expect(await stable()).toMatchObject({ errcode: 40243 });
  expect(await refusalOf(token)).toBeUndefined();
});

describe('stable_token', () => {
  it('answers the same token with the seconds that remain', async () => {
    const { stableToken, pass } = await runSimulator();
    const first = await stableToken();
    pass(6855.5);
    expect(await stableToken()).toEqual({ access_token: first.access_token, expires_in: 344 });
  });

  it('rotates in the last five minutes, once, and honours the old token to its own end', async () => {
    const { stableToken, refusalOf, pass } = await runSimulator();
    const old = await stableToken();
    pass(6899.999);
    expect(await stableToken()).toEqual({ access_token: old.access_token, expires_in: 300 });
    pass(0.001);
    const next = await stableToken();
    expect(next.access_token).not.toBe(old.access_token);
    expect(next.expires_in).toBe(7200);
    pass(299.999);
    expect(await stableToken()).toEqual({ access_token: next.access_token, expires_in: 6900 });
    expect(await refusalOf(old.access_token)).toBeUndefined();
    pass(0.001);
    expect(await refusalOf(old.access_token)).toBe(42001);
  });

  it('kills the token at once when a refresh is forced', async () => {
    const { stableToken, refusalOf } = await runSimulator();
    const old = await stableToken();
    const forced = await stableToken({ force_refresh: true });
    expect(forced.access_token).not.toBe(old.access_token);
    expect(await refusalOf(old.access_token)).toBe(40001);
    expect(await refusalOf(forced.access_token)).toBeUndefined();
  });

  it('does not refresh when forced again within 30 seconds', async () => {
    const { stableToken, pass } = await runSimulator();
    const forced = await stableToken({ force_refresh: true });
    pass(29.999);
    expect((await stableToken({ force_refresh: true })).access_token).toBe(forced.access_token);
    pass(0.001);
    expect((await stableToken({ force_refresh: true })).access_token).not.toBe(forced.access_token);
  });

  it('forces 20 refreshes a day and no more, while the normal mode goes on', async () => {
    const { stable, stableToken, pass } = await runSimulator();
    for (let count = 0; count < 20; count += 1) {
      expect(await stable({ force_refresh: true })).not.toHaveProperty('errcode');
      pass(30);
    }
    expect(await stable({ force_refresh: true })).toMatchObject({ errcode: 45009 });
    expect((await stableToken()).expires_in).toBe(7170);
  });

  it('has a limit a minute, 45011, and a limit a day, 45009', async () => {
    const limits = { stableTokenPerMinute: 2, stableTokenPerDay: 3 };
    const { stable, pass } = await runSimulator({ accounts: [{ ...account, limits }] });
    await stable();
    await stable();
    expect(await stable()).toMatchObject({ errcode: 45011 });
    pass(60);
    expect(await stable()).not.toHaveProperty('errcode');
    expect(await stable()).toMatchObject({ errcode: 45009 });
  });

  it('has nothing to do with the tokens of cgi-bin/token', async () => {
    const { plainToken, stableToken, refusalOf, pass } = await runSimulator();
    const stable = await stableToken();
    const plain = await plainToken();
    await stableToken({ force_refresh: true });
    expect(await refusalOf(plain)).toBeUndefined();
    await plainToken();
    const current = await stableToken();
    pass(301);
    expect(await refusalOf(plain)).toBe(40001);
    expect(await refusalOf(current.access_token)).toBeUndefined();
    expect(await refusalOf(stable.access_token)).toBe(40001);
  });

  it.each([
    ['a GET', 'GET', undefined, 43002],
    ['no body', 'POST', '', 44002],
    ['broken JSON', 'POST', '{"grant_type":', 47001],
    ['a list', 'POST', '[]', 47001],
    ['text for a boolean', 'POST', '{"force_refresh":"true"}', 47001],
  ])('refuses %s', async (_what, method, body, errcode) => {
    const { json } = await runSimulator();
    expect(await json(method, '/cgi-bin/stable_token', body)).toMatchObject({ errcode });
  });
});

describe('the token of an API call', () => {
  it.each([
    ['is missing', '', 41001],
    ['cannot be a token', 'what?', 40014],
    ['is too short to be one', 'abc', 40014],
    ['was never issued', 'x'.repeat(136), 40001],
  ])('is refused when it %s', async (_what, token, errcode) => {
    const { refusalOf } = await runSimulator();
    expect(await refusalOf(token)).toBe(errcode);
  });

  it('is refused as expired after 7200 seconds and not before', async () => {
    const { plainToken, refusalOf, pass } = await runSimulator();
    const token = await plainToken();
    pass(7199.999);
    expect(await refusalOf(token)).toBeUndefined();
    pass(0.001);
    expect(await refusalOf(token)).toBe(42001);
  });

  it('is looked at before method and body', async () => {
    const { json, plainToken } = await runSimulator();
    expect(await json('GET', '/cgi-bin/message/mass/get')).toMatchObject({ errcode: 41001 });
    expect(await json('GET', `/cgi-bin/message/mass/get?access_token=${await plainToken()}`)).toMatchObject({ errcode: 43002 });
  });

  it('follows from the seed, so that a run can be repeated', async () => {
    const [one, same, other] = await Promise.all(['a', 'a', 'b'].map(async (seed) => (await runSimulator({ seed })).plainToken()));
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });
});

it('answers 40001 to revoked tokens until a new one is fetched, which stable_token hands out at once', async () => {
  const { plainToken, stableToken, refusalOf, control } = await runSimulator();
  const plain = await plainToken();
  const stable = await stableToken();
  expect(control.revokeTokens(account.appid)).toEqual({ revoked: 2 });
  expect(await refusalOf(plain)).toBe(40001);
  expect(await refusalOf(stable.access_token)).toBe(40001);
  const next = await stableToken();
  expect(next.expires_in).toBe(7200);
  expect(await refusalOf(next.access_token)).toBeUndefined();
});
