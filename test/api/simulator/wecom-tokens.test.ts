import { describe, expect, it } from 'vitest';
import { corp, runWecom } from './running-wecom.ts';

describe('gettoken', () => {
  it('answers the same token as long as it is valid, and each app its own', async () => {
    const { fetchToken, pass } = await runWecom();
    const first = await fetchToken();
    expect(first).toEqual({ errcode: 0, errmsg: 'ok', access_token: expect.any(String), expires_in: 7200 });
    pass(7199);
    expect(await fetchToken()).toEqual({ ...first, expires_in: 1 });
    expect((await fetchToken('secret-two'))['access_token']).not.toBe(first['access_token']);
    pass(1);
    const next = await fetchToken();
    expect(next).toMatchObject({ expires_in: 7200 });
    expect(next['access_token']).not.toBe(first['access_token']);
  });

  it.each([
    ['', 'secret-one', 41002],
    ['ww-one', '', 41004],
    ['ww-none', 'secret-one', 40013],
    ['ww-one', 'wrong', 40001],
  ])('of corp "%s" with secret "%s" is refused', async (corpid, secret, errcode) => {
    const { fetchToken } = await runWecom();
    expect(await fetchToken(secret, corpid)).toMatchObject({
      errcode,
      errmsg: expect.stringMatching(
        new RegExp(`hint: \\[\\d{19}\\], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query\\?e=${errcode}$`),
      ),
    });
  });

  it('bans for an hour the address from which wrong secrets keep coming, for every corp', async () => {
    const { fetchToken, control, pass } = await runWecom({ limits: { wrong_secrets: 3 } });
    control.putCorp({ corpid: 'ww-two', apps: [{ secret: 'secret-of-two' }] });
    for (let count = 0; count < 2; count += 1) await fetchToken('wrong');
    expect(await fetchToken()).toMatchObject({ errcode: 0 });
    expect(await fetchToken('wrong')).toMatchObject({ errcode: 40001 });
    for (const again of [fetchToken(), fetchToken('secret-of-two', 'ww-two')]) expect(await again).toMatchObject({ errcode: 45009 });
    pass(3599.999);
    expect(await fetchToken()).toMatchObject({ errcode: 45009 });
    pass(0.001);
    expect(await fetchToken()).toMatchObject({ errcode: 0 });
  });

  it('forgets wrong secrets after an hour', async () => {
    const { fetchToken, pass } = await runWecom({ limits: { wrong_secrets: 2 } });
    await fetchToken('wrong');
    pass(3600);
    await fetchToken('wrong');
    expect(await fetchToken()).toMatchObject({ errcode: 0 });
  });

  it('takes ten wrong secrets by itself', async () => {
    const { fetchToken } = await runWecom();
    for (let count = 0; count < 10; count += 1) expect(await fetchToken('wrong')).toMatchObject({ errcode: 40001 });
    expect(await fetchToken()).toMatchObject({ errcode: 45009 });
  });
});

describe('a token', () => {
  it('is missing, unknown, or expired', async () => {
    const { messages, newToken, pass, json } = await runWecom();
    const token = await newToken();
    expect(await messages({}, token)).toMatchObject({ errcode: 0 });
    expect(await json('POST', '/cgi-bin/externalcontact/get_groupmsg_task', {})).toMatchObject({ errcode: 41001 });
    expect(await messages({}, 'made-up')).toMatchObject({ errcode: 40014 });
    pass(7200);
    expect(await messages({}, token)).toMatchObject({ errcode: 42001 });
  });

  it('that was revoked is unknown, and gettoken gives another', async () => {
    const { control, messages, newToken } = await runWecom();
    const [token, other] = [await newToken(), await newToken('secret-two')];
    expect(control.revokeWecomTokens(corp.corpid)).toEqual({ revoked: 2 });
    for (const each of [token, other]) expect(await messages({}, each)).toMatchObject({ errcode: 40014 });
    expect(await messages({}, await newToken())).toMatchObject({ errcode: 0 });
  });

  it('is good from trusted addresses only; fetching it is not looked at', async () => {
    const { control, messages, newToken } = await runWecom();
    control.setTrustedIps(corp.corpid, ['203.0.113.7']);
    expect(await messages({}, await newToken())).toMatchObject({ errcode: 60020, errmsg: expect.stringContaining('from ip: 127.0.0.1') });
    control.setTrustedIps(corp.corpid, ['127.0.0.1']);
    expect(await messages()).toMatchObject({ errcode: 0 });
  });

  it('of an app that may not call the customer-contact APIs is refused', async () => {
    const { messages } = await runWecom({ apps: [{ secret: 'secret-one', customer_contact: false }] });
    expect(await messages()).toMatchObject({ errcode: 48002 });
  });
});
