import type { Account } from '../domain/account.ts';
import { type Channel, channelOf, sendsMessages } from '../domain/channel.ts';
import type { AccountStore } from './account-store.ts';
import { AccountOfOtherChannelError, AccountSendsNothingError } from './errors.ts';

/** @throws AccountNotFoundError, AccountOfOtherChannelError */
export const getAccountOf = async (channel: Channel, accounts: Pick<AccountStore, 'get'>, accountId: string): Promise<Account> => {
  const account = await accounts.get(accountId);
  if (channelOf(account.kind) !== channel) throw new AccountOfOtherChannelError(accountId, channel);
  return account;
};

/**
 * An account that has messages: a third-party platform has none of its own, and WeChat would take its token for a mistake (61014). Nor
 * has a suite of WeCom's.
 * @throws AccountNotFoundError, AccountOfOtherChannelError, AccountSendsNothingError
 */
export const getSendingAccount = async (channel: Channel, accounts: Pick<AccountStore, 'get'>, accountId: string): Promise<Account> => {
  const account = await getAccountOf(channel, accounts, accountId);
  if (!sendsMessages(account.kind)) throw new AccountSendsNothingError(accountId);
  return account;
};
