import {
  answerFromRecord,
  type Deletion,
  type DeletionEnd,
  type DeletionTarget,
  ended,
  isOpen,
  tellableFrom,
  withDeletion,
} from './deletion.ts';
import { learn } from './follow.ts';
import type { MassMessage } from './mass-message.ts';

/** What becomes of a request to delete, given the record. */
export type Asked<Row> =
  /** It is gone already. Without a deletion of ours: WeChat said so. */
  | { readonly answer: 'deleted'; readonly deletion?: Deletion | undefined }
  /** Somebody else's call may be deleting it now, or may have done so: that is looked into. */
  | { readonly answer: 'under_way'; readonly deletion: Deletion }
  /** WeChat is to be called, once `next` is stored. */
  | { readonly answer: 'begun'; readonly deletion: Deletion; readonly next: Row };

export interface Asking {
  readonly target: DeletionTarget;
  readonly asked_by: string;
}

/** Answers from the record, or enters the deletion into it. */
export const ask = <Row extends { readonly deletions: readonly Deletion[] }>(
  row: Row,
  { target, asked_by }: Asking,
  now: Date,
): Asked<Row & { deletions: Deletion[] }> => {
  const known = answerFromRecord(row.deletions, target);
  if (known) return known.outcome === 'deleted' ? { answer: 'deleted', deletion: known } : { answer: 'under_way', deletion: known };
  const deletions = withDeletion(row.deletions, { target, asked_by, asked_at: now.toISOString(), outcome: 'pending' });
  const deletion = deletions.at(-1);
  if (!deletion) throw new RangeError('a record just added to is not empty');
  return { answer: 'begun', deletion, next: { ...row, deletions } };
};

/** As `ask`. A row with a new deletion is due when its call must have ended: should that die, the next look tells. */
export const askToDelete = (message: MassMessage, asking: Asking, now: Date): Asked<MassMessage> => {
  const asked = ask(message, asking, now);
  if (message.state === 'deleted' && asked.answer !== 'deleted') return { answer: 'deleted' };
  if (asked.answer !== 'begun') return asked;
  return { ...asked, next: lookedAtWhenOver(asked.next, asked.deletion) };
};

const lookedAtWhenOver = (message: MassMessage, asked: Pick<Deletion, 'asked_at'>): MassMessage => {
  const look_at = tellableFrom(asked).toISOString();
  return {
    ...message,
    deletion_look_at: earlier(message.deletion_look_at, look_at),
    next_step_at: earlier(message.next_step_at, look_at),
    due: 'mass-message',
    rev: message.rev + 1,
  };
};

/** The row once the call of deletion `n` came to its end; due at once, to a new execution: for the events, or for a look. */
export const deletionEnded = (message: MassMessage, n: number, end: DeletionEnd, now: Date): MassMessage => {
  const deletions = ended(message.deletions, n, end, now);
  const deletion_look_at = end.outcome === 'unknown' ? now.toISOString() : message.deletion_look_at;
  const row = { ...message, deletions, deletion_look_at: deletions.some(isOpen) ? deletion_look_at : undefined };
  return anew(end.outcome === 'deleted' ? withoutArticle(row, end.upstream, now) : row, now);
};

/** The deletion of a page by its address, as a message that sent it has it: there it is the article at a position. */
export type PageDeletion = Pick<Deletion, 'target' | 'asked_at' | 'asked_by'> & { readonly url: string };

/** One page is asked for once at a time, so the time names the request. */
const ofPage = (message: MassMessage, { target, asked_at }: PageDeletion): Deletion | undefined =>
  message.deletions.find((entry) => entry.url !== undefined && entry.target === target && entry.asked_at === asked_at);

/** The row of a message whose page is about to be deleted by its address: due as after `askToDelete`. Undefined: it says so, or is gone. */
export const pageAsked = (message: MassMessage, page: PageDeletion): MassMessage | undefined => {
  const isGone = message.state === 'deleted' || answerFromRecord(message.deletions, page.target)?.outcome === 'deleted';
  if (isGone || ofPage(message, page)) return undefined;
  const deletions = withDeletion(message.deletions, { ...page, outcome: 'pending' });
  return lookedAtWhenOver({ ...message, deletions }, page);
};

/** The row of a message whose page was to be deleted by its address, once that call came to its end. Undefined: there is nothing to add. */
export const pageEnded = (message: MassMessage, page: PageDeletion, end: DeletionEnd, now: Date): MassMessage | undefined => {
  const own = ofPage(message, page);
  if (own && own.outcome !== 'deleted') return deletionEnded(message, own.n, end, now);
  return end.outcome === 'deleted' ? articleDeleted(message, { ...page, upstream: end.upstream }, now) : undefined;
};

/** The row of a message that sent the page deleted elsewhere, by its address. Undefined: it knows already. */
export const articleDeleted = (
  message: MassMessage,
  { target, url, asked_at, asked_by, upstream }: Omit<Deletion, 'n' | 'outcome' | 'settled_at'>,
  now: Date,
): MassMessage | undefined => {
  if (answerFromRecord(message.deletions, target)?.outcome === 'deleted') return undefined;
  const entry = { target, url, asked_at, asked_by, outcome: 'deleted' as const, settled_at: now.toISOString(), upstream };
  return anew(withoutArticle({ ...message, deletions: withDeletion(message.deletions, entry) }, upstream, now), now);
};

/** It is deleted with the last of its articles. Where they are not known, one look at WeChat tells whether that was the last. */
const withoutArticle = (message: MassMessage, upstream: unknown, now: Date): MassMessage => {
  const isDeleted = (target: DeletionTarget) => answerFromRecord(message.deletions, target)?.outcome === 'deleted';
  const all = isDeleted('all') || (message.articles?.length && message.articles.every(({ article_idx }) => isDeleted(article_idx)));
  if (all) return learn(message, { state: 'deleted', basis: 'observed' }, upstream, now);
  if (message.articles?.length || message.state === 'deleted') return message;
  return { ...message, deletion_look_at: now.toISOString() };
};

const anew = (message: MassMessage, now: Date): MassMessage => ({
  ...message,
  attempt: message.attempt + 1,
  next_step_at: now.toISOString(),
  due: 'mass-message',
  rev: message.rev + 1,
});

/** Both are RFC 3339 in UTC with milliseconds, which sort as text. */
const earlier = (a: string | undefined, b: string): string => (a !== undefined && a < b ? a : b);
