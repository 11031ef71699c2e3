import type { Account } from '../domain/account.ts';
import { secondsAfter } from '../domain/time.ts';
import { isUsable } from '../domain/token-schedule.ts';
import type { ComponentClient } from '../wechat/component.ts';
import type { OfficialAccountClient } from '../wechat/official-account.ts';
import type { WecomClient } from '../wechat/wecom.ts';
import type { CredentialReader, Credentials, CredentialsOf } from './credentials.ts';
import { CredentialsUnusableError, ExternalTokenStaleError, PlatformTicketMissingError, SuiteTicketMissingError } from './errors.ts';
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
  readonly wecom: Pick<WecomClient, 'getToken' | 'getSuiteToken'>;
  readonly now: () => Date;
}

/** When a token ends that stands for none: it is in the secret until whoever keeps it writes the first. */
export const neverWritten = '1970-01-01T00:00:00.000Z';

// Whoever keeps a token of WeCom's gets the next one only when this one has ended.
const followsWithinSeconds = 5 * 60;

/** The way to a token for each kind of account that needs no other account's. */
export const fetchTokenFrom = (dependencies: FetchTokenDependencies): FetchToken => {
  const { credentials: secrets, tickets, officialAccount, component, wecom, now } = dependencies;

  const platformToken = async ({ appid, secret }: CredentialsOf<'third_party_platform'>, { account_id }: Account, deadline: Date) => {
    const ticket = await tickets.read(account_id);
    if (ticket === undefined) throw new PlatformTicketMissingError(account_id);
    return component.getComponentToken({ appid, secret, ticket, deadline });
  };

  const suiteToken = async (credentials: CredentialsOf<'wecom_suite'>, { account_id }: Account, deadline: Date) => {
    const { suite_id: suiteId, suite_secret: suiteSecret } = credentials;
    const suiteTicket = await tickets.read(account_id);
    if (suiteTicket === undefined) throw new SuiteTicketMissingError(account_id);
    return wecom.getSuiteToken({ suiteId, suiteSecret, suiteTicket, deadline });
  };

  const keptElsewhere = (
    { kind, access_token, expires_at }: CredentialsOf<'official_account_external_token' | 'wecom_external_token'>,
    { account_id }: Account,
  ): FetchedToken => {
    if (new Date(expires_at).getTime() === new Date(neverWritten).getTime())
      throw new ExternalTokenStaleError(secrets.nameOf(account_id), 'has not been written yet');
    if (!isUsable({ expires_at }, now(), kind)) {
      const mayFollow = kind === 'wecom_external_token' && secondsAfter(expires_at, followsWithinSeconds) > now();
      throw new ExternalTokenStaleError(secrets.nameOf(account_id), `ends at ${expires_at}`, { mayFollow });
    }
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
      case 'wecom_external_token':
        return keptElsewhere(credentials, account);
      case 'wecom_app': {
        const { corpid, secret } = credentials;
        return wecom.getToken({ corpid, secret, deadline });
      }
      case 'wecom_suite':
        return suiteToken(credentials, account, deadline);
      case 'wecom_suite_app':
        throw new CredentialsUnusableError(`${account.account_id} stands where a suite belongs`);
      case 'authorized_official_account':
        throw new CredentialsUnusableError(`${account.account_id} stands where a third-party platform belongs`);
    }
  };
};
