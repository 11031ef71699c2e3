import { secondsAfter } from '../domain/time.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { WecomClient } from '../wechat/wecom.ts';
import type { CredentialsOf } from './credentials.ts';
import { platformRenewalSeconds } from './fetch-authorizer-token.ts';
import type { FetchedToken, FetchOptions } from './fetch-token.ts';
import { readNamedAccount } from './named-account.ts';
import type { TokenSource } from './token-source.ts';

export interface CorpTokenDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly wecom: Pick<WecomClient, 'getCorpToken'>;
  /** Where the suite's own token comes from; renews it first when it must. */
  readonly suiteTokens: Pick<TokenSource, 'withToken'>;
  readonly now: () => Date;
}

/**
 * The token of what a corp installed of a provider's suite, asked for with the suite's own. Not for an app that a provider develops for
 * one corp (代开发): its permanent code is a secret, and a token that was had in this way is refused (48002).
 * https://developer.work.weixin.qq.com/document/path/90605
 */
export const makeFetchCorpToken =
  ({ accounts, wecom, suiteTokens, now }: CorpTokenDependencies) =>
  async (
    { corpid: authCorpid, suite, permanent_code: permanentCode }: CredentialsOf<'wecom_suite_app'>,
    { deadline }: Pick<FetchOptions, 'deadline'>,
  ): Promise<FetchedToken> => {
    await readNamedAccount(accounts, suite, { kind: 'wecom_suite', as: 'suite' });
    return suiteTokens.withToken(suite, secondsAfter(now(), platformRenewalSeconds), (suiteAccessToken) =>
      wecom.getCorpToken({ suiteAccessToken, authCorpid, permanentCode, deadline }),
    );
  };
