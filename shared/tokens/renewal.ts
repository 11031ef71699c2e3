import type { ComponentClient } from '../wechat/component.ts';
import type { OfficialAccountClient } from '../wechat/official-account.ts';
import type { WecomClient } from '../wechat/wecom.ts';
import type { AuthorizationVault } from './authorization-vault.ts';
import { makeFetchAuthorizerToken } from './fetch-authorizer-token.ts';
import { makeFetchCorpToken } from './fetch-corp-token.ts';
import { fetchTokenFrom } from './fetch-token.ts';
import { makeRefreshToken, type RefreshDependencies } from './refresh-token.ts';
import type { TicketReader } from './ticket-vault.ts';
import { TokenSource } from './token-source.ts';

export interface RenewalDependencies extends Omit<RefreshDependencies, 'fetchToken'> {
  readonly tickets: TicketReader;
  readonly authorizations: AuthorizationVault;
  readonly officialAccount: Pick<OfficialAccountClient, 'getStableAccessToken'>;
  readonly component: ComponentClient;
  readonly wecom: Pick<WecomClient, 'getToken' | 'getSuiteToken' | 'getCorpToken'>;
}

/**
 * What renewing takes, for accounts of every kind. Two layers and no circle: an authorized account's token is asked for with
 * its platform's, and what a corp installed with its suite's, which are had and renewed like any other, in this very process; a platform
 * and a suite depend on nobody.
 */
export const renewalOf = (dependencies: RenewalDependencies): RefreshDependencies => {
  const { tickets, authorizations, officialAccount, component, wecom, ...shared } = dependencies;
  const { accounts, events, credentials, vault, sleep } = shared;
  const now = dependencies.now ?? (() => new Date());
  const fetchOwn = fetchTokenFrom({ credentials, tickets, officialAccount, component, wecom, now });
  const platformTokens = new TokenSource({
    accounts,
    tokens: vault,
    refresh: makeRefreshToken({ ...shared, fetchToken: fetchOwn }),
    now,
    ...(sleep && { sleep }),
  });
  const fetchAuthorizerToken = makeFetchAuthorizerToken({ accounts, events, authorizations, component, platformTokens, now });
  const fetchCorpToken = makeFetchCorpToken({ accounts, wecom, suiteTokens: platformTokens, now });
  return {
    ...shared,
    fetchToken: async (asked, options) => {
      if (asked.kind === 'authorized_official_account') return fetchAuthorizerToken(asked, options);
      return asked.kind === 'wecom_suite_app' ? fetchCorpToken(asked, options) : fetchOwn(asked, options);
    },
  };
};
