import * as z from 'zod';
import type { Call, WechatAnswer } from '../platform.ts';
import { WecomRefusal } from './errors.ts';
import { readBody } from './page.ts';
import { corpSchema } from './settings.ts';
import type { WecomState } from './state.ts';
import type { SuiteState } from './suite-state.ts';
import type { Token } from './tokens.ts';

const text = z.string().nullish();
/** Of a caller whose corp nobody knows. */
const { limits: usualLimits } = corpSchema.parse({ corpid: 'any' });

/** gettoken, https://developer.work.weixin.qq.com/document/path/91039: the same token as long as it is valid. Whether it looks at the address no page tells: it does not. */
export const getToken = (state: WecomState, call: Call): WechatAnswer => {
  if (call.method !== 'GET') throw new WecomRefusal(40058);
  state.wrongSecrets.check(call.address);
  const corpid = call.query.get('corpid');
  const secret = call.query.get('corpsecret');
  if (!corpid) throw new WecomRefusal(41002);
  if (!secret) throw new WecomRefusal(41004);
  const corp = state.corps.get(corpid);
  if (!corp) throw new WecomRefusal(40013);
  const [agentid] = [...corp.apps].find(([, app]) => app.secret === secret) ?? [];
  if (agentid === undefined) {
    state.wrongSecrets.count(call.address, corp.limits.wrong_secrets);
    throw new WecomRefusal(40001);
  }
  state.use(corpid, call.path, corp.limits);
  const token = state.tokens.fetch({ kind: 'app', corpid, agentid });
  return { errcode: 0, errmsg: 'ok', access_token: token.value, expires_in: state.tokens.secondsLeft(token) };
};

/** get_suite_token, https://developer.work.weixin.qq.com/document/path/90600: `errcode` on failure only. */
export const getSuiteToken = (suites: SuiteState, call: Call): WechatAnswer => {
  const { tokens, wrongSecrets } = suites.wecom;
  wrongSecrets.check(call.address);
  const { suite_id, suite_secret, suite_ticket } = readBody(call, z.object({ suite_id: text, suite_secret: text, suite_ticket: text }));
  if (!suite_id) throw new WecomRefusal(41021);
  if (!suite_secret) throw new WecomRefusal(41024);
  if (!suite_ticket) throw new WecomRefusal(41023);
  const suite = suites.suites.get(suite_id);
  if (!suite) throw new WecomRefusal(40083);
  if (suite.suite_secret !== suite_secret) {
    wrongSecrets.count(call.address, usualLimits.wrong_secrets);
    throw new WecomRefusal(40080);
  }
  checkAddress(suite.trusted_ips, call);
  suites.checkTicket(suite_id, suite_ticket);
  const token = tokens.fetch({ kind: 'suite', suiteId: suite_id });
  return { suite_access_token: token.value, expires_in: tokens.secondsLeft(token) };
};

/** get_corp_token, https://developer.work.weixin.qq.com/document/path/90605: `errcode` on failure only. */
export const getCorpToken = (suites: SuiteState, call: Call): WechatAnswer => {
  const { wecom } = suites;
  const value = call.query.get('suite_access_token');
  if (!value) throw new WecomRefusal(41022);
  const { holder } = valid(wecom, value, { unknown: 40082, expired: 42009 });
  const suite = holder.kind === 'suite' ? suites.suites.get(holder.suiteId) : undefined;
  if (!suite) throw new WecomRefusal(40082);
  checkAddress(suite.trusted_ips, call);
  const { auth_corpid, permanent_code } = readBody(call, z.object({ auth_corpid: text, permanent_code: text }));
  if (!auth_corpid) throw new WecomRefusal(41002);
  if (!permanent_code) throw new WecomRefusal(41025);
  const corp = wecom.corps.get(auth_corpid);
  if (!corp) throw new WecomRefusal(40013);
  if (suites.authorization(suite.suite_id, auth_corpid)?.permanentCode !== permanent_code) throw new WecomRefusal(40084);
  wecom.use(auth_corpid, call.path, corp.limits);
  const token = wecom.tokens.fetch({ kind: 'corp', suiteId: suite.suite_id, corpid: auth_corpid });
  return { access_token: token.value, expires_in: wecom.tokens.secondsLeft(token) };
};

/** The token with this text, which still works. */
export const valid = (state: WecomState, value: string, codes: { readonly unknown: number; readonly expired: number }): Token => {
  const token = state.tokens.find(value);
  const condition = token ? state.tokens.state(token) : 'revoked';
  if (!token || condition === 'revoked') throw new WecomRefusal(codes.unknown);
  if (condition === 'expired') throw new WecomRefusal(codes.expired);
  return token;
};

/** 60020, https://developer.work.weixin.qq.com/document/path/90313; the address itself stands at the end of every errmsg. */
export const checkAddress = (trusted: readonly string[] | null, { address }: Call) => {
  if (trusted && !trusted.includes(address)) throw new WecomRefusal(60020);
};
