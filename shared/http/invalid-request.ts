import type * as z from 'zod';
import { DomainError } from '../errors.ts';

export interface FieldError {
  readonly in: 'path' | 'query' | 'body';
  /** Empty: the part as a whole. */
  readonly field: string;
  readonly reason: string;
}

/** The caller's mistake, by field. */
export class InvalidRequestError extends DomainError {
  readonly code: 'INVALID_REQUEST' | 'BODY_TOO_LARGE';
  readonly status: 400 | 413;
  readonly errors: readonly FieldError[];
  constructor(errors: readonly FieldError[], options: { readonly tooLarge?: boolean } & ErrorOptions = {}) {
    super(errors.map((error) => `${error.in}${error.field && ` ${error.field}`}: ${error.reason}`).join('; '), options);
    this.code = options.tooLarge ? 'BODY_TOO_LARGE' : 'INVALID_REQUEST';
    this.status = options.tooLarge ? 413 : 400;
    this.errors = errors;
  }
}

/** @throws InvalidRequestError, which names every field that is wrong and why */
export const parsePart = <T extends z.ZodType>(part: FieldError['in'], schema: T, value: unknown): z.infer<T> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidRequestError(
    parsed.error.issues.flatMap((issue): FieldError[] => {
      const field = issue.path.join('.');
      if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ in: part, field: key, reason: 'is not a field here' }));
      return [{ in: part, field, reason: issue.message }];
    }),
    { cause: parsed.error },
  );
};
