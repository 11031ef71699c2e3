import * as z from 'zod';
import { pushKey, pushToken, receive } from './receiver.ts';
import { corp, runWecom } from './running-wecom.ts';

export const suite = { suite_id: 'ww-suite', suite_secret: 'secret-of-suite' };
const suiteToken = z.object({ suite_access_token: z.string(), expires_in: z.number() });
const corpToken = z.object({ access_token: z.string(), expires_in: z.number() });

/** A suite that ww-one has authorized, with a provider's server. */
export const runWithSuite = async (...answers: Parameters<typeof receive>) => {
  const server = await receive(...answers);
  const push = { url: `${server.url}/suite?from=console`, token: pushToken, encoding_aes_key: pushKey };
  const settings = { ...suite, push, authorized: [{ corpid: corp.corpid, permanent_code: 'code-one' }] };
  const simulator = await runWecom({}, { suites: [settings] });
  const { json, control } = simulator;
  const getSuiteToken = (fields: object = {}) =>
    json('POST', '/cgi-bin/service/get_suite_token', {
      ...suite,
      suite_ticket: control.issueSuiteTicket(suite.suite_id),
      ...fields,
    });
  const newSuiteToken = async () => suiteToken.parse(await getSuiteToken()).suite_access_token;
  const getCorpToken = async (fields: object = {}, token?: string) =>
    json('POST', `/cgi-bin/service/get_corp_token?suite_access_token=${token ?? (await newSuiteToken())}`, {
      auth_corpid: corp.corpid,
      permanent_code: 'code-one',
      ...fields,
    });
  const newCorpToken = async () => corpToken.parse(await getCorpToken()).access_token;
  return { ...simulator, ...server, settings, getSuiteToken, newSuiteToken, getCorpToken, newCorpToken };
};
