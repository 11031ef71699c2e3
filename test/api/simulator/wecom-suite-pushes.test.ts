import { getSignature } from '@wecom/crypto';
import { describe, expect, it } from 'vitest';
import { elementsOf, open, pushToken, type Received, say } from './receiver.ts';
import { runWithSuite, suite } from './running-suite.ts';
import { first } from './running-with-server.ts';

const msgSignatureOf = ({ query, body }: Received) =>
  getSignature(pushToken, query['timestamp'] ?? '', query['nonce'] ?? '', String(elementsOf(body)['Encrypt']));

describe('a ticket', () => {
  it('is pushed every ten minutes in the envelope of WeCom, for the suite', async () => {
    const { control, received, getSuiteToken } = await runWithSuite();
    control.advanceClock(599);
    await control.deliverPushes();
    expect(received).toEqual([]);
    control.advanceClock(1);
    expect(await control.deliverPushes()).toMatchObject([{ appid: suite.suite_id, event: 'suite_ticket', state: 'delivered' }]);
    const push = first(received);
    expect(Object.keys(push.query).sort()).toEqual(['from', 'msg_signature', 'nonce', 'timestamp']);
    expect(Object.keys(elementsOf(push.body))).toEqual(['ToUserName', 'Encrypt', 'AgentID']);
    expect(elementsOf(push.body)).toMatchObject({ ToUserName: suite.suite_id, AgentID: '' });
    const { id, elements } = open(push);
    expect(id).toBe(suite.suite_id);
    expect(elements).toEqual({
      SuiteId: suite.suite_id,
      InfoType: 'suite_ticket',
      TimeStamp: '1772417400',
      SuiteTicket: expect.any(String),
    });
    expect(await getSuiteToken({ suite_ticket: elements['SuiteTicket'] })).toMatchObject({ expires_in: 7200 });
    control.advanceClock(600);
    await control.deliverPushes();
    expect(received).toHaveLength(2);
  });

  it('that would be dead already after a leap of the clock is passed over', async () => {
    const { control, received } = await runWithSuite();
    control.advanceClock(24 * 3600);
    await control.deliverPushes();
    expect(received).toHaveLength(3);
  });

  it('is pushed by order, and can be held back or lost', async () => {
    const { control, received, json } = await runWithSuite();
    expect(await json('POST', `/_simulator/suites/${suite.suite_id}/ticket`)).toMatchObject({ state: 'delivered' });
    await control.orderPushes(suite.suite_id, 'drop');
    expect(await control.pushSuiteTicket(suite.suite_id)).toMatchObject({ state: 'dropped' });
    await control.orderPushes(suite.suite_id, 'hold');
    await control.pushSuiteTicket(suite.suite_id);
    expect(received).toHaveLength(1);
    await control.orderPushes(suite.suite_id, 'deliver');
    expect(received).toHaveLength(2);
  });

  it('is not sent again to a server that answered, whatever it said', async () => {
    const { control, received } = await runWithSuite(say('error', 500));
    expect(await control.pushSuiteTicket(suite.suite_id)).toMatchObject({ state: 'lost' });
    expect(received).toHaveLength(1);
  });

  it('is sent three times in all to one that hangs up', async () => {
    const { control, received } = await runWithSuite((response) => response.socket?.destroy());
    expect(await control.pushSuiteTicket(suite.suite_id)).toMatchObject({ state: 'lost' });
    expect(received).toHaveLength(3);
  });
});

describe('a push with something wrong', () => {
  it.each([
    [{ wrong_signature: true }, (push: Received) => expect(push.query['msg_signature']).not.toBe(msgSignatureOf(push))],
    [{ timestamp_offset_seconds: -900 }, (push: Received) => expect(push.query['timestamp']).toBe('1772415900')],
    [{ receiveid: 'ww-other' }, (push: Received) => expect(open(push).id).toBe('ww-other')],
    [{ truncated: true }, (push: Received) => expect(push.body).not.toContain('</xml>')],
    [{ unencrypted: true }, (push: Received) => expect(push.body).toContain('<SuiteTicket>')],
    [{ suite_ticket: 'made-up' }, (push: Received) => expect(open(push).elements['SuiteTicket']).toBe('made-up')],
    [{ info_type: 'change_auth' }, (push: Received) => expect(open(push).elements).not.toHaveProperty('SuiteTicket')],
    [{ xml: '<xml/>' }, (push: Received) => expect(open(push).message).toBe('<xml/>')],
  ] as const)('is %o', async (order, expectation) => {
    const { json, received } = await runWithSuite();
    await json('POST', `/_simulator/suites/${suite.suite_id}/push`, order);
    expectation(first(received));
  });
});

describe('the verification of the URL', () => {
  const decrypted =
    (id = suite.suite_id) =>
    (response: Parameters<ReturnType<typeof say>>[0], { query }: Received) => {
      const { message, id: receiveid } = open({
        method: 'POST',
        path: '',
        query,
        body: `<xml><Encrypt>${query['echostr']}</Encrypt></xml>`,
      });
      response.end(receiveid === id ? message : 'for somebody else');
    };

  it('wants the decrypted echostr', async () => {
    const { control, received } = await runWithSuite(decrypted());
    expect(await control.verifySuiteUrl(suite.suite_id)).toMatchObject({ verified: true, status: 200 });
    expect(received).toMatchObject([{ method: 'GET', query: { from: 'console', msg_signature: expect.any(String) } }]);
  });

  it('can have another id inside, such as that of the provider', async () => {
    const { json } = await runWithSuite(decrypted('ww-provider'));
    const verify = (body: object) => json('POST', `/_simulator/suites/${suite.suite_id}/verify-url`, body);
    expect(await verify({ receiveid: 'ww-provider' })).toMatchObject({ verified: true });
    expect(await verify({})).toMatchObject({ verified: false, answer: 'for somebody else' });
  });

  it('is not content with "success"', async () => {
    const { control } = await runWithSuite();
    expect(await control.verifySuiteUrl(suite.suite_id)).toMatchObject({ verified: false, answer: 'success' });
  });
});
