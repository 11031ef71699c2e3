import * as z from 'zod';
import { seconds } from '../clock.ts';
import type { Call, WechatAnswer } from '../platform.ts';
import { dayOf, minuteOf } from '../quotas.ts';
import { Refusal } from './errors.ts';
import { readBody } from './read-body.ts';
import type { OfficialAccountState } from './state.ts';
import type { Token } from './tokens.ts';

/** getAccessToken, https://developers.weixin.qq.com/doc/service/en/api/base/api_getaccesstoken: every call takes the place of the token before. */
export const getAccessToken = (state: OfficialAccountState, call: Call): WechatAnswer => {
  if (call.method !== 'GET') throw new Refusal(43001);
  const account = authenticate(state, call, {
    grant_type: call.query.get('grant_type'),
    appid: call.query.get('appid'),
    secret: call.query.get('secret'),
  });
  state.use('token', account.appid, dayOf(state.clock.time()), account.limits.tokenPerDay);
  return answer(state, state.tokens.replace(account.appid));
};

const credential = z.string().nullish();
const stableTokenSchema = z.object({
  grant_type: credential,
  appid: credential,
  secret: credential,
  force_refresh: z.boolean().default(false),
});

/** The page: forced refreshes at least 30 s apart; a call sooner does not refresh. */
const forcedRefreshPause = seconds(30);

/** getStableAccessToken, https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken */
export const getStableAccessToken = (state: OfficialAccountState, call: Call): WechatAnswer => {
  const { force_refresh, ...credentials } = readBody(call, stableTokenSchema);
  const account = authenticate(state, call, credentials);
  const { appid, limits } = account;
  const now = state.clock.time();
  state.use('stable minute', appid, minuteOf(now), limits.stableTokenPerMinute, 45011);
  state.use('stable day', appid, dayOf(now), limits.stableTokenPerDay);
  if (!force_refresh || now - (state.forcedRefreshes.get(appid) ?? -Infinity) < forcedRefreshPause)
    return answer(state, state.tokens.renew(appid));
  state.use('forced', appid, dayOf(now), limits.forcedRefreshesPerDay);
  state.forcedRefreshes.set(appid, now);
  return answer(state, state.tokens.forceRenewal(appid));
};

/** Success has no errcode, on either page. */
const answer = (state: OfficialAccountState, token: Token): WechatAnswer => ({
  access_token: token.value,
  expires_in: state.tokens.secondsLeft(token),
});

interface Credentials {
  readonly grant_type?: string | null | undefined;
  readonly appid?: string | null | undefined;
  readonly secret?: string | null | undefined;
}

const authenticate = (state: OfficialAccountState, { address }: Call, { grant_type, appid, secret }: Credentials) => {
  if (grant_type !== 'client_credential') throw new Refusal(40002);
  if (!appid) throw new Refusal(41002);
  if (!secret) throw new Refusal(41004);
  const account = state.accounts.get(appid);
  if (!account) throw new Refusal(40013);
  if (account.secret !== secret) throw new Refusal(40125);
  if (account.secretFrozen) throw new Refusal(40243);
  if (account.ipAllowList && !account.ipAllowList.includes(address))
    throw new Refusal(40164, `invalid ip ${address} ipv6 ${address.includes(':') ? address : `::ffff:${address}`}, not in whitelist`);
  return account;
};
