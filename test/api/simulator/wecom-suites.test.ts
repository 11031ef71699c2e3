import { describe, expect, it } from 'vitest';
import { open, pushKey, pushToken } from './receiver.ts';
import { runWithSuite, suite } from './running-suite.ts';
import { corp } from './running-wecom.ts';
import { first } from './running-with-server.ts';

describe('get_suite_token', () => {
  it('answers the same token as long as it is valid, without errcode', async () => {
    const { getSuiteToken, pass } = await runWithSuite();
    const answer = await getSuiteToken();
    expect(answer).toEqual({ suite_access_token: expect.any(String), expires_in: 7200 });
    pass(100);
    expect(await getSuiteToken()).toEqual({ ...answer, expires_in: 7100 });
  });

  it('takes a ticket for half an hour, though newer ones came', async () => {
    const { control, getSuiteToken, pass } = await runWithSuite();
    const suite_ticket = control.issueSuiteTicket(suite.suite_id);
    control.issueSuiteTicket(suite.suite_id);
    pass(1799.999);
    expect(await getSuiteToken({ suite_ticket })).toMatchObject({ expires_in: 7200 });
    pass(0.001);
    expect(await getSuiteToken({ suite_ticket })).toMatchObject({ errcode: 40085 });
  });

  it.each([
    [{ suite_id: '' }, 41021],
    [{ suite_secret: '' }, 41024],
    [{ suite_ticket: '' }, 41023],
    [{ suite_id: 'ww-none' }, 40083],
    [{ suite_secret: 'wrong' }, 40080],
    [{ suite_ticket: 'made-up' }, 40085],
  ])('refuses %o', async (fields, errcode) => {
    const { getSuiteToken } = await runWithSuite();
    expect(await getSuiteToken(fields)).toMatchObject({ errcode });
  });

  it('does not take the ticket of another suite', async () => {
    const { control, getSuiteToken } = await runWithSuite();
    control.putSuite({ suite_id: 'ww-other', suite_secret: 's' });
    expect(await getSuiteToken({ suite_ticket: control.issueSuiteTicket('ww-other') })).toMatchObject({ errcode: 40085 });
  });
});

describe('get_corp_token', () => {
  it('answers a token with which the lists of the corp can be read, in the scope that it granted', async () => {
    const { control, getCorpToken, newCorpToken, tasks } = await runWithSuite();
    control.createGroupMessage({ msgid: 'm' });
    const answer = await getCorpToken();
    expect(answer).toEqual({ access_token: expect.any(String), expires_in: 7200 });
    expect(await getCorpToken()).toEqual(answer);
    expect(await tasks({ msgid: 'm' }, await newCorpToken())).toMatchObject({ errcode: 0, task_list: { length: 5 } });
    control.authorizeSuite({ permanent_code: 'code-two', visible: 2 });
    expect(await tasks({ msgid: 'm' }, String(answer['access_token']))).toMatchObject({
      task_list: { length: 2 },
    });
    expect(await getCorpToken()).toMatchObject({ errcode: 40084 });
    expect(await getCorpToken({ permanent_code: 'code-two' })).toMatchObject({ expires_in: 7200 });
  });

  it.each([
    [{ auth_corpid: '' }, 41002],
    [{ permanent_code: '' }, 41025],
    [{ auth_corpid: 'ww-none' }, 40013],
    [{ permanent_code: 'wrong' }, 40084],
  ])('refuses %o', async (fields, errcode) => {
    const { getCorpToken } = await runWithSuite();
    expect(await getCorpToken(fields)).toMatchObject({ errcode });
  });

  it('needs the token of the suite, which expires and can be revoked', async () => {
    const { control, getCorpToken, json, newSuiteToken, newToken, pass } = await runWithSuite();
    expect(await json('POST', '/cgi-bin/service/get_corp_token', {})).toMatchObject({ errcode: 41022 });
    expect(await getCorpToken({}, await newToken())).toMatchObject({ errcode: 40082 });
    const token = await newSuiteToken();
    expect(control.revokeSuiteTokens(suite.suite_id)).toEqual({ revoked: 1 });
    expect(await getCorpToken({}, token)).toMatchObject({ errcode: 40082 });
    const next = await newSuiteToken();
    pass(7200);
    expect(await getCorpToken({}, next)).toMatchObject({ errcode: 42009 });
  });

  it('gives nothing any more when the corp has withdrawn its authorization, and the provider is told', async () => {
    const { control, getCorpToken, newCorpToken, messages, received, newSuiteToken } = await runWithSuite();
    const token = await newCorpToken();
    expect(await control.unauthorizeSuite()).toMatchObject({ authorized: [], event: { event: 'cancel_auth', state: 'delivered' } });
    expect(await messages({}, token)).toMatchObject({ errcode: 48004 });
    expect(await getCorpToken()).toMatchObject({ errcode: 40084 });
    expect(open(first(received)).elements).toMatchObject({ InfoType: 'cancel_auth', AuthCorpId: corp.corpid, SuiteId: suite.suite_id });
    await expect(control.unauthorizeSuite()).rejects.toThrow(/has not authorized/);
    expect(await messages({}, await newSuiteToken())).toMatchObject({ errcode: 40014 });
  });
});

it('serves trusted addresses of the provider only', async () => {
  const { control, settings, getSuiteToken, getCorpToken, newSuiteToken, newCorpToken, messages } = await runWithSuite();
  const [token, corpsToken] = [await newSuiteToken(), await newCorpToken()];
  control.putSuite({ ...settings, trusted_ips: ['203.0.113.7'] });
  for (const refused of [getSuiteToken(), getCorpToken({}, token), messages({}, corpsToken)])
    expect(await refused).toMatchObject({ errcode: 60020 });
});

it('is ordered over HTTP, and tells no secret', async () => {
  const { json, request, control } = await runWithSuite();
  const settings = { suite_id: 'ww-other', suite_secret: 'secret-of-other' };
  expect(await json('POST', '/_simulator/suites', settings)).toMatchObject({ suite_id: 'ww-other', push: null });
  expect(await json('POST', '/_simulator/suites/ww-other/authorize', { permanent_code: 'code-other' })).toMatchObject({
    authorized: [{ corpid: corp.corpid }],
  });
  expect(await json('POST', '/_simulator/suites/ww-other/unauthorize', {})).toMatchObject({ authorized: [], event: null });
  expect(await json('POST', '/_simulator/suites/ww-other/revoke-tokens')).toEqual({ revoked: 0 });
  expect(await json('POST', '/_simulator/suites/ww-other/ticket')).toMatchObject({ error: expect.stringContaining('no push settings') });
  const { text } = await request('GET', '/_simulator');
  for (const secret of ['secret-of-other', suite.suite_secret, pushKey, pushToken, 'code-one']) expect(text).not.toContain(secret);
  control.reset();
  expect(control.listSuites()).toMatchObject([{ suite_id: suite.suite_id, authorized: [{ corpid: corp.corpid }] }]);
});
