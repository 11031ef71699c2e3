import type { Account } from '../domain/account.ts';
import { allowsMassMessages, isUnexplored } from '../domain/authorization.ts';
import { secondsAfter } from '../domain/time.ts';
import { type AttentionDependencies, raiseAttention } from '../events/attention.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { ComponentClient } from '../wechat/component.ts';
import { WechatError } from '../wechat/wechat-error.ts';
import type { AuthorizationVault } from './authorization-vault.ts';
import type { CredentialsOf } from './credentials.ts';
import { NothingAuthorizedError } from './errors.ts';
import type { FetchedToken, FetchOptions } from './fetch-token.ts';
import { readNamedAccount } from './named-account.ts';
import type { TokenSource } from './token-source.ts';

export interface AuthorizerTokenDependencies extends AttentionDependencies {
  readonly accounts: Pick<AccountStore, 'get' | 'raiseAttention' | 'markAttentionPublished' | 'clearAttention' | 'noteAuthorization'>;
  readonly authorizations: AuthorizationVault;
  readonly component: Pick<ComponentClient, 'getAuthorization' | 'getAuthorizerToken'>;
  /** Where the platform's own token comes from; renews it first when it must. */
  readonly platformTokens: Pick<TokenSource, 'withToken'>;
  readonly now: () => Date;
}

interface Authorization {
  readonly refreshToken: string;
  /** Known when WeChat was asked just now. */
  readonly funcIds?: readonly number[];
}

/**
 * A renewal of the platform's token takes a lease of 15 s and is not begun with less time left. Should it use all of that, the account's
 * own lease runs out over it: another process then takes over, and finds the platform's token renewed.
 */
export const platformRenewalSeconds = 17;

// Invalid (61023, 40030), expired (42002) or void since a password changed (42007): the authorization may have been given anew, and the
// new refresh token has not been noticed yet.
const deadRefreshToken: ReadonlySet<number> = new Set([61023, 40030, 42002, 42007]);

/**
 * The token of an Official Account by way of the third-party platform that it authorized. The refresh token is what was kept;
 * where there is none, where WeChat refuses it, or after a push about the authorization, WeChat is asked for the current one,
 * once. The authorization code of such a push is of no use here: it serves a single time and for ten minutes.
 */
export const makeFetchAuthorizerToken = (dependencies: AuthorizerTokenDependencies) => {
  const { accounts, authorizations, component, platformTokens, now } = dependencies;

  /** What was authorized is kept with the account, and a missing permission set is told once; it is told again after it was there. */
  const note = async (account: Account, platform: Account, funcIds: readonly number[] | undefined): Promise<void> => {
    const { account_id, authorization, attention } = account;
    const changed_at = authorization?.changed_at;
    // A push has come since: what it is about is asked at the next renewal, which is due at once.
    if (funcIds && !(await accounts.noteAuthorization(account_id, platform.account_id, { func_ids: funcIds, changed_at }))) return;
    const missing = !allowsMassMessages(funcIds ?? authorization?.func_ids ?? []);
    if (attention.authorization && !(missing && attention.authorization.code === permissionSetMissing.code))
      await accounts.clearAttention(account_id, 'authorization');
    if (missing) await raiseAttention(dependencies, account_id, 'authorization', permissionSetMissing, now());
  };

  return async (
    { appid, platform: platformId }: CredentialsOf<'authorized_official_account'>,
    { account, deadline }: FetchOptions,
  ): Promise<FetchedToken> => {
    const { account_id } = account;
    const platform = await readNamedAccount(accounts, platformId, { kind: 'third_party_platform', as: 'platform' });
    const about = { componentAppid: platform.upstream_id, authorizerAppid: appid, deadline };
    const asPlatform = <T>(call: (componentToken: string) => Promise<T>): Promise<T> =>
      platformTokens.withToken(platformId, secondsAfter(now(), platformRenewalSeconds), call);

    const lookUp = async (): Promise<Authorization> => {
      const { refreshToken, funcIds } = await asPlatform((componentToken) => component.getAuthorization({ ...about, componentToken }));
      if (refreshToken === undefined) throw new NothingAuthorizedError(`${appid} allows the third-party platform ${platformId} no API`);
      return { refreshToken, funcIds };
    };
    const askWith = async (authorization: Authorization) => {
      const { refreshToken } = authorization;
      const token = await asPlatform((componentToken) => component.getAuthorizerToken({ ...about, componentToken, refreshToken }));
      return { token, authorization };
    };

    // A push about the authorization, also one that it lapsed, leaves it unexplored.
    const mayBeOld = isUnexplored(account) || account.platform !== platformId;
    const kept = mayBeOld ? undefined : await authorizations.read(account_id);
    const { token, authorization } =
      kept === undefined
        ? await askWith(await lookUp())
        : await askWith({ refreshToken: kept }).catch(async (error: unknown) => {
            if (!(error instanceof WechatError && deadRefreshToken.has(error.errcode))) throw error;
            return askWith(await lookUp());
          });

    // Before the token is: a refresh token that is lost costs a question, and one that is wrong a refusal too.
    if (token.refreshToken !== kept) await authorizations.write(account_id, token.refreshToken);
    await note(account, platform, authorization.funcIds);
    return { access_token: token.access_token, expires_in: token.expires_in };
  };
};

const permissionSetMissing = {
  code: 'PERMISSION_SET_MISSING',
  hint: 'Have the owner of the Official Account authorize the third-party platform again, with the permission set for mass messages (7).',
};
