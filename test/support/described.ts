import { expect } from 'vitest';
import { answers } from '../../docs/operation-answers.ts';
import { errorsOf, problem } from '../../docs/operation-errors.ts';
import { routes } from '../../shared/http/routes.ts';

interface Answer {
  readonly status: number | undefined;
  readonly body: unknown;
}

/** Hands on what an operation answered if it is what the API is said to answer: one of the statuses, and the fields that go with it. */
export const asDescribed = async <A extends Answer>(handler: (typeof routes)[number]['handler'], answering: Promise<A>): Promise<A> => {
  const answer = await answering;
  const schemas = new Map(Object.entries(answers[handler]).map(([status, { schema }]) => [status, schema]));
  const route = routes.find((each) => each.handler === handler);
  if (route) for (const status of Object.keys(errorsOf(route, { takesBody: route.method === 'POST' }))) schemas.set(status, problem);
  const schema = schemas.get(String(answer.status));
  expect(schema, `${handler} answers ${answer.status}, which is not described`).toBeDefined();
  // What is not described is stripped.
  expect(schema?.parse(answer.body)).toEqual(answer.body);
  return answer;
};
