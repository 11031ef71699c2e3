import * as z from 'zod';
import { memberId, recipientId } from '../../shared/domain/group-message-id.ts';
import { accountsEnv, deliveriesEnv, groupMessagesEnv, groupTasksEnv, loadEnv } from '../../shared/env.ts';
import { apiHandler, noBody } from '../../shared/http/api-handler.ts';
import { readCursor, writeCursor } from '../../shared/http/cursor.ts';
import { deliveriesQuery } from '../../shared/http/group-message-inputs.ts';
import { type KnownGroupMessages, knownGroupMessage } from '../../shared/http/known-group-message.ts';
import { groupMessagePath } from '../../shared/http/live-inputs.ts';
import { presentDelivery } from '../../shared/http/present-group-message.ts';
import { listMessageDeliveries } from '../../shared/store/message-deliveries.ts';
import { deliveriesOf, groupMessagesOf, groupTasksOf } from '../../shared/store/wecom-tables.ts';

export const input = { path: groupMessagePath, query: deliveriesQuery, body: noBody };
/** Where a page ended: in the list of a member, who is the one that was asked for if one was. */
const positionOf = ({ userid: wanted }: z.infer<typeof deliveriesQuery>) =>
  z
    .strictObject({ userid: memberId, recipient_id: recipientId.optional() })
    .refine(({ userid }) => wanted === undefined || userid === wanted);

type Dependencies = KnownGroupMessages & Parameters<typeof listMessageDeliveries>[0];

export const makeHandler = (dependencies: Dependencies) =>
  apiHandler(input, async ({ path, query }) => {
    const { limit, cursor, status, userid } = query;
    const list = ['deliveries', path.account_id, path.msgid, status, userid];
    const after = cursor === undefined ? undefined : readCursor(cursor, list, positionOf(query));
    await knownGroupMessage(dependencies, path);
    const page = await listMessageDeliveries(dependencies, { ...path, status, userid }, limit, after);
    const next = page.next && { next_cursor: writeCursor(page.next, list) };
    return { status: 200, body: { deliveries: page.deliveries.map(presentDelivery), ...next } };
  });

const env = loadEnv(accountsEnv, groupMessagesEnv, groupTasksEnv, deliveriesEnv);
export const handler = makeHandler({ ...groupMessagesOf(env), groupTasks: groupTasksOf(env), deliveries: deliveriesOf(env) });
