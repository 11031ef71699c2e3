import { accountsEnv, loadEnv, massMessagesEnv } from '../../shared/env.ts';
import { apiHandler, noBody, noQuery } from '../../shared/http/api-handler.ts';
import { massMessagePath } from '../../shared/http/inputs.ts';
import { presentMassMessage } from '../../shared/http/present-mass-message.ts';
import type { AccountStore } from '../../shared/store/account-store.ts';
import { MassMessageNotFoundError } from '../../shared/store/errors.ts';
import type { MassMessageStore } from '../../shared/store/mass-message-store.ts';
import { getAccountOf } from '../../shared/store/sending-account.ts';
import { recordsOf } from '../../shared/store/tables.ts';

export const input = { path: massMessagePath, query: noQuery, body: noBody };

export const makeHandler = ({ accounts, messages }: { accounts: Pick<AccountStore, 'get'>; messages: Pick<MassMessageStore, 'get'> }) =>
  apiHandler(input, async ({ path: { account_id, msg_id } }) => {
    const message = await messages.get(account_id, msg_id).catch(async (error: unknown) => {
      // Told apart only when there is nothing: an account that does not exist, or has no mass messages, is the more useful answer.
      if (error instanceof MassMessageNotFoundError) await getAccountOf('official_account', accounts, account_id);
      throw error;
    });
    return { status: 200, body: presentMassMessage(message) };
  });

export const handler = makeHandler(recordsOf(loadEnv(accountsEnv, massMessagesEnv)));
