import * as z from 'zod';
import { massMessageId, massMessageState } from '../../shared/domain/mass-message.ts';
import { accountsEnv, loadEnv, massMessagesEnv } from '../../shared/env.ts';
import { apiHandler, noBody } from '../../shared/http/api-handler.ts';
import { readCursor, writeCursor } from '../../shared/http/cursor.ts';
import { accountPath, limit, time } from '../../shared/http/inputs.ts';
import { presentMassMessage } from '../../shared/http/present-mass-message.ts';
import type { AccountStore } from '../../shared/store/account-store.ts';
import type { MassMessageStore } from '../../shared/store/mass-message-store.ts';
import { getAccountOf } from '../../shared/store/sending-account.ts';
import { recordsOf } from '../../shared/store/tables.ts';

const query = z
  .strictObject({
    state: massMessageState.optional(),
    from: time.optional(),
    to: time.optional(),
    limit,
    cursor: z.string().min(1).max(512).optional(),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, { path: ['to'], error: 'must be after from' });
export const input = { path: accountPath, query, body: noBody };
/** Where a page ended: a message of the period that the list is of. */
const positionIn = ({ from, to }: z.infer<typeof query>) =>
  z
    .strictObject({ msg_id: massMessageId, submitted_at: time })
    .refine(({ submitted_at }) => (from === undefined || submitted_at >= from) && (to === undefined || submitted_at < to));

export const makeHandler = ({ accounts, messages }: { accounts: Pick<AccountStore, 'get'>; messages: Pick<MassMessageStore, 'list'> }) =>
  apiHandler(input, async ({ path: { account_id }, query }) => {
    const { limit, cursor, ...filter } = query;
    const list = ['mass-messages', account_id, filter.state, filter.from, filter.to];
    const after = cursor === undefined ? undefined : readCursor(cursor, list, positionIn(query));
    const [page] = await Promise.all([
      messages.list(account_id, filter, limit, after),
      getAccountOf('official_account', accounts, account_id),
    ]);
    const next = page.next && { next_cursor: writeCursor(page.next, list) };
    return { status: 200, body: { mass_messages: page.messages.map(presentMassMessage), ...next } };
  });

export const handler = makeHandler(recordsOf(loadEnv(accountsEnv, massMessagesEnv)));
