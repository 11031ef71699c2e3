import type { Account } from '../domain/account.ts';
import { isUsable } from '../domain/token-schedule.ts';
import type { ComponentClient } from '../wechat/component.ts';
import type { OfficialAccountClient } from '../wechat/official-account.ts';
import type { CredentialReader, Credentials, CredentialsOf } from './credentials.ts';
import { CredentialsUnusableError, ExternalTokenStaleError, PlatformTicketMissingError } from './errors.ts';
import type { TicketReader } from './ticket-vault.ts';

export interface FetchedToken {
  readonly access_token: string;
  /** Seconds from now. */
  readonly expires_in: number;
}
export interface FetchOptions {
  readonly account: Account;
  /** Ends the token that is valid: see domain/token-schedule.ts. */
  readonly force: boolean;
  readonly deadline: Date;
}
/** Asks WeChat, or whoever keeps it, for a token. */
export type FetchToken = (credentials: Credentials, options: FetchOptions) => Promise<FetchedToken>;

export interface FetchTokenDependencies {
  readonly credentials: Pick<CredentialReader, 'nameOf'>;
  readonly tickets: TicketReader;
  readonly officialAccount: Pick<OfficialAccountClient, 'getStableAccessToken'>;
  readonly component: Pick<ComponentClient, 'getComponentToken'>;
  readonly now: () => Date;
}

/** The way to a token for each kind of account that needs no other account's. */
export const fetchTokenFrom = ({ credentials: secrets, tickets, officialAccount, component, now }: FetchTokenDependencies): FetchToken => {
  const platformToken = async ({ appid, secret }: CredentialsOf<'third_party_platform'>, { account_id }: Account, deadline: Date) => {
    const ticket = await tickets.read(account_id);
    if (ticket === undefined) throw new PlatformTicketMissingError(account_id);
    return component.getComponentToken({ appid, secret, ticket, deadline });
  };

  const keptElsewhere = (credentials: CredentialsOf<'official_account_external_token'>, { account_id }: Account): FetchedToken => {
    const { access_token, expires_at } = credentials;
    if (!isUsable({ expires_at }, now())) throw new ExternalTokenStaleError(secrets.nameOf(account_id), `ends at ${expires_at}`);
    return { access_token, expires_in: Math.floor((new Date(expires_at).getTime() - now().getTime()) / 1000) };
  };

  return async (credentials, { account, force, deadline }) => {
    switch (credentials.kind) {
      case 'official_account': {
        const { appid, secret } = credentials;
        return officialAccount.getStableAccessToken({ appid, secret, forceRefresh: force, deadline });
      }
      case 'third_party_platform':
        return platformToken(credentials, account, deadline);
      case 'official_account_external_token':
        return keptElsewhere(credentials, account);
      case 'authorized_official_account':
        throw new CredentialsUnusableError(`${account.account_id} stands where a third-party platform belongs`);
    }
  };
};
