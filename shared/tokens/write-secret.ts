import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { TokenSecretUnusableError } from './errors.ts';
import { whatToMend } from './secret-problems.ts';

/** What a secret is made with. */
export interface NewSecret {
  /** The customer's key; left out, the service's own. */
  readonly kmsKeyId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * Writes a secret that Waybill keeps by itself, and makes it if this is the first time.
 * @returns the version that holds the content
 * @throws TokenSecretUnusableError when a person has to mend the secret; never quotes the content
 */
export const writeSecret = async (
  client: SecretsManagerClient,
  SecretId: string,
  content: object,
  newSecret: NewSecret & { readonly description: string },
): Promise<string> => {
  const { VersionId } = await putOrCreate(client, SecretId, JSON.stringify(content), newSecret).catch((cause: unknown) => {
    const problem = whatToMend(cause);
    throw problem ? new TokenSecretUnusableError(`the secret ${SecretId} ${problem}`, { cause }) : cause;
  });
  if (!VersionId) throw new Error('Secrets Manager named no version');
  return VersionId;
};

const putOrCreate = async (
  client: SecretsManagerClient,
  SecretId: string,
  SecretString: string,
  { description: Description, kmsKeyId: KmsKeyId, tags = {} }: NewSecret & { readonly description: string },
): Promise<{ VersionId?: string | undefined }> => {
  const put = () => client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  try {
    return await put();
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const create = new CreateSecretCommand({ Name: SecretId, Description, SecretString, KmsKeyId, Tags });
  return client.send(create).catch((error: unknown) => {
    // Somebody made it in between.
    if (error instanceof ResourceExistsException) return put();
    throw error;
  });
};
