import * as z from 'zod';
import type { Call, WechatAnswer } from '../platform.ts';
import { monthOf } from '../quotas.ts';
import type { Account } from './account.ts';
import { Refusal } from './errors.ts';
import { readBody } from './read-body.ts';
import type { OfficialAccountState } from './state.ts';

/** clearQuota, https://developers.weixin.qq.com/doc/service/Message_Management/API_Call_Limits.html: all daily quotas begin anew, ten times a month. */
export const clearQuota = (state: OfficialAccountState, call: Call, { appid, limits }: Account): WechatAnswer => {
  const body = readBody(call, z.object({ appid: z.string().nullish() }));
  if (body.appid !== appid) throw new Refusal(40013);
  if (!state.clears.use(appid, monthOf(state.clock.time()), limits.clearQuotaPerMonth)) throw new Refusal(48006);
  state.clearQuotas(appid);
  return { errcode: 0, errmsg: 'ok' };
};
