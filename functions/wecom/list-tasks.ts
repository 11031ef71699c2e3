import * as z from 'zod';
import { memberId } from '../../shared/domain/group-message-id.ts';
import { accountsEnv, groupMessagesEnv, groupTasksEnv, loadEnv } from '../../shared/env.ts';
import { apiHandler, noBody } from '../../shared/http/api-handler.ts';
import { readCursor, writeCursor } from '../../shared/http/cursor.ts';
import { tasksQuery } from '../../shared/http/group-message-inputs.ts';
import { type KnownGroupMessages, knownGroupMessage } from '../../shared/http/known-group-message.ts';
import { groupMessagePath } from '../../shared/http/live-inputs.ts';
import { presentGroupTask } from '../../shared/http/present-group-message.ts';
import type { GroupTaskStore } from '../../shared/store/group-task-store.ts';
import { groupMessagesOf, groupTasksOf } from '../../shared/store/wecom-tables.ts';

export const input = { path: groupMessagePath, query: tasksQuery, body: noBody };
const position = z.strictObject({ userid: memberId });

export const makeHandler = (dependencies: KnownGroupMessages & { readonly groupTasks: Pick<GroupTaskStore, 'list'> }) =>
  apiHandler(input, async ({ path, query: { limit, cursor, status } }) => {
    const { account_id, msgid } = path;
    const list = ['group-tasks', account_id, msgid, status];
    const after = cursor === undefined ? undefined : readCursor(cursor, list, position).userid;
    const [page, { chat_type }] = await Promise.all([
      dependencies.groupTasks.list(account_id, msgid, { status }, limit, after),
      knownGroupMessage(dependencies, path),
    ]);
    const next = page.next !== undefined && { next_cursor: writeCursor({ userid: page.next }, list) };
    return { status: 200, body: { tasks: page.tasks.map((task) => presentGroupTask(task, chat_type)), ...next } };
  });

const env = loadEnv(accountsEnv, groupMessagesEnv, groupTasksEnv);
export const handler = makeHandler({ ...groupMessagesOf(env), groupTasks: groupTasksOf(env) });
