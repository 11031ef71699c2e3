import { Logger } from '@aws-lambda-powertools/logger';

/** In a file of its own: in a split bundle, whoever wants only the logger then loads only the logger. */
export const logger = new Logger();
