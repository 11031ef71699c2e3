import * as z from 'zod';
import type { DeletedPage } from '../deletion/delete-by-url.ts';
import type { Deleted } from '../deletion/delete-message.ts';
import { warning } from '../deletion/warnings.ts';
import { type DeletionTarget, deletionTarget } from '../domain/deletion.ts';
import { deletionView, massMessageView, presentMassMessage } from './present-mass-message.ts';

const answer = deletionView.partial({ asked_at: true, asked_by: true }).extend({ warnings: z.array(warning) });

/** What the deletion of a message is answered with. */
export const deletionReply = answer.extend({
  target: deletionTarget,
  mass_message: massMessageView.optional().meta({ description: 'absent when the record could not be written: it follows' }),
});

/** What the deletion by an address is answered with. */
export const pageDeletionReply = answer
  .omit({ target: true })
  .extend({ url: z.string().meta({ description: 'with nothing but what names the article' }) });

const statusOf = (done: boolean) => (done ? 200 : 202);
/** Without a deletion of ours: WeChat said that it is deleted. */
const outcomeOf = (done: boolean) => ({ outcome: done ? ('deleted' as const) : ('pending' as const) });

export const presentDeletion = ({ done, deletion, message, warnings }: Deleted, target: DeletionTarget) => ({
  status: statusOf(done),
  body: deletionReply.parse({
    ...outcomeOf(done),
    target,
    ...deletion,
    ...(message && { mass_message: presentMassMessage(message) }),
    warnings,
  }),
});

export const presentPageDeletion = ({ done, url, deletion, warnings }: DeletedPage) => ({
  status: statusOf(done),
  body: pageDeletionReply.parse({ ...outcomeOf(done), ...deletion, url, warnings }),
});
