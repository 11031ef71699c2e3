import type { Call, Platform, WechatAnswer } from '../platform.ts';
import type { Account } from './account.ts';
import { Refusal, toAnswer } from './errors.ts';
import { deleteMassMsg, massMsgGet } from './mass-message-endpoints.ts';
import { sendall } from './sendall.ts';
import type { OfficialAccountState } from './state.ts';
import { getAccessToken, getStableAccessToken } from './token-endpoints.ts';

type Endpoint = (state: OfficialAccountState, call: Call) => WechatAnswer;

/** The token comes first: WeChat says that it is missing or wrong before it looks at method or body. */
const withToken =
  (endpoint: (state: OfficialAccountState, call: Call, account: Account) => WechatAnswer): Endpoint =>
  (state, call) => {
    const account = state.accounts.get(state.tokens.accountOf(call.query.get('access_token')));
    if (!account) throw new Refusal(40001);
    return endpoint(state, call, account);
  };

const endpoints = new Map<string, Endpoint>([
  ['/cgi-bin/token', getAccessToken],
  ['/cgi-bin/stable_token', getStableAccessToken],
  ['/cgi-bin/message/mass/sendall', withToken(sendall)],
  ['/cgi-bin/message/mass/get', withToken(massMsgGet)],
  ['/cgi-bin/message/mass/delete', withToken(deleteMassMsg)],
]);

/** https://api.weixin.qq.com as an Official Account's server sees it. */
export class OfficialAccountPlatform implements Platform {
  readonly invalidToken = 40001;
  readonly #state: OfficialAccountState;
  constructor(state: OfficialAccountState) {
    this.#state = state;
  }

  owns(path: string) {
    return endpoints.has(path);
  }

  answer(call: Call) {
    try {
      const endpoint = endpoints.get(call.path);
      if (!endpoint) throw new Error(`no endpoint ${call.path}`);
      return endpoint(this.#state, call);
    } catch (error) {
      if (error instanceof Refusal) return this.#refuse(error);
      throw error;
    }
  }

  failure(errcode: number, errmsg?: string) {
    return this.#refuse(new Refusal(errcode, errmsg));
  }

  #refuse(refusal: Refusal) {
    return toAnswer(refusal, this.#state.clock.time(), this.#state.random);
  }
}
