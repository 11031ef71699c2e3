import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { InvalidRequestError } from './invalid-request.ts';

/**
 * A cursor holds a position and nothing else; what it is a position in comes from the path and the query of the call it
 * is used in. The digest binds the two, so that a cursor of another account, another filter or somebody's making is
 * refused and not silently taken for one of this list. It guards against mistakes and needs no key: whoever computes it
 * gains a position in a list that the path lets them read anyway.
 */
const digest = (position: string, list: string): string =>
  createHash('sha256').update(`${list}\n${position}`).digest('base64url').slice(0, 16);

/** @param list names the list: everything of the call that decides what is in it and in which order */
export const writeCursor = (position: object, list: readonly unknown[]): string => {
  const text = JSON.stringify(position);
  return `${Buffer.from(text).toString('base64url')}.${digest(text, JSON.stringify(list))}`;
};

/** @throws InvalidRequestError for anything that `writeCursor` did not write for this very list */
export const readCursor = <T extends z.ZodType>(cursor: string, list: readonly unknown[], schema: T): z.infer<T> => {
  const [encoded = '', signature, ...rest] = cursor.split('.');
  const text = Buffer.from(encoded, 'base64url').toString();
  if (rest.length > 0 || signature !== digest(text, JSON.stringify(list))) throw refused();
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) throw refused();
  return parsed.data;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw refused();
  }
};

const refused = () =>
  new InvalidRequestError([
    { in: 'query', field: 'cursor', reason: 'is not a cursor of this list; leave it out to start from the beginning' },
  ]);
