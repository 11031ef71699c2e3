import type * as z from 'zod';

/**
 * The content of a secret, parsed. What goes wrong is named by field; no value is quoted, and neither is the error of
 * JSON.parse, which quotes what it read.
 */
export const parseSecret = <T extends z.ZodType>(
  schema: T,
  text: string,
): { readonly value: z.infer<T> } | { readonly problem: string } => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  const fields = parsed.error.issues.map((issue) => issue.path.join('.') || issue.code).join(', ');
  return { problem: `does not have the expected fields: ${fields}` };
};
