import { accountsEnv, groupMessagesEnv, loadEnv } from '../../shared/env.ts';
import { apiHandler, noBody, noQuery } from '../../shared/http/api-handler.ts';
import { type KnownGroupMessages, knownGroupMessage } from '../../shared/http/known-group-message.ts';
import { groupMessagePath } from '../../shared/http/live-inputs.ts';
import { presentGroupMessage } from '../../shared/http/present-group-message.ts';
import { groupMessagesOf } from '../../shared/store/wecom-tables.ts';

export const input = { path: groupMessagePath, query: noQuery, body: noBody };

export const makeHandler = (dependencies: KnownGroupMessages) =>
  apiHandler(input, async ({ path }) => ({ status: 200, body: presentGroupMessage(await knownGroupMessage(dependencies, path)) }));

export const handler = makeHandler(groupMessagesOf(loadEnv(accountsEnv, groupMessagesEnv)));
