import type { GroupMessage } from '../domain/group-message.ts';
import type { AccountStore } from '../store/account-store.ts';
import { GroupMessageNotFoundError } from '../store/errors.ts';
import type { GroupMessageStore } from '../store/group-message-store.ts';
import { getAccountOf } from '../store/sending-account.ts';

export interface KnownGroupMessages {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly groupMessages: Pick<GroupMessageStore, 'get'>;
}

/**
 * The message of a path. That there is no such account is told only when there is no such message, where it is the more useful answer.
 * @throws AccountNotFoundError, AccountOfOtherChannelError, GroupMessageNotFoundError
 */
export const knownGroupMessage = (
  { accounts, groupMessages }: KnownGroupMessages,
  { account_id, msgid }: { readonly account_id: string; readonly msgid: string },
): Promise<GroupMessage> =>
  groupMessages.get(account_id, msgid).catch(async (error: unknown) => {
    if (error instanceof GroupMessageNotFoundError) await getAccountOf('wecom', accounts, account_id);
    throw error;
  });
