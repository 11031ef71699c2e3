import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type * as z from 'zod';
import { asLogged, logger } from '../logger.ts';
import { UnreadableRowError } from './errors.ts';

/** @throws UnreadableRowError, which names the row's key and the fields, and none of its values */
export const readRow = <T extends z.ZodType>(schema: T, item: Record<string, unknown>, key: string): z.infer<T> => {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new UnreadableRowError(`${key} does not have the expected shape: ${fields}`);
};

/** The rows that parse; the others are reported, so that one bad row does not hide the rest. */
export const readRows = <T extends z.ZodType>(
  schema: T,
  items: readonly Record<string, unknown>[],
  keyOf: (item: Record<string, unknown>) => string,
): z.infer<T>[] =>
  items.flatMap((item) => {
    try {
      return [readRow(schema, item, keyOf(item))];
    } catch (error) {
      logger.error('unreadable row', asLogged(error));
      return [];
    }
  });

/** For `.catch`: translates a refused condition, and only that. */
export const whenRefused =
  <R>(answer: (cause: ConditionalCheckFailedException) => R) =>
  (error: unknown): R => {
    if (error instanceof ConditionalCheckFailedException) return answer(error);
    throw error;
  };
