import { GetSecretValueCommand, ResourceNotFoundException, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { TokenSecretUnusableError } from './errors.ts';
import { whatToMend } from './secret-problems.ts';
import { parseSecret } from './secret-text.ts';

/**
 * The newest version of a secret that Waybill keeps by itself. Undefined: there is none, or nothing of use in it; what
 * takes its place is had from WeChat again.
 * @throws TokenSecretUnusableError when a person has to mend the secret
 */
export const readKeptSecret = async <T extends z.ZodType>(
  client: SecretsManagerClient,
  SecretId: string,
  schema: T,
): Promise<z.infer<T> | undefined> => {
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
    const parsed = parseSecret(schema, SecretString);
    return 'value' in parsed ? parsed.value : undefined;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    const problem = whatToMend(error);
    throw problem ? new TokenSecretUnusableError(`the secret ${SecretId} ${problem}`, { cause: error }) : error;
  }
};
