import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { TokenVersionMissingError } from './errors.ts';
import { parseSecret } from './secret-text.ts';

const stored = z.object({ access_token: z.string().min(1) });

export interface TokenReader {
  /** @throws TokenVersionMissingError */
  read(accountId: string, version: string): Promise<string>;
}
export interface TokenVault extends TokenReader {
  /** Stores a token and returns the version it can be read by. It is current only once the account's row says so. */
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
        if (!(cause instanceof ResourceNotFoundException)) throw cause;
        throw new TokenVersionMissingError(`version ${version} of the token of account ${accountId} is not there`, { cause });
      });
    const parsed = parseSecret(stored, SecretString);
    if ('problem' in parsed)
      throw new TokenVersionMissingError(`version ${version} of the token of account ${accountId} ${parsed.problem}`);
    return parsed.value.access_token;
  }

  async write(accountId: string, accessToken: string): Promise<string> {
    const SecretString = JSON.stringify({ access_token: accessToken });
    const put = () => this.#client.send(new PutSecretValueCommand({ SecretId: `${this.#prefix}${accountId}`, SecretString }));
    const { VersionId } = await put().catch(async (cause: unknown) => {
      if (!(cause instanceof ResourceNotFoundException)) throw cause;
      return this.#create(accountId, SecretString).catch((error: unknown) => {
        // Somebody created it in between.
        if (error instanceof ResourceExistsException) return put();
        throw error;
      });
    });
    if (!VersionId) throw new Error('Secrets Manager named no version');
    return VersionId;
  }

  async #create(accountId: string, SecretString: string) {
    return this.#client.send(
      new CreateSecretCommand({
        Name: `${this.#prefix}${accountId}`,
        Description: 'Access token, renewed by Waybill alone',
        SecretString,
        KmsKeyId: this.#kmsKeyId,
      }),
    );
  }
}
