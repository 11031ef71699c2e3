import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { TokenVersionMissingError } from './errors.ts';
import { whatToMend } from './secret-problems.ts';
import { parseSecret } from './secret-text.ts';
import { type NewSecret, writeSecret } from './write-secret.ts';

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
  readonly #newSecret: NewSecret;
  constructor(client: SecretsManagerClient, prefix: string, newSecret: NewSecret = {}) {
    this.#client = client;
    this.#prefix = prefix;
    this.#newSecret = newSecret;
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
    const content = { access_token: accessToken };
    return writeSecret(this.#client, `${this.#prefix}${accountId}`, content, {
      ...this.#newSecret,
      description: 'Access token, renewed by Waybill alone',
    });
  }
}
