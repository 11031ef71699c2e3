import * as z from 'zod';
import { massMessageId } from '../shared/domain/mass-message.ts';
import { liveMessagesView, liveResultsView, liveTasksView } from '../shared/http/live-views.ts';
import { accountView } from '../shared/http/present-account.ts';
import { deletionReply, pageDeletionReply } from '../shared/http/present-deletion.ts';
import { deliveryView, groupMessageView, groupTaskView } from '../shared/http/present-group-message.ts';
import { massMessageView } from '../shared/http/present-mass-message.ts';
import { syncView } from '../shared/http/present-sync.ts';
import type { routes } from '../shared/http/routes.ts';

const next_cursor = z.string().optional().meta({ description: 'absent on the last page' });
const accounts = z.object({ accounts: z.array(accountView), next_cursor });
const massMessages = z.object({ mass_messages: z.array(massMessageView), next_cursor });
const groupMessages = z.object({ group_messages: z.array(groupMessageView), next_cursor });
const tasks = z.object({ tasks: z.array(groupTaskView), next_cursor });
const deliveries = z.object({ deliveries: z.array(deliveryView), next_cursor });
const liveStatus = z.object({
  msg_id: massMessageId,
  msg_status: z.string().nullable().meta({ description: 'SEND_SUCCESS, SENDING, SEND_FAIL, DELETE; null while somebody has to confirm' }),
  confirmation: z.literal('awaiting').optional(),
  errcode: z.int().optional().meta({ description: '89501 to 89505, while somebody has to confirm' }),
});

const livePage = "One page of WeChat's, and the cursor of the next";
const shortPage = 'One page, possibly a short one or an empty one that has a next one';
const underWay = "Somebody else's request for the same is under way and may do it; asking again tells what came of it";

type Answers = Readonly<Record<`2${string}`, { readonly description: string; readonly schema: z.ZodType }>>;

/** What a route answers when all is well. A route without an entry does not compile. */
export const answers: Readonly<Record<(typeof routes)[number]['handler'], Answers>> = {
  'official-account/get-live-status': { 200: { description: 'What WeChat says now', schema: liveStatus } },
  'official-account/track': {
    202: { description: 'Registered, and followed from now on', schema: massMessageView },
    200: { description: 'Registered before: the record as it stands', schema: massMessageView },
  },
  'official-account/list': { 200: { description: shortPage, schema: massMessages } },
  'official-account/get': { 200: { description: 'The record', schema: massMessageView } },
  'official-account/delete-mass-message': {
    200: { description: 'Deleted, now or before', schema: deletionReply },
    202: { description: underWay, schema: deletionReply },
  },
  'official-account/delete-by-url': {
    200: { description: 'Deleted, now or before', schema: pageDeletionReply },
    202: { description: underWay, schema: pageDeletionReply },
  },
  'wecom/list-live-messages': { 200: { description: livePage, schema: liveMessagesView } },
  'wecom/list-live-tasks': { 200: { description: livePage, schema: liveTasksView } },
  'wecom/list-live-results': { 200: { description: livePage, schema: liveResultsView } },
  'wecom/list': { 200: { description: shortPage, schema: groupMessages } },
  'wecom/get': { 200: { description: 'The record', schema: groupMessageView } },
  'wecom/list-tasks': { 200: { description: `${shortPage}, by userid`, schema: tasks } },
  'wecom/list-deliveries': {
    200: { description: `${shortPage}, by userid and recipient; of customer groups those that were sent to`, schema: deliveries },
  },
  'wecom/list-recipient-deliveries': {
    200: { description: `${shortPage}; empty, too, for a recipient of whom no record tells`, schema: deliveries },
  },
  'wecom/start-sync': {
    202: { description: 'Noted, and begun as soon as no other sync of the account runs; `sync_id` is what to ask for', schema: syncView },
  },
  'wecom/get-sync': { 200: { description: 'How far it is, or how it ended', schema: syncView } },
  'accounts/list-accounts': { 200: { description: 'One page; with a token, of the accounts that it is for', schema: accounts } },
  'accounts/get-account': { 200: { description: 'The account', schema: accountView } },
};
