import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { TokenSecretUnusableError, TokenVersionMissingError } from './errors.ts';
import { whatToMend } from './secret-problems.ts';
import { parseSecret } from './secret-text.ts';

const stored = z.object({ access_token: z.string().min(1) });

export interface TokenReader {
  /** @throws TokenVersionMissingError */
  read(accountId: string, version: string): Promise<string>;
}
export interface TokenVault extends TokenReader {
  /** Stores a token and returns the version it can be read by. It is current only once the account's row says so. @throws TokenSecretUnusableError */
  write(accountId: string, accessToken: string): Promise<string>;
}

/** Tokens in Secrets Manager, `waybill/<stage>/tokens/<account_id>`, always asked for by version. */
export class SecretsManagerTokens implements TokenVault {
  readonly #client: SecretsManagerClient;
  readonly #prefix: string;
  readonly #kmsKeyId: string | undefined;
  /** @param kmsKeyId the customer's key for new secrets; left out, the service's own */
  constructor(client: SecretsManagerClient, prefix: string, kmsKeyId?: string) {
    this.#client = client;
    this.#prefix = prefix;
    this.#kmsKeyId = kmsKeyId;
  }

  async read(accountId: string, version: string): Promise<string> {
    const { SecretString = '{}' } = await this.#client
      .send(new GetSecretValueCommand({ SecretId: `${this.#prefix}${accountId}`, VersionId: version }))
      .catch((cause: unknown) => {
        const problem = whatToMend(cause);
        if (!problem) throw cause;
        // Whatever it is: the function that renews finds out, and says so to a person.
        throw new TokenVersionMissingError(`version ${version} of the token of account ${accountId} ${problem}`, { cause });
      });
    const parsed = parseSecret(stored, SecretString);
    if ('problem' in parsed)
      throw new TokenVersionMissingError(`version ${version} of the token of account ${accountId} ${parsed.problem}`);
    return parsed.value.access_token;
  }

  async write(accountId: string, accessToken: string): Promise<string> {
    const SecretId = `${this.#prefix}${accountId}`;
    const { VersionId } = await this.#store(SecretId, JSON.stringify({ access_token: accessToken })).catch((cause: unknown) => {
      const problem = whatToMend(cause);
      throw problem ? new TokenSecretUnusableError(`the secret ${SecretId} ${problem}`, { cause }) : cause;
    });
    if (!VersionId) throw new Error('Secrets Manager named no version');
    return VersionId;
  }

  /** The first token of an account makes its secret. */
  async #store(SecretId: string, SecretString: string): Promise<{ VersionId?: string | undefined }> {
    const put = () => this.#client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    try {
      return await put();
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
    const Description = 'Access token, renewed by Waybill alone';
    const create = new CreateSecretCommand({ Name: SecretId, Description, SecretString, KmsKeyId: this.#kmsKeyId });
    return this.#client.send(create).catch((error: unknown) => {
      // Somebody made it in between.
      if (error instanceof ResourceExistsException) return put();
      throw error;
    });
  }
}
