import { makePlatform } from '../make-platform.ts';
import type { Call, WechatAnswer } from '../platform.ts';
import type { Account } from './account.ts';
import { clearQuota } from './clear-quota.ts';
import { Refusal } from './errors.ts';
import { deleteMassMsg, massMsgGet } from './mass-message-endpoints.ts';
import { sendall } from './sendall.ts';
import type { OfficialAccountState } from './state.ts';
import { getAccessToken, getStableAccessToken } from './token-endpoints.ts';

/** https://api.weixin.qq.com as an Official Account's server, or that of a platform it authorized, sees it. */
export const officialAccountPlatform = (state: OfficialAccountState) => {
  /** The token comes first: WeChat says that it is missing or wrong before it looks at method or body. */
  const withToken =
    (endpoint: (state: OfficialAccountState, call: Call, account: Account) => WechatAnswer) =>
    (call: Call): WechatAnswer => {
      const token = state.tokens.find(call.query.get('access_token'));
      state.authorizations.checkMassMessages(token);
      const account = state.accounts.get(token.appid);
      if (!account) throw new Refusal(40001);
      return endpoint(state, call, account);
    };

  return makePlatform(
    state,
    new Map([
      ['/cgi-bin/token', (call: Call) => getAccessToken(state, call)],
      ['/cgi-bin/stable_token', (call: Call) => getStableAccessToken(state, call)],
      ['/cgi-bin/clear_quota', withToken(clearQuota)],
      ['/cgi-bin/message/mass/sendall', withToken(sendall)],
      ['/cgi-bin/message/mass/get', withToken(massMsgGet)],
      ['/cgi-bin/message/mass/delete', withToken(deleteMassMsg)],
    ]),
  );
};
