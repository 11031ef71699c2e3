import type { OfficialAccountClient } from '../wechat/official-account.ts';
import type { Credentials } from './credentials.ts';

export interface FetchedToken {
  readonly access_token: string;
  /** Seconds from now. */
  readonly expires_in: number;
}
/** Asks WeChat for a token. `force` ends the one that is valid: see domain/token-schedule.ts. */
export type FetchToken = (credentials: Credentials, options: { readonly force: boolean; readonly deadline: Date }) => Promise<FetchedToken>;

/** The way to a token for each kind of credentials. */
export const fetchTokenFrom =
  (officialAccount: Pick<OfficialAccountClient, 'getStableAccessToken'>): FetchToken =>
  async (credentials, { force, deadline }) => {
    const { appid, secret } = credentials;
    return officialAccount.getStableAccessToken({ appid, secret, forceRefresh: force, deadline });
  };
