import * as z from 'zod';
import { groupMessageId, memberId } from '../../shared/domain/group-message-id.ts';
import { accountsEnv, deliveriesEnv, loadEnv } from '../../shared/env.ts';
import { apiHandler, noBody } from '../../shared/http/api-handler.ts';
import { readCursor, writeCursor } from '../../shared/http/cursor.ts';
import { pageQuery, recipientPath } from '../../shared/http/group-message-inputs.ts';
import { time } from '../../shared/http/inputs.ts';
import { presentDelivery } from '../../shared/http/present-group-message.ts';
import { type AccountStore, DynamoAccountStore } from '../../shared/store/account-store.ts';
import type { DeliveryStore } from '../../shared/store/delivery-store.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { getAccountOf } from '../../shared/store/sending-account.ts';
import { deliveriesOf } from '../../shared/store/wecom-tables.ts';

export const input = { path: recipientPath, query: pageQuery, body: noBody };
const position = z.strictObject({ msgid: groupMessageId, userid: memberId, create_time: time });

/** A recipient of whom no record tells has received nothing that Waybill knows of: that is an empty list. */
export const makeHandler = ({
  accounts,
  deliveries,
}: {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly deliveries: Pick<DeliveryStore, 'listOfRecipient'>;
}) =>
  apiHandler(input, async ({ path: { account_id, recipient_id }, query: { limit, cursor } }) => {
    const list = ['recipient-deliveries', account_id, recipient_id];
    const after = cursor === undefined ? undefined : readCursor(cursor, list, position);
    const [page] = await Promise.all([
      deliveries.listOfRecipient(account_id, recipient_id, limit, after),
      getAccountOf('wecom', accounts, account_id),
    ]);
    const next = page.next && { next_cursor: writeCursor(page.next, list) };
    return { status: 200, body: { deliveries: page.deliveries.map(presentDelivery), ...next } };
  });

const env = loadEnv(accountsEnv, deliveriesEnv);
export const handler = makeHandler({
  accounts: new DynamoAccountStore(documentClient(), env.ACCOUNTS_TABLE),
  deliveries: deliveriesOf(env),
});
