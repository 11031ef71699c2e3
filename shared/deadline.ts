import type { Context } from 'aws-lambda';

// For turning the result into an answer and sending it.
const reservedMs = 500;

/** The moment by which a function must be done, of what Lambda leaves it. */
export const deadlineOf = (context: Pick<Context, 'getRemainingTimeInMillis'>, now: Date = new Date()): Date =>
  new Date(now.getTime() + context.getRemainingTimeInMillis() - reservedMs);
