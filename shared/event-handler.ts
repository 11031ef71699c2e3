import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import * as z from 'zod';
import { deadlineOf } from './deadline.ts';
import { asLogged, logger } from './logger.ts';

/**
 * The stack of every function that is invoked by AWS and not by a caller. What it is handed is ours: an event of another
 * shape is a fault, thrown and logged, for whoever invoked it to try again.
 */
export const eventHandler = <T extends z.ZodType, R>(schema: T, run: (event: z.infer<T>, deadline: Date) => Promise<R>) =>
  middy<unknown, R>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .onError(({ error }) => logger.error('failed', asLogged(error)))
    .handler(async (event, context) => {
      const parsed = schema.safeParse(event);
      if (!parsed.success) throw new Error(`unexpected event: ${z.prettifyError(parsed.error)}`);
      return run(parsed.data, deadlineOf(context));
    });
