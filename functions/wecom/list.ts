import * as z from 'zod';
import { groupMessageId } from '../../shared/domain/group-message-id.ts';
import { accountsEnv, groupMessagesEnv, loadEnv } from '../../shared/env.ts';
import { apiHandler, noBody } from '../../shared/http/api-handler.ts';
import { readCursor, writeCursor } from '../../shared/http/cursor.ts';
import { groupMessagesQuery } from '../../shared/http/group-message-inputs.ts';
import { accountPath, time } from '../../shared/http/inputs.ts';
import { presentGroupMessage } from '../../shared/http/present-group-message.ts';
import type { AccountStore } from '../../shared/store/account-store.ts';
import type { GroupMessageStore } from '../../shared/store/group-message-store.ts';
import { getAccountOf } from '../../shared/store/sending-account.ts';
import { groupMessagesOf } from '../../shared/store/wecom-tables.ts';

export const input = { path: accountPath, query: groupMessagesQuery, body: noBody };
/** Where a page ended: a message of the period that the list is of. */
const positionIn = ({ from, to }: z.infer<typeof groupMessagesQuery>) =>
  z
    .strictObject({ msgid: groupMessageId, create_time: time })
    .refine(({ create_time }) => (from === undefined || create_time >= from) && (to === undefined || create_time < to));

export const makeHandler = ({
  accounts,
  groupMessages,
}: {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly groupMessages: Pick<GroupMessageStore, 'list'>;
}) =>
  apiHandler(input, async ({ path: { account_id }, query }) => {
    const { limit, cursor, ...filter } = query;
    const list = ['group-messages', account_id, filter.chat_type, filter.from, filter.to];
    const after = cursor === undefined ? undefined : readCursor(cursor, list, positionIn(query));
    const [page] = await Promise.all([groupMessages.list(account_id, filter, limit, after), getAccountOf('wecom', accounts, account_id)]);
    const next = page.next && { next_cursor: writeCursor(page.next, list) };
    return { status: 200, body: { group_messages: page.messages.map(presentGroupMessage), ...next } };
  });

export const handler = makeHandler(groupMessagesOf(loadEnv(accountsEnv, groupMessagesEnv)));
