import { Logger } from '@aws-lambda-powertools/logger';

/** In a file of its own: in a split bundle, whoever wants only the logger then loads only the logger. */
export const logger = new Logger();

/** What was caught, in a form the logger writes out with its stack. */
export const asLogged = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
