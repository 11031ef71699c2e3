import * as z from 'zod';

/** What is wrong with something that was asked of the control API, for the person who asked. */
export class ControlError extends Error {
  readonly status: 400 | 404 | 405 | 409;
  constructor(status: 400 | 404 | 405 | 409, message: string) {
    super(message);
    this.name = 'ControlError';
    this.status = status;
  }
}

/** @throws ControlError 400 that names every field that is wrong */
export const check = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ControlError(400, z.prettifyError(parsed.error));
  return parsed.data;
};
